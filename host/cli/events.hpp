// What the commands below `rcx events` share.
#pragma once

#include <memory>
#include <string>

#include "host/cli/cli.hpp"
#include "host/queue/queue.hpp"

namespace rcx::host::cli {

// What an operator asks for, as options have it.
struct AskedEvents {
  EventQuery query;
  std::string state;
  std::string since;
};

// Adds the options that say which events and deliveries.
void add_filters(CLI::App& command, AskedEvents& asked);
// The query; an Error names a value that is none.
Result<EventQuery> read_query(const AskedEvents& asked);
// An id, or how it begins: lower case, with dashes where ids have them.
Result<std::string> read_event_id(const std::string& text);

// The queue of that instance, for reading. Null where there never was one.
Result<std::unique_ptr<Queue>> open_events(const Config& config);

// One line for people, one line of JSON, and all there is to say.
std::string event_line(const EventView& event, const EventQuery& query);
std::string event_json(const EventView& event);
std::string event_text(const EventView& event);

// Each adds one command, in a file of its own.
void add_events_list(CLI::App& group, Context& context);
void add_events_show(CLI::App& group, Context& context);
void add_events_tail(CLI::App& group, Context& context);
void add_events_replay(CLI::App& group, Context& context);
void add_events_drop(CLI::App& group, Context& context);
void add_events_reconcile(CLI::App& group, Context& context);
void add_events_wait(CLI::App& group, Context& context);

}  // namespace rcx::host::cli
