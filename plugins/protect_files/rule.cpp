#include "rule.hpp"

#include <policy/scope.hpp>
#include <text/glob.hpp>

#include <algorithm>
#include <cstdint>

namespace protect_files {
namespace {

// As GitHub has it.
constexpr std::uint64_t kLargestFile = 3'000'000;

bool matches(const std::vector<std::string>& globs, std::string_view name) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           return text::glob_matches(glob, name);
         });
}

std::vector<std::string> files_from(const rcx::Value& setting) {
  auto files = setting.list<std::string>();
  if (setting.exists() && files.empty()) setting.fail("at least one path");
  for (const std::string& file : files) {
    if (file.empty() || file.front() == '/' || file.back() == '/') {
      setting.fail("paths from the top of the repository, such as docs/CODEOWNERS");
    }
  }
  return files;
}

Owners owners_from(const rcx::Value& setting) {
  std::string text;
  const auto lines = setting.list<std::string>();
  for (const std::string& line : lines) text += line + "\n";
  Owners owners(text);
  if (owners.mistakes().empty()) return owners;
  const Mistake& first = owners.mistakes()[0];
  const std::string wanted =
      "lines of CODEOWNERS (line " + std::to_string(first.line) + ": " + first.what + ")";
  setting.fail(wanted.c_str());
}

}  // namespace

Rule::Rule(const rcx::Value& settings)
    : name_(settings["name"].as<std::string>()),
      hint_(settings["hint"].as<std::string>("")),
      repositories_(policy::globs_from(settings["repositories"])),
      branches_(policy::short_names_from(settings["branches"])),
      files_(files_from(settings["file"])) {
  settings.allow_only({"name", "hint", "repositories", "branches", "file", "owners"});
  if (name_.empty()) settings["name"].fail("a name");
  const rcx::Value owners = settings["owners"];
  if (owners.exists() == !files_.empty()) {
    settings.fail("either file, a path in the repository, or owners, lines of CODEOWNERS");
  }
  if (owners.exists()) {
    if (owners.list<std::string>().empty()) owners.fail("at least one line");
    owners_ = owners_from(owners);
  }
}

bool Rule::covers_repository(std::string_view name) const {
  return matches(repositories_, name);
}

bool Rule::covers(const rcx::RefUpdate& ref) const {
  return ref.is_branch() && !ref.deleted() && matches(branches_, ref.short_name());
}

bool Rule::is_file(std::string_view path) const {
  return std::find(files_.begin(), files_.end(), path) != files_.end();
}

std::optional<OwnersFile> Rule::file_at(const rcx::PrePush& push, std::string_view commit) const {
  for (const std::string& path : files_) {
    const std::optional<rcx::Entry> entry = push.find(commit, path);
    if (!entry) continue;
    OwnersFile file{path, std::string(entry->id()), {}, {}};
    if ((entry->mode() & 0170000U) != 0100000U) {
      file.mistakes.push_back({0, "it is no ordinary file"});
    } else if (entry->size() > kLargestFile) {
      file.mistakes.push_back({0, "it has more than " + std::to_string(kLargestFile) + " bytes"});
    } else {
      file.owners = Owners(entry->content());
      file.mistakes = file.owners.mistakes();
    }
    return file;
  }
  return std::nullopt;
}

}  // namespace protect_files
