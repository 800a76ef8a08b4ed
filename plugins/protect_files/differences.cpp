#include "differences.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace protect_files {
namespace {

struct Side {
  std::uint32_t mode = 0;
  std::string_view id;
  bool is_directory() const { return (mode & 0170000U) == 0040000U; }
};
struct Sides {
  Side before;
  Side after;
};

}  // namespace

std::optional<std::string> for_each_difference(
    const rcx::PrePush& push, std::string_view before, std::string_view after,
    const std::function<void(std::string_view path)>& take) {
  std::vector<std::string> directories = {""};
  while (!directories.empty()) {
    if (push.cancelled()) {
      throw rcx::Error(RCX_FAILED, "out of time; not all that changes was looked at");
    }
    const std::string directory = std::move(directories.back());
    directories.pop_back();
    if (std::count(directory.begin(), directory.end(), '/') > kDeepest) {
      return directory;
    }
    std::map<std::string_view, Sides> names;
    for (const rcx::Entry& entry : push.entries(before, directory)) {
      names[entry.name()].before = {entry.mode(), entry.id()};
    }
    for (const rcx::Entry& entry : push.entries(after, directory)) {
      names[entry.name()].after = {entry.mode(), entry.id()};
    }
    for (const auto& [name, sides] : names) {
      if (sides.before.mode == sides.after.mode && sides.before.id == sides.after.id) continue;
      std::string path =
          directory.empty() ? std::string(name) : directory + "/" + std::string(name);
      const auto is_file = [](const Side& side) { return side.mode != 0 && !side.is_directory(); };
      if (is_file(sides.before) || is_file(sides.after)) take(path);
      if (sides.before.is_directory() || sides.after.is_directory()) {
        directories.push_back(std::move(path));
      }
    }
  }
  return std::nullopt;
}

}  // namespace protect_files
