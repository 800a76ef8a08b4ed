#include "host/cli/inclusion.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <iterator>
#include <vector>

#include "host/cli/git_config.hpp"

namespace rcx::host::cli {
namespace {

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

Result<Conditions> included_in(const std::vector<std::string>& where, const fs::path& file) {
  std::vector<std::string> words = {"config"};
  words.insert(words.end(), where.begin(), where.end());
  words.insert(words.end(), {"-z", "--get-regexp", "^includeif\\..*\\.path$"});
  const Result<GitSaid> said = run_git(words);
  if (!said) return said.error();
  Conditions found;
  for (const std::string_view entry : split(said->out, '\0')) {
    // A value may have newlines, a key none.
    const std::size_t end = entry.find('\n');
    if (end == std::string_view::npos || end < kBefore.size() + kBehind.size()) continue;
    if (entry.substr(end + 1) != file.string()) continue;
    found.emplace(entry.substr(kBefore.size(), end - kBefore.size() - kBehind.size()));
  }
  return found;
}

Result<void> unset(const std::string& scope, const std::string& condition, const fs::path& file) {
  return change_git_setting(
      scope, {"--fixed-value", "--unset-all", include_key(condition), file.string()});
}

// What undoes a step that failed: there is another error to tell.
void discard(const Result<void>& done) {
  if (!done) log("cli").debug("{}", done.error().message);
}

}  // namespace

Result<Conditions> wanted_conditions(const Config& config) {
  Conditions all;
  for (const fs::path& root : config.roots) {
    const Result<std::string> condition = condition_of(root);
    if (!condition) return condition.error();
    all.insert(*condition);
  }
  return all;
}

Result<Conditions> included_by(const std::string& scope, const fs::path& file) {
  return included_in({"--" + scope}, file);
}

// No root is left alone with its instance half installed.
Result<void> include_file(const Conditions& more, const std::string& scope, const fs::path& file) {
  std::vector<std::string> set;
  for (const std::string& condition : more) {
    Result<void> done = change_git_setting(scope, {"--add", include_key(condition), file.string()});
    if (done) {
      set.push_back(condition);
      continue;
    }
    for (const std::string& one : set) discard(unset(scope, one, file));
    return done;
  }
  return {};
}

Result<void> exclude_file(const Conditions& less, const std::string& scope, const fs::path& file) {
  for (const std::string& condition : less) {
    if (Result<void> done = unset(scope, condition, file); !done) return done;
  }
  return {};
}

std::string include_key(const std::string& condition) {
  return "includeIf." + condition + ".path";
}

std::optional<Inclusion> find_inclusion(const Config& config, const fs::path& file) {
  for (const char* scope : {"system", "global"}) {
    const Result<Conditions> found = included_by(scope, file);
    if (found && !found->empty()) {
      return Inclusion{fmt::format("git's {} configuration", scope), *found};
    }
  }
  for (const std::string& one : files_of_service(config)) {
    const Result<Conditions> found = included_in({"--file", one}, file);
    if (found && !found->empty()) return Inclusion{one, *found};
  }
  return std::nullopt;
}

Conditions without(const Conditions& all, const Conditions& less) {
  Conditions left;
  std::set_difference(all.begin(), all.end(), less.begin(), less.end(),
                      std::inserter(left, left.end()));
  return left;
}

std::string shown(const Conditions& conditions) {
  std::string text;
  for (const std::string& condition : conditions) {
    text += (text.empty() ? "" : ", ") + printable(condition);
  }
  return text;
}

}  // namespace rcx::host::cli
