#include "host/cli/install_all.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <functional>
#include <iostream>
#include <map>

#include "host/access/access.hpp"
#include "host/cli/find_repositories.hpp"
#include "host/cli/mercurial.hpp"

namespace rcx::host::cli {
namespace {

// What was done to one repository: a verb, of which there are few, and what else is to be said.
struct Line {
  std::string verb;
  std::string more;
};

constexpr const char* kSkippedVerb = "skipped";
constexpr const char* kNothingVerb = "nothing to do in";
constexpr const char* kFailedVerb = "failed";

Result<fs::path> check_root(const Config& config, const fs::path& root) {
  boost::system::error_code failed;
  fs::path real = fs::canonical(root, failed);
  if (failed) return system_error("cannot find " + printable(root.string()), failed.value());
  if (!fs::is_directory(real, failed)) {
    return Error{Code::kInvalid, printable(root.string()) + " is no directory"};
  }
  for (const fs::path& one : config.roots) {
    if (fs::canonical(one, failed) == real && !failed) return real;
  }
  const Result<Placed> placed = Roots(config).place(real);
  if (!placed) return placed.error();
  return real;
}

void print(const fs::path& path, const Line& line) {
  const bool trouble = line.verb == kSkippedVerb || line.verb == kFailedVerb;
  (trouble ? std::cerr : std::cout) << fmt::format("{}{} {}{}\n", trouble ? "rcx: " : "", line.verb,
                                                   printable(path.string()), printable(line.more));
}

void for_all(const Config& config, const fs::path& root, bool dry, Context& context,
             const std::function<Line(const fs::path&)>& act) {
  const Result<fs::path> real = check_root(config, root);
  if (!real) {
    context.fail(real.error());
    return;
  }
  std::map<std::string, std::size_t> counts = {{kFailedVerb, 0}, {kSkippedVerb, 0}};
  for (const Found& found : find_repositories(*real)) {
    const char* left_out = found.unread ? kFailedVerb : kSkippedVerb;
    const Line line =
        found.skipped.empty() ? act(found.path) : Line{left_out, ": " + found.skipped};
    ++counts[line.verb];
    print(found.path, line);
  }
  std::string summary;
  for (const auto& [verb, count] : counts) {
    summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", verb, count);
  }
  std::cout << "below " << printable(real->string()) << ": " << summary
            << (dry ? "; nothing was changed\n" : "\n");
  if (counts[kFailedVerb] != 0) context.status = kFailed;
}

template <class Did, class What>
std::string hooks_that(const Did& did, What what) {
  std::string names;
  for (std::size_t i = 0; i < kGitHooks.size(); ++i) {
    if (did[i] == what) names += (names.empty() ? "" : " and ") + std::string(kGitHooks[i]);
  }
  return names;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "; " + line;
  return text;
}

Line line_of(const Result<Installed>& done, bool dry) {
  if (!done) return {kFailedVerb, ": " + done.error().message};
  if (done->served) return {kNothingVerb, ", which  rcx install --system  has served"};
  const auto& did = done->did;
  const bool renewed = done->whole ? did[0] == Putting::kRenewed
                                   : std::all_of(did.begin(), did.end(), [](Putting one) {
                                       return one == Putting::kRenewed;
                                     });
  const std::string chained = hooks_that(did, Putting::kChained);
  return {renewed ? dry ? "would renew" : "renewed"
          : dry   ? "would install"
                  : "installed",
          (chained.empty() ? "" : ", after its own " + chained) + joined(done->more)};
}

Line line_of(const Result<Uninstalled>& done, bool dry) {
  if (!done) return {kFailedVerb, ": " + done.error().message};
  const std::string back = hooks_that(done->did, Taking::kPutBack);
  const std::string foreign = hooks_that(done->did, Taking::kForeign);
  const std::string more = (back.empty() ? "" : ", with its own " + back + " back") +
                           (foreign.empty() ? "" : ", " + foreign + " not ours, left alone") +
                           joined(done->more);
  if (done->more.empty() && back.empty() && hooks_that(done->did, Taking::kTaken).empty()) {
    return {kNothingVerb, more};
  }
  return {dry ? "would uninstall" : "uninstalled", more};
}

}  // namespace

void install_all(const Config& config, const fs::path& root, InstallWay way, Context& context) {
  for_all(config, root, way.dry, context, [&](const fs::path& repository) {
    const InstallWay own{way.dry, way.shell && is_mercurial(repository)};
    return line_of(install(config, repository, own), way.dry);
  });
}

void uninstall_all(const Config& config, const fs::path& root, bool dry, Context& context) {
  for_all(config, root, dry, context,
          [&](const fs::path& repository) { return line_of(uninstall(repository, dry), dry); });
}

void Which::check() const {
  if (repository.empty() && all.empty()) throw CLI::RequiredError("REPO or --all DIR");
}

std::shared_ptr<Which> add_which(CLI::App& command, const std::string& all_description) {
  auto which = std::make_shared<Which>();
  CLI::Option* one = command.add_option("REPO", which->repository, "The repository, bare or not");
  command.add_option("--all", which->all, all_description)->type_name("DIR")->excludes(one);
  command.add_flag("--dry-run", which->dry, "Say what would be done, and change nothing");
  return which;
}

}  // namespace rcx::host::cli
