#include <policy/scope.hpp>

#include <text/glob.hpp>

#include <algorithm>

namespace policy {
namespace {

bool any_glob_matches(const std::vector<std::string>& globs, std::string_view name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return text::glob_matches(glob, name); });
}

bool skip_merges_from(const rcx::Value& setting) {
  const auto text = setting.as<std::string>("check");
  if (text != "check" && text != "skip") setting.fail("check or skip");
  return text == "skip";
}

}  // namespace

std::vector<std::string> globs_from(const rcx::Value& setting) {
  auto globs = setting.list<std::string>();
  if (setting.exists() && globs.empty()) setting.fail("at least one glob");
  return globs;
}

std::vector<std::string> short_names_from(const rcx::Value& setting) {
  auto globs = globs_from(setting);
  for (const std::string& glob : globs) {
    if (glob.rfind("refs/", 0) != 0) continue;
    const std::size_t slash = glob.find('/', 5);
    const std::string name = slash == std::string::npos ? "" : glob.substr(slash + 1);
    setting.fail("globs of short names, such as " + (name.empty() ? "main" : name) + " for " +
                 (name.empty() ? "refs/heads/main" : glob));
  }
  return globs;
}

Scope::Scope(const rcx::Value& rule)
    : repositories_(globs_from(rule["repositories"])),
      branches_(short_names_from(rule["branches"])),
      skip_merges_(skip_merges_from(rule["merges"])) {}

bool Scope::covers_repository(std::string_view name) const {
  return repositories_.empty() || any_glob_matches(repositories_, name);
}

std::vector<std::uint64_t> Scope::covers(const rcx::Refs& refs, const rcx::Commit& commit) const {
  if (skip_merges_ && commit.is_merge()) return {};
  if (branches_.empty()) return {commit.ref()};
  std::vector<std::uint64_t> covering;
  for (const rcx::RefUpdate& ref : refs) {
    const bool covered = ref.is_branch() && any_glob_matches(branches_, ref.short_name());
    if (covered && commit.reached_by(ref.index())) covering.push_back(ref.index());
  }
  return covering;
}

}  // namespace policy
