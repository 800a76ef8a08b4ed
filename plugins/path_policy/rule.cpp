#include "rule.hpp"

#include "windows_name.hpp"

#include <text/quantity.hpp>

#include <utility>

namespace path_policy {
namespace {

constexpr std::string_view kTakeItOut =
    "take it out of that commit; deleting it in a later one does not help";
constexpr std::string_view kMakeItSmaller =
    "take it out of that commit, or keep it elsewhere, such as in Git LFS";
constexpr std::string_view kRenameIt = "rename it in that commit";

std::optional<std::uint64_t> optional_size(const rcx::Value& setting) {
  if (!setting.exists()) return std::nullopt;
  return size_from(setting, "a size such as 500000, 10MB or 1MiB, at least 1");
}

}  // namespace

std::uint64_t size_from(const rcx::Value& setting, const char* wanted) {
  const std::uint32_t kind = setting.kind();
  if (kind != RCX_VALUE_INTEGER && kind != RCX_VALUE_TEXT) setting.fail(wanted);
  const auto size = text::size_from(setting.as<std::string_view>());
  if (!size || *size == 0) setting.fail(wanted);
  return *size;
}

Rule::Rule(const rcx::Value& settings)
    : scope_(settings),
      name_(settings["name"].as<std::string>()),
      hint_(settings["hint"].as<std::string>("")),
      except_(globs_from(settings["except"])),
      forbidden_paths_(globs_from(settings["forbidden_paths"])),
      forbidden_extensions_(extensions_from(settings["forbidden_extensions"])),
      max_file_size_(optional_size(settings["max_file_size"])),
      no_case_collisions_(settings["no_case_collisions"].as<bool>(false)),
      windows_names_(settings["windows_names"].as<bool>(false)) {
  settings.allow_only({"name", "hint", "repositories", "branches", "merges", "except",
                       "forbidden_paths", "forbidden_extensions", "max_file_size",
                       "no_case_collisions", "windows_names"});
  if (name_.empty()) settings["name"].fail("a name");
  if (forbidden_paths_.empty() && forbidden_extensions_.empty() && !max_file_size_ &&
      !no_case_collisions_ && !windows_names_) {
    settings.fail("something to check, such as forbidden_paths or max_file_size");
  }
}

std::vector<Fault> Rule::faults(const rcx::Change& change,
                                std::optional<std::uint64_t> max_file_size) const {
  std::vector<Fault> faults;
  if (const PathPattern* glob = find_match(forbidden_paths_, change.path())) {
    faults.push_back({"path must not match \"" + glob->source() + "\"", kTakeItOut});
  }
  if (const PathPattern* extension = find_match(forbidden_extensions_, change.path())) {
    faults.push_back({"file must not end in \"" + extension->source() + "\"", kTakeItOut});
  }
  // Content that was there before, such as that of a file which only became executable, is let be.
  // A submodule has none, and may bear the id of the file that takes its place.
  const bool was_there = change.new_id() == change.old_id() && !change.retyped();
  if (max_file_size && !was_there) {
    const std::uint64_t size = change.new_size();
    if (size > *max_file_size) {
      faults.push_back(
          {"file has " + std::to_string(size) + " bytes, at most " + std::to_string(*max_file_size),
           kMakeItSmaller});
    }
  }
  if (windows_names_) {
    if (auto fault = windows_fault(change.path())) faults.push_back({std::move(*fault), kRenameIt});
  }
  return faults;
}

}  // namespace path_policy
