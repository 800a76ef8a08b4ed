#include "host/cli/system_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>
#include <vector>

#include "host/access/access.hpp"
#include "host/cli/forwarders.hpp"
#include "host/cli/git_config.hpp"

namespace rcx::host::cli {
namespace {

constexpr const char* kHooksPath = "core.hooksPath";
constexpr std::string_view kBefore = "includeif.";
constexpr std::string_view kBehind = ".path";
constexpr std::string_view kSpecial = "*?[\\";

// As git writes a condition: it compares with the git directory after links were followed, and
// without.
Result<std::string> condition_of(const fs::path& root) {
  boost::system::error_code failed;
  const std::string real = fs::canonical(root, failed).string();
  if (failed) return system_error("cannot find " + printable(root.string()), failed.value());
  if (real.find('\n') != std::string::npos) {
    return Error{Code::kInvalid,
                 "a root whose name has a newline cannot be named in git's "
                 "configuration: " +
                     printable(real)};
  }
  std::string condition = "gitdir:";
  for (const char byte : real) {
    if (kSpecial.find(byte) != std::string_view::npos) condition += '\\';
    condition += byte;
  }
  return condition.ends_with('/') ? condition : condition + '/';
}

Result<std::set<std::string>> conditions_of(const Config& config) {
  std::set<std::string> all;
  for (const fs::path& root : config.roots) {
    const Result<std::string> condition = condition_of(root);
    if (!condition) return condition.error();
    all.insert(*condition);
  }
  return all;
}

std::string key_of(const std::string& condition) {
  return "includeIf." + condition + ".path";
}

// The conditions under which the configuration that `where` says includes our file.
Result<std::set<std::string>> included_in(const std::vector<std::string>& where,
                                          const Config& config) {
  std::vector<std::string> words = {"config"};
  words.insert(words.end(), where.begin(), where.end());
  words.insert(words.end(), {"-z", "--get-regexp", "^includeif\\..*\\.path$"});
  const Result<GitSaid> said = run_git(words);
  if (!said) return said.error();
  std::set<std::string> found;
  for (const std::string_view entry : split(said->out, '\0')) {
    // A value may have newlines, a key none.
    const std::size_t end = entry.find('\n');
    if (end == std::string_view::npos || end < kBefore.size() + kBehind.size()) continue;
    if (entry.substr(end + 1) != included_file(config).string()) continue;
    found.emplace(entry.substr(kBefore.size(), end - kBefore.size() - kBehind.size()));
  }
  return found;
}

Result<std::set<std::string>> included_by(const std::string& scope, const Config& config) {
  return included_in({"--" + scope}, config);
}

std::string shown(const std::set<std::string>& conditions) {
  std::string text;
  for (const std::string& condition : conditions) {
    text += (text.empty() ? "" : ", ") + printable(condition);
  }
  return text;
}

// Hooks that all repositories have in common today would be passed over below the roots.
Result<void> check_hooks_path() {
  for (const char* scope : {"system", "global"}) {
    const Result<std::string> there = git_setting(scope, kHooksPath);
    if (!there) return there.error();
    if (there->empty()) continue;
    return Error{Code::kBusy,
                 fmt::format("{} is set to '{}' already, and hooks there would run no more below "
                             "the roots; see what they are for, and take it out with:  git config "
                             "--{} --unset {}",
                             kHooksPath, printable(*there), scope, kHooksPath)};
  }
  return {};
}

Result<void> unset(const std::string& scope, const std::string& condition, const Config& config) {
  return change_git_setting(
      scope, {"--fixed-value", "--unset-all", key_of(condition), included_file(config).string()});
}

// What undoes a step that failed: there is another error to tell.
void discard(const Result<void>& done) {
  if (!done) log("cli").debug("{}", done.error().message);
}

// All or nothing, so that no root is left alone with its instance half installed.
Result<void> include_below(const std::set<std::string>& conditions, const std::string& scope,
                           const Config& config) {
  std::vector<std::string> set;
  for (const std::string& condition : conditions) {
    Result<void> done =
        change_git_setting(scope, {"--add", key_of(condition), included_file(config).string()});
    if (done) {
      set.push_back(condition);
      continue;
    }
    for (const std::string& one : set) discard(unset(scope, one, config));
    return done;
  }
  return {};
}

std::set<std::string> without(const std::set<std::string>& all, const std::set<std::string>& less) {
  std::set<std::string> left;
  std::set_difference(all.begin(), all.end(), less.begin(), less.end(),
                      std::inserter(left, left.end()));
  return left;
}

// Where git includes the file, and under which conditions.
struct Inclusion {
  std::string who;
  std::string home;  // of the user whose file that is, if not of who asks
  std::set<std::string> conditions;
};

std::optional<Inclusion> find_inclusion(const Config& config) {
  for (const char* scope : {"system", "global"}) {
    const Result<std::set<std::string>> found = included_by(scope, config);
    if (found && !found->empty()) {
      return Inclusion{fmt::format("git's {} configuration", scope), {}, *found};
    }
  }
  for (const std::string& file : files_of_service(config)) {
    const Result<std::set<std::string>> found = included_in({"--file", file}, config);
    if (!found || found->empty()) continue;
    const std::optional<User> user = find_user(config.user);
    return Inclusion{file, user ? user->home : "", *found};
  }
  return std::nullopt;
}

void print_plan(const Forwarders& plan, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::cout << line << '\n';
  for (const std::string& line : plan.unread) {
    std::cerr << "rcx: hooks that are there may be passed over: " << line << '\n';
  }
}

std::string cure(const Config& config) {
  return fmt::format("; type:  rcx -c {} install --system", config.file.string());
}

}  // namespace

std::shared_ptr<SystemOption> add_system_option(CLI::App& command, const std::string& what) {
  auto option = std::make_shared<SystemOption>();
  CLI::Option* system = command.add_flag("--system", option->system, what);
  command
      .add_flag("--global", option->global,
                "The same for git that runs as who types it, where --system may not be written")
      ->excludes(system);
  return option;
}

Result<void> install_system(const Config& config, const std::string& scope, bool dry) {
  const Result<std::set<std::string>> wanted = conditions_of(config);
  if (!wanted) return wanted.error();
  if (Result<void> free = check_hooks_path(); !free) return free;
  const Result<std::set<std::string>> there = included_by(scope, config);
  if (!there) return there.error();
  if (scope == "system") {
    Result<void> open =
        check_open_to_all(config.directory(), "install for one user, with:  --global");
    if (!open) return open;
  }
  const Result<Forwarders> plan = plan_forwarders(config);
  if (!plan) return plan.error();
  const Result<std::vector<std::string>> lines = put_forwarders(config, *plan, dry);
  if (!lines) return lines.error();
  const std::set<std::string> more = without(*wanted, *there);
  const std::set<std::string> less = without(*there, *wanted);
  if (!dry) {
    if (Result<void> done = include_below(more, scope, config); !done) {
      if (there->empty() && !find_inclusion(config)) discard(remove_forwarders(config));
      return done;
    }
    for (const std::string& condition : less) {
      if (Result<void> done = unset(scope, condition, config); !done) return done;
    }
  }
  print_plan(*plan, *lines);
  const char* where = dry ? "would have" : "had";
  if (!more.empty()) {
    std::cout << fmt::format("{} git's {} configuration include them where {}\n", where, scope,
                             shown(more));
  }
  if (!less.empty()) {
    std::cout << fmt::format("{} it include them no more where {}\n", where, shown(less));
  }
  if (more.empty() && less.empty()) {
    std::cout << fmt::format("left git's {} configuration as it is\n", scope);
  }
  return {};
}

Result<void> uninstall_system(const Config& config, const std::string& scope, bool dry) {
  const Result<std::set<std::string>> there = included_by(scope, config);
  if (!there) return there.error();
  const std::string directory = printable(forwarders_directory(config).string());
  if (!there->empty()) {
    for (const std::string& condition : *there) {
      if (dry) continue;
      if (Result<void> done = unset(scope, condition, config); !done) return done;
    }
    std::cout << fmt::format(
        "{} git's {} configuration include no more hooks where {}; pushes that have begun still "
        "use {}, which the same command removes when it is typed again\n",
        dry ? "would have" : "had", scope, shown(*there), directory);
    return {};
  }
  std::cout << fmt::format("git's {} configuration includes no hooks of this instance\n", scope);
  boost::system::error_code failed;
  if (!fs::exists(forwarders_directory(config), failed)) return {};
  if (const std::optional<Inclusion> other = find_inclusion(config)) {
    std::cout << fmt::format("left {}, which {} includes\n", directory, other->who);
    return {};
  }
  if (!dry) {
    if (Result<void> removed = remove_forwarders(config); !removed) return removed;
  }
  std::cout << fmt::format("{} {}\n", dry ? "would remove" : "removed", directory);
  return {};
}

SystemSight look_at_system(const Config& config) {
  SystemSight sight;
  const std::optional<Inclusion> inclusion = find_inclusion(config);
  if (!inclusion) {
    sight.text = fmt::format(
        "repositories have hooks one by one; to have git run those of this instance for all below "
        "the roots, type:  rcx -c {} install --system",
        config.file.string());
    return sight;
  }
  sight.home = inclusion->home;
  const std::string wrong = wrong_forwarders(config);
  const Result<std::set<std::string>> wanted = conditions_of(config);
  const std::set<std::string> missing =
      wanted ? without(*wanted, inclusion->conditions) : std::set<std::string>();
  const std::set<std::string> extra =
      wanted ? without(inclusion->conditions, *wanted) : std::set<std::string>();
  sight.broken = true;
  if (!wanted) {
    sight.text = wanted.error().message;
  } else if (!missing.empty()) {
    sight.text = fmt::format("{} does not send repositories here where {}{}", inclusion->who,
                             shown(missing), cure(config));
  } else if (!extra.empty()) {
    sight.text = fmt::format("{} sends repositories here that lie below no root, where {}{}",
                             inclusion->who, shown(extra), cure(config));
  } else if (!wrong.empty()) {
    sight.text = wrong + cure(config);
  } else {
    sight.broken = false;
    sight.seen = true;
    sight.text = fmt::format("git runs those of this instance for all below the roots, by {}",
                             inclusion->who);
  }
  return sight;
}

}  // namespace rcx::host::cli
