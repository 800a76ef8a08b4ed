// `rcx explain`: why one push was refused, or accepted.
#include <fmt/format.h>

#include <iostream>

#include "host/cli/cli.hpp"
#include "host/cli/decision_text.hpp"
#include "host/recorder/history.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kMostCandidates = 20;

Error unknown(const Config& config, const std::string& id) {
  return {
      Code::kNotFound,
      fmt::format("no decision {} is recorded in {}; records are kept for a time (records.keep "
                  "in {}). List what there is with:  rcx decisions",
                  printable(id), records_directory(config.state).string(), config.file.string())};
}

Error ambiguous(const std::string& id, const std::vector<StoredRecord>& found) {
  std::string text =
      fmt::format("several decisions begin with {}; give more of the id:", printable(id));
  for (std::size_t i = 0; i < found.size() && i < kMostCandidates; ++i) {
    const Record& record = found[i].record;
    text += fmt::format("\n  {}  {}  {}  {}", record.id, utc_text(record.time_ns),
                        printable(record.verdict), printable(record.repository));
  }
  if (found.size() > kMostCandidates) text += "\n  and more";
  return {Code::kInvalid, text};
}

void explain(const std::string& id, Context& context) {
  const auto config = context.config();
  if (!config) return;
  const Result<std::vector<StoredRecord>> found = find_records(*config, id, kMostCandidates + 1);
  if (!found) {
    context.fail(found.error());
  } else if (found->empty()) {
    context.fail(unknown(*config, id));
  } else if (found->size() > 1) {
    context.fail(ambiguous(id, *found));
  } else if (context.json) {
    std::cout << found->front().line << '\n';
  } else {
    std::cout << explanation(found->front().record);
  }
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("explain", "Why a push was refused, or accepted");
  auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "What the push said after \"decision\", or how that begins")
      ->required();
  command->footer(
      "Works whether or not the host runs. At least 6 digits of the id; where several decisions "
      "begin\n"
      "with them, lists those.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml explain 01a20437-c42d");
  command->callback([id, &context] { explain(*id, context); });
}

}  // namespace rcx::host::cli
