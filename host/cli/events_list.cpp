// `rcx events list`: what waits, and what became of the rest.
#include <iostream>

#include "host/cli/events.hpp"

namespace rcx::host::cli {
namespace {

struct Asked : AskedEvents {
  std::size_t limit = 50;
};

void list(const Asked& asked, Context& context) {
  const auto config = context.config();
  if (!config) return;
  const Result<EventQuery> query = read_query(asked);
  if (!query) return context.fail(query.error(), kUsage);
  const Result<std::unique_ptr<Queue>> queue = open_events(*config);
  if (!queue) return context.fail(queue.error());
  if (*queue == nullptr) return;
  std::size_t listed = 0;
  const Result<void> done = (*queue)->list(*query, Sort::kNewestFirst, [&](const EventView& event) {
    std::cout << (context.json ? event_json(event) : event_line(event, *query)) << '\n';
    return ++listed != asked.limit;
  });
  if (!done) context.fail(done.error());
}

}  // namespace

void add_events_list(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "Events in the queue, the newest first");
  auto asked = std::make_shared<Asked>();
  add_filters(*command, *asked);
  command->add_option("--limit", asked->limit, "At most so many; 0: all")->type_name("NUMBER");
  command->footer(
      "One line each: time, id, event, repository, and for each handler its state, how often it "
      "was\n"
      "tried, and why that failed. What is done is kept for queue.keep. With --json one object "
      "per\n"
      "line. Works whether or not the host runs.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml events list --state dead --handler notify");
  command->callback([asked, &context] { list(*asked, context); });
}

}  // namespace rcx::host::cli
