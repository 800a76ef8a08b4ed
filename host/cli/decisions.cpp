// `rcx decisions`: what was decided, one line each.
#include <iostream>
#include <limits>

#include "host/cli/cli.hpp"
#include "host/cli/decision_text.hpp"
#include "host/recorder/history.hpp"

namespace rcx::host::cli {
namespace {

struct Asked {
  RecordQuery query;
  std::string since;
  std::size_t limit = 50;
};

void list(Asked asked, Context& context) {
  const auto config = context.config();
  if (!config) return;
  if (!asked.since.empty()) {
    const Result<std::int64_t> since = read_since(asked.since);
    if (!since) return context.fail(since.error(), kUsage);
    asked.query.since_ns = *since;
  }
  const std::size_t most = asked.limit == 0 ? std::numeric_limits<std::size_t>::max() : asked.limit;
  const Result<std::vector<StoredRecord>> found = list_records(*config, asked.query, most);
  if (!found) {
    context.fail(found.error());
    return;
  }
  for (const StoredRecord& stored : *found) {
    std::cout << (context.json ? stored.line : decision_line(stored.record)) << '\n';
  }
}

}  // namespace

void add_decisions(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("decisions", "What was decided, the newest first");
  auto asked = std::make_shared<Asked>();
  RecordQuery& query = asked->query;
  command->add_option("--repo", query.repository, "Of repositories whose name matches this glob")
      ->type_name("GLOB");
  command->add_option("--since", asked->since, "Since this length of time (1h), or this date, UTC")
      ->type_name("TIME");
  command->add_flag("--refused", query.refused, "Only what was refused");
  command->add_option("--extension", query.extension, "That this extension was asked about")
      ->type_name("ID");
  command->add_option("--caller", query.caller, "Of pushes by this caller")->type_name("NAME");
  command->add_option("--event", query.kind, "Only events of this kind, such as pre_push")
      ->type_name("EVENT");
  command->add_option("--limit", asked->limit, "At most so many; 0: all")->type_name("NUMBER");
  command->footer(
      "One line each: time, verdict, event, repository, caller, references, the first reason, id.\n"
      "With --json one object per line. Works whether or not the host runs.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml decisions --repo 'team/*' --since 1h --refused");
  command->callback([asked, &context] { list(*asked, context); });
}

}  // namespace rcx::host::cli
