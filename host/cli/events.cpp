// `rcx events`: the queue of post events.
#include "host/cli/events.hpp"

#include "host/cli/decision_text.hpp"
#include "host/queue/client.hpp"
#include "host/queue/sqlite_queue.hpp"
#include "host/recorder/history.hpp"

namespace rcx::host::cli {

void add_filters(CLI::App& command, AskedEvents& asked) {
  EventQuery& query = asked.query;
  command.add_option("--repo", query.repository, "Of repositories whose name matches this glob")
      ->type_name("GLOB");
  command.add_option("--event", query.kind, "Only events of this kind, such as push")
      ->type_name("EVENT");
  command.add_option("--handler", query.handler, "Only deliveries to this extension")
      ->type_name("ID");
  command.add_option("--state", asked.state, "Only deliveries in this state")
      ->check(CLI::IsMember({"waiting", "running", "done", "dead"}));
  command.add_option("--since", asked.since, "Since this length of time (1h), or this date, UTC")
      ->type_name("TIME");
}

Result<EventQuery> read_query(const AskedEvents& asked) {
  EventQuery query = asked.query;
  if (!asked.state.empty()) query.state = state_of(asked.state);
  if (!asked.since.empty()) {
    const Result<std::int64_t> since = read_since(asked.since);
    if (!since) return since.error();
    query.since_ns = *since;
  }
  return query;
}

Result<std::string> read_event_id(const std::string& text) {
  return read_id_prefix(text, "the id of an event");
}

Result<std::unique_ptr<Queue>> open_events(const Config& config) {
  return SqliteQueue::open_to_read(queue_directory(config.state));
}

void add_events(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("events", "Post events that wait for their handlers");
  group->require_subcommand(1);
  group->footer("Example:  rcx -c /srv/rcx/rcx.yaml events list --state dead");
  add_events_list(*group, context);
  add_events_show(*group, context);
  add_events_tail(*group, context);
  add_events_replay(*group, context);
  add_events_drop(*group, context);
  add_events_reconcile(*group, context);
  add_events_wait(*group, context);
}

}  // namespace rcx::host::cli
