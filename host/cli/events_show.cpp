// `rcx events show`: one event.
#include <iostream>

#include "host/cli/events.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kMostCandidates = 20;

void show(const std::string& text, Context& context) {
  const auto config = context.config();
  if (!config) return;
  const Result<std::string> id = read_event_id(text);
  if (!id) return context.fail(id.error(), kUsage);
  const Result<std::unique_ptr<Queue>> queue = open_events(*config);
  if (!queue) return context.fail(queue.error());
  std::vector<EventView> found;
  if (*queue != nullptr) {
    const Result<void> done = (*queue)->list({.id = *id}, Sort::kOldestFirst, [&](EventView event) {
      found.push_back(std::move(event));
      return found.size() < kMostCandidates;
    });
    if (!done) return context.fail(done.error());
  }
  if (found.empty()) {
    return context.fail({Code::kNotFound, "no event " + printable(text) +
                                              " is in the queue; what is done is kept for a time "
                                              "(queue.keep). List what there is with:  rcx events "
                                              "list"});
  }
  if (found.size() > 1) {
    std::string all = "several events begin with " + printable(text) + "; give more of the id:";
    for (const EventView& event : found) all += "\n  " + event_line(event, {});
    return context.fail({Code::kInvalid, all});
  }
  std::cout << (context.json ? event_json(found[0]) + "\n" : event_text(found[0]));
}

}  // namespace

void add_events_show(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("show", "One event, and what became of it");
  auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "Of the event, or how that begins")->required();
  command->footer(
      "What handlers did, as far as it is over, stands in its record:  rcx explain ID\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml events show 01a20437-c42d");
  command->callback([id, &context] { show(*id, context); });
}

}  // namespace rcx::host::cli
