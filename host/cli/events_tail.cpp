// `rcx events tail`: what comes into the queue from now on.
#include <iostream>
#include <thread>

#include "host/cli/events.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::chrono::milliseconds kBeat{100};

struct Asked : AskedEvents {
  std::size_t limit = 0;
};

// The number of the last event.
Result<std::int64_t> last_number(Queue& queue) {
  std::int64_t last = 0;
  const Result<void> done = queue.list({}, Sort::kNewestFirst, [&](const EventView& event) {
    last = event.number;
    return false;
  });
  if (!done) return done.error();
  return last;
}

void tail(const Asked& asked, Context& context) {
  const auto config = context.config();
  if (!config) return;
  Result<EventQuery> query = read_query(asked);
  if (!query) return context.fail(query.error(), kUsage);
  Result<std::unique_ptr<Queue>> queue = open_events(*config);
  if (!queue) return context.fail(queue.error());
  if (*queue != nullptr) {
    const Result<std::int64_t> last = last_number(**queue);
    if (!last) return context.fail(last.error());
    query->above = *last;
  }
  std::size_t shown = 0;
  while (true) {
    if (*queue == nullptr) queue = open_events(*config);
    if (!queue) return context.fail(queue.error());
    Result<void> done{};
    if (*queue != nullptr) {
      done = (*queue)->list(*query, Sort::kOldestFirst, [&](const EventView& event) {
        std::cout << (context.json ? event_json(event) : event_line(event, *query)) << std::endl;
        query->above = event.number;
        return ++shown != asked.limit;
      });
    }
    if (!done) return context.fail(done.error());
    if (!std::cout || (asked.limit != 0 && shown >= asked.limit)) return;
    std::this_thread::sleep_for(kBeat);
  }
}

}  // namespace

void add_events_tail(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("tail", "Events as they come into the queue");
  auto asked = std::make_shared<Asked>();
  add_filters(*command, *asked);
  command->add_option("--limit", asked->limit, "Ends after so many; 0: never")->type_name("NUMBER");
  command->footer(
      "Each is shown once, as it stands when it has come.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml events tail --repo 'team/*'");
  command->callback([asked, &context] { tail(*asked, context); });
}

}  // namespace rcx::host::cli
