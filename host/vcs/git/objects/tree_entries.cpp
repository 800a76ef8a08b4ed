#include "host/vcs/git/objects/tree_entries.hpp"

#include <algorithm>
#include <cstring>

#include "host/vcs/git/objects/common_bytes.hpp"

namespace rcx::host::git {
namespace {

// An entry but for its id.
struct Head {
  std::uint32_t mode = 0;
  std::string_view name;
  std::size_t size = 0;  // of the entry with its id; 0: there is none

  bool is_tree() const noexcept { return (mode & S_IFMT) == S_IFDIR; }
};

Head head_of(std::string_view rest, std::size_t id_size) noexcept {
  std::size_t at = 0;
  std::uint32_t mode = 0;
  constexpr std::size_t kLongestMode = 7;
  for (; at < rest.size() && at < kLongestMode && rest[at] >= '0' && rest[at] <= '7'; ++at) {
    mode = mode * 8 + static_cast<std::uint32_t>(rest[at] - '0');
  }
  if (at == 0 || at == rest.size() || rest[at] != ' ') return {};
  const std::size_t end = rest.find('\0', at);
  if (end == std::string_view::npos || end == at + 1 || rest.size() - end - 1 < id_size) return {};
  // As git takes it: so no content need be there.
  const auto type = mode & S_IFMT;
  if (type != S_IFREG && type != S_IFLNK && type != S_IFDIR) mode = kSubmoduleMode;
  return {mode, rest.substr(at + 1, end - at - 1), end + 1 + id_size};
}

// A directory as if its name ended with a slash.
template <class Entry>
int order(const Entry& a, const Entry& b) noexcept {
  const std::size_t common = std::min(a.name.size(), b.name.size());
  const int bytes = std::memcmp(a.name.data(), b.name.data(), common);
  if (bytes != 0) return bytes;
  const auto after = [common](const Entry& entry) {
    if (entry.name.size() > common) {
      return static_cast<int>(static_cast<unsigned char>(entry.name[common]));
    }
    return entry.is_tree() ? static_cast<int>('/') : 0;
  };
  return after(a) - after(b);
}

// Whether `entry` has the name of a file that came before it. Other names may lie between both:
// `a`, `a.c`, and then the directory `a`, which counts as `a/`. `files` are those of which the
// directory may still come, and are brought up to `entry`.
bool is_twice(const Head& entry, std::vector<std::string_view>& files) {
  const auto may_come = [&entry](std::string_view file) {
    return entry.name.starts_with(file) &&
           (entry.name.size() == file.size() || entry.name[file.size()] < '/');
  };
  while (!files.empty() && !may_come(files.back())) files.pop_back();
  if (!files.empty() && files.back().size() == entry.name.size()) return true;
  if (!entry.is_tree()) files.push_back(entry.name);
  return false;
}

// What is wrong with a tree, to the end of its content; empty where nothing is.
std::string fault_of(std::string_view rest, std::size_t id_size) {
  const auto strange = [](const char* has, std::string_view name, const char* how) {
    return std::string("this tree has ") + has + "'" + shortened(printable(name), 200) + "'" + how +
           ", and git writes none like that; git fsck finds it";
  };
  std::vector<std::string_view> files;
  Head before;
  while (!rest.empty()) {
    const Head entry = head_of(rest, id_size);
    if (entry.size == 0) return "a tree ends within an entry";
    if (before.size != 0 && order(before, entry) > 0) {
      return strange("", entry.name, " out of order");
    }
    if (entry.name == before.name || is_twice(entry, files)) {
      return strange("", entry.name, " twice");
    }
    if (entry.name.find('/') != std::string_view::npos) {
      return strange("a slash in the name ", entry.name, "");
    }
    rest.remove_prefix(entry.size);
    before = entry;
  }
  return {};
}

}  // namespace

Result<TreeEntries> TreeEntries::of(Object object, const ObjectId& id) {
  if (object.type != ObjectType::kTree) return damaged_object(id, "wanted a tree");
  TreeEntries entries;
  entries.content_ = std::move(object.content);
  entries.rest_ = *entries.content_;
  entries.id_size_ = id.size();
  entries.next();
  return entries;
}

Result<void> TreeEntries::check(const ObjectId& id) const {
  const std::string fault = fault_of(*content_, id_size_);
  if (!fault.empty()) return damaged_object(id, fault);
  return {};
}

void TreeEntries::next() noexcept {
  const Head head = head_of(rest_, id_size_);
  here_ = head.size != 0;
  if (!here_) return;
  current_ = {head.mode, head.name, ObjectId(rest_.data() + head.size - id_size_, id_size_)};
  rest_.remove_prefix(head.size);
}

void TreeEntries::skip_equal(std::vector<TreeEntries>& all) noexcept {
  const TreeEntries& first = all.front();
  std::size_t same = first.rest_.size();
  for (const TreeEntries& other : all) {
    if (!other.here_ || other.current_.mode != first.current_.mode ||
        other.current_.id != first.current_.id || other.current_.name != first.current_.name) {
      return;
    }
    same = std::min(same, common_prefix(first.rest_.substr(0, same), other.rest_));
  }
  const bool to_the_end = std::all_of(all.begin(), all.end(), [same](const TreeEntries& entries) {
    return entries.rest_.size() == same;
  });
  std::size_t skipped = to_the_end ? same : 0;
  while (!to_the_end) {
    const std::size_t end = first.rest_.find('\0', skipped);
    if (end == std::string_view::npos || end + 1 + first.id_size_ > same) break;
    skipped = end + 1 + first.id_size_;
  }
  for (TreeEntries& entries : all) {
    entries.rest_.remove_prefix(skipped);
    entries.next();
  }
}

int tree_order(const TreeEntry* a, const TreeEntry* b) noexcept {
  if (a == nullptr) return 1;
  if (b == nullptr) return -1;
  return order(*a, *b);
}

}  // namespace rcx::host::git
