// `rcx extensions compare`: on which pushes an extension and its canary differ.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>
#include <limits>
#include <tuple>

#include "host/cli/cli.hpp"
#include "host/cli/decision_text.hpp"
#include "host/recorder/history.hpp"

namespace rcx::host::cli {
namespace {

struct Asked {
  std::string id;
  RecordQuery query;
  std::string since;
  std::size_t limit = 0;
};

// What one version did at one event, in all its handlers.
struct Opinion {
  std::string version;
  std::string hash;
  bool asked = false;
  bool absent = false;
  bool failed = false;
  std::string reason;
  std::vector<RecordedObjection> objections;

  bool objects() const { return !objections.empty(); }
  std::string name() const {
    if (absent) return "absent";
    if (failed) return "failed";
    return objects() ? "objects" : "agrees";
  }
};

Opinion opinion_of(const Record& record, const std::string& id) {
  Opinion opinion;
  for (const RecordedExtension& one : record.extensions) {
    if (one.id != id) continue;
    opinion.asked = true;
    opinion.version = one.version;
    opinion.hash = one.hash;
    opinion.absent = opinion.absent || one.outcome == "absent";
    opinion.failed = opinion.failed || one.outcome == "failed";
    if (opinion.reason.empty()) opinion.reason = one.reason;
    opinion.objections.insert(opinion.objections.end(), one.objections.begin(),
                              one.objections.end());
  }
  return opinion;
}

bool same(const Opinion& a, const Opinion& b) {
  const auto equal = [](const RecordedObjection& x, const RecordedObjection& y) {
    return std::tie(x.ref, x.reason) == std::tie(y.ref, y.reason);
  };
  return a.name() == b.name() && a.objections.size() == b.objections.size() &&
         std::equal(a.objections.begin(), a.objections.end(), b.objections.begin(), equal);
}

std::string line(const std::string& id, const Opinion& opinion) {
  std::string text = fmt::format("  {} {}  {}", id, printable(opinion.version), opinion.name());
  if (!opinion.reason.empty()) text += ": " + shortened(printable(opinion.reason), 200);
  text += '\n';
  for (const RecordedObjection& objection : opinion.objections) {
    text += "    " + (objection.ref ? printable(*objection.ref) + ": " : std::string()) +
            shortened(printable(objection.reason), 200) + "\n";
  }
  return text;
}

boost::json::object to_json(const Opinion& opinion) {
  boost::json::array objections;
  for (const RecordedObjection& objection : opinion.objections) {
    objections.push_back({{"ref", objection.ref ? printable(*objection.ref) : std::string()},
                          {"reason", printable(objection.reason)}});
  }
  return {{"version", printable(opinion.version)},
          {"hash", opinion.hash},
          {"opinion", opinion.name()},
          {"reason", printable(opinion.reason)},
          {"objections", std::move(objections)}};
}

void print(const Record& record, const Asked& asked, const Opinion& first, const Opinion& canary,
           bool json) {
  if (json) {
    std::cout << boost::json::serialize(
                     boost::json::object{{"id", record.id},
                                         {"time", utc_text(record.time_ns)},
                                         {"kind", printable(record.kind)},
                                         {"repository", printable(record.repository)},
                                         {"first", to_json(first)},
                                         {"canary", to_json(canary)}})
              << '\n';
    return;
  }
  std::cout << decision_line(record) << '\n'
            << line(asked.id, first) << line(canary_id(asked.id), canary);
}

void compare(Asked asked, Context& context) {
  const auto config = context.config();
  if (!config) return;
  if (!asked.since.empty()) {
    const Result<std::int64_t> since = read_since(asked.since);
    if (!since) return context.fail(since.error(), kUsage);
    asked.query.since_ns = *since;
  }
  if (is_canary(asked.id)) asked.id.resize(asked.id.size() - kCanarySuffix.size());
  asked.query.extension = canary_id(asked.id);
  const Result<std::vector<StoredRecord>> found =
      list_records(*config, asked.query, std::numeric_limits<std::size_t>::max());
  if (!found) return context.fail(found.error());
  std::size_t both = 0;
  std::size_t different = 0;
  for (const StoredRecord& stored : *found) {
    const Opinion first = opinion_of(stored.record, asked.id);
    const Opinion canary = opinion_of(stored.record, canary_id(asked.id));
    if (!first.asked || !canary.asked) continue;
    ++both;
    if (same(first, canary)) continue;
    if (++different > asked.limit && asked.limit != 0) continue;
    print(stored.record, asked, first, canary, context.json);
  }
  if (both == 0) {
    return context.fail(
        {Code::kNotFound,
         fmt::format("no record of an event that both {} and its canary were asked about; "
                     "give it one in {}:  extensions: {{{}: {{canary: FILE}}}}",
                     printable(asked.id), config->file.string(), printable(asked.id))});
  }
  if (!context.json) std::cout << fmt::format("{} of {} events differ\n", different, both);
}

}  // namespace

void add_compare(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("compare", "On which pushes an extension and its canary differ");
  auto asked = std::make_shared<Asked>();
  command->fallthrough();
  command->add_option("ID", asked->id, "The extension, whose section in rcx.yaml has  canary: FILE")
      ->required();
  command->add_option("--repo", asked->query.repository, "Of repositories whose name matches this")
      ->type_name("GLOB");
  command->add_option("--since", asked->since, "Since this length of time (1h), or this date, UTC")
      ->type_name("TIME");
  command->add_option("--limit", asked->limit, "Show at most so many; 0: all")->type_name("NUMBER");
  command->footer(
      "The newest first: the decision, and what each of the two versions said. They differ where\n"
      "one objects, fails or is absent and the other does not, or where their objections differ.\n"
      "With --json one object per line. Works whether or not the host runs.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml extensions compare policy --since 1d");
  command->callback([asked, &context] { compare(*asked, context); });
}

}  // namespace rcx::host::cli
