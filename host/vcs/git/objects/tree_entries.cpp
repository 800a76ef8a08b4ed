#include "host/vcs/git/objects/tree_entries.hpp"

#include <algorithm>
#include <cstring>

#include "host/vcs/git/objects/common_bytes.hpp"

namespace rcx::host::git {

Result<TreeEntries> TreeEntries::of(Object object, const ObjectId& id) {
  if (object.type != ObjectType::kTree) return damaged_object(id, "wanted a tree");
  TreeEntries entries;
  entries.content_ = std::move(object.content);
  entries.rest_ = *entries.content_;
  entries.id_size_ = id.size();
  entries.next();
  return entries;
}

void TreeEntries::next() noexcept {
  here_ = false;
  if (rest_.empty()) return;
  damaged_ = true;
  std::size_t at = 0;
  std::uint32_t mode = 0;
  constexpr std::size_t kLongestMode = 7;
  for (; at < rest_.size() && at < kLongestMode && rest_[at] >= '0' && rest_[at] <= '7'; ++at) {
    mode = mode * 8 + static_cast<std::uint32_t>(rest_[at] - '0');
  }
  if (at == 0 || at == rest_.size() || rest_[at] != ' ') return;
  const std::size_t end = rest_.find('\0', at);
  if (end == std::string_view::npos || end == at + 1 || rest_.size() - end - 1 < id_size_) return;
  current_ = {mode, rest_.substr(at + 1, end - at - 1), ObjectId(rest_.data() + end + 1, id_size_)};
  rest_.remove_prefix(end + 1 + id_size_);
  damaged_ = false;
  here_ = true;
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
  std::size_t skipped = 0;
  while (true) {
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
  const std::size_t common = std::min(a->name.size(), b->name.size());
  const int bytes = std::memcmp(a->name.data(), b->name.data(), common);
  if (bytes != 0) return bytes;
  const auto after = [common](const TreeEntry& entry) {
    if (entry.name.size() > common) {
      return static_cast<int>(static_cast<unsigned char>(entry.name[common]));
    }
    return entry.is_tree() ? static_cast<int>('/') : 0;
  };
  return after(*a) - after(*b);
}

}  // namespace rcx::host::git
