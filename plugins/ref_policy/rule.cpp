#include "rule.hpp"

#include <policy/scope.hpp>
#include <text/glob.hpp>
#include <text/utf8.hpp>

#include <algorithm>
#include <initializer_list>

namespace ref_policy {
namespace {

constexpr std::size_t kQuotedCharacters = 80;

bool matches(const std::vector<std::string>& globs, std::string_view name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return text::glob_matches(glob, name); });
}

std::string quoted(std::string_view bytes) {
  return "\"" + text::excerpt(bytes, kQuotedCharacters) + "\"";
}

// A word that stands for others, which then cannot stand beside it.
bool flag(const rcx::Value& settings, const char* key,
          std::initializer_list<const char*> replaced) {
  const rcx::Value setting = settings[key];
  const bool on = setting.as<bool>(false);
  for (const char* other : replaced) {
    if (on && settings[other].exists()) {
      settings[other].fail(("no setting beside " + std::string(key) + ", which says it").c_str());
    }
  }
  return on;
}

std::string who(const People& people, const char* what, std::string_view caller) {
  return people.title() + " may " + what + ", not " + quoted(caller);
}

std::string or_ask(std::string cure, const People& people) {
  return people.any() ? cure + ", or ask one of them to do it" : cure;
}

}  // namespace

Rule::Rule(const rcx::Value& settings, const Groups& groups)
    : name_(settings["name"].as<std::string>()),
      hint_(settings["hint"].as<std::string>("")),
      repositories_(policy::globs_from(settings["repositories"])),
      branches_(policy::short_names_from(settings["branches"])),
      tags_(policy::short_names_from(settings["tags"])),
      refs_(policy::globs_from(settings["refs"])) {
  settings.allow_only({"name", "hint", "repositories", "branches", "tags", "refs", "create",
                       "update", "delete", "force", "fast_forward_only", "immutable",
                       "name_must_match"});
  if (name_.empty()) settings["name"].fail("a name");
  for (const std::string& glob : refs_) {
    // `main` would match nothing, and the rule not hold.
    if (glob.rfind("refs/", 0) != 0 && glob[0] != '*') {
      settings["refs"].fail("globs of whole names, such as refs/heads/main or refs/notes/*");
    }
  }
  read_people(settings, groups);
  read_patterns(settings["name_must_match"]);
  if (create_.everybody() && update_.everybody() && remove_.everybody() && force_.everybody() &&
      names_.empty()) {
    settings.fail("something to check, such as delete, fast_forward_only or name_must_match");
  }
}

void Rule::read_people(const rcx::Value& settings, const Groups& groups) {
  create_ = People::from(settings["create"], groups);
  update_ = People::from(settings["update"], groups);
  remove_ = People::from(settings["delete"], groups);
  force_ = People::from(settings["force"], groups);
  if (flag(settings, "fast_forward_only", {"force"})) force_ = People::nobody();
  if (flag(settings, "immutable", {"update", "delete", "force", "fast_forward_only"})) {
    update_ = People::nobody();
    remove_ = People::nobody();
  }
}

void Rule::read_patterns(const rcx::Value& setting) {
  if (setting.exists() && setting.list<std::string>().empty()) setting.fail("at least one pattern");
  const auto add = [&](const rcx::Value& item) {
    const auto source = item.as<std::string>();
    if (source.empty()) item.fail("a pattern; the empty one matches everything");
    names_.push_back(std::make_unique<const RE2>(source, RE2::Quiet));
    const RE2& pattern = *names_.back();
    if (!pattern.ok()) item.fail(("a pattern in RE2 syntax (" + pattern.error() + ")").c_str());
  };
  if (setting.is_list()) {
    for (const rcx::Value& item : setting.items()) add(item);
  } else if (setting.exists()) {
    add(setting);
  }
}

bool Rule::covers_repository(std::string_view name) const {
  return repositories_.empty() || matches(repositories_, name);
}

bool Rule::covers(const rcx::RefUpdate& ref) const {
  if (branches_.empty() && tags_.empty() && refs_.empty()) return true;
  return (ref.is_branch() && matches(branches_, ref.short_name())) ||
         (ref.is_tag() && matches(tags_, ref.short_name())) || matches(refs_, ref.name());
}

// A byte that is not UTF-8 is one character, and no `.` or `[^x]` overlooks it.
bool Rule::name_matches(std::string_view name) const {
  const std::string utf8 = text::replace_invalid(name);
  return names_.empty() ||
         std::any_of(names_.begin(), names_.end(), [&](const std::unique_ptr<const RE2>& pattern) {
           return RE2::PartialMatch(utf8, *pattern);
         });
}

std::vector<Fault> Rule::faults(const rcx::RefUpdate& ref, std::string_view caller) const {
  std::vector<Fault> faults;
  if (ref.created() && !create_.hold(caller)) {
    faults.push_back({who(create_, "create it", caller), or_ask("use another name", create_)});
  }
  if (ref.created() && !name_matches(ref.short_name())) {
    std::string wanted;
    for (const auto& pattern : names_) {
      wanted += (wanted.empty() ? "" : " or ") + quoted(pattern->pattern());
    }
    faults.push_back({"name must match " + wanted + ": " + quoted(ref.short_name()),
                      "push it under another name, as in  git push origin HERE:THERE"});
  }
  if (ref.updated() && !update_.hold(caller)) {
    faults.push_back(
        {who(update_, "update it", caller),
         or_ask(ref.is_tag() ? "make a tag of another name" : "push to another branch", update_)});
  }
  if (ref.forced() && !force_.hold(caller)) {
    faults.push_back({"it would lose commits, and " + who(force_, "do that", caller),
                      or_ask("fetch, merge or rebase, and push without --force", force_)});
  }
  if (ref.deleted() && !remove_.hold(caller)) {
    faults.push_back({who(remove_, "delete it", caller), or_ask("leave it", remove_)});
  }
  return faults;
}

}  // namespace ref_policy
