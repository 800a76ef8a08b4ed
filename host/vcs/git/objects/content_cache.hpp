// Contents that were read lately, up to a number of bytes.
#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>

#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// Forgets the least recently used first. An object above an eighth of `bytes` is not kept: it
// would push out everything else. One thread.
template <class Key, class Hash = std::hash<Key>>
class ContentCache {
 public:
  explicit ContentCache(std::size_t bytes) : bytes_(bytes) {}

  // Null when it is not here.
  const Object* find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return &found->second->second;
  }

  void keep(const Key& key, const Object& object) {
    const std::size_t size = cost(object);
    if (size > bytes_ / 8 || places_.contains(key)) return;
    kept_.emplace_front(key, object);
    places_.emplace(key, kept_.begin());
    used_ += size;
    while (used_ > bytes_) {
      used_ -= cost(kept_.back().second);
      places_.erase(kept_.back().first);
      kept_.pop_back();
    }
  }

 private:
  // What the containers take as well, roughly.
  static std::size_t cost(const Object& object) { return object.content->size() + 200; }

  std::size_t bytes_;
  std::size_t used_ = 0;
  std::list<std::pair<Key, Object>> kept_;
  std::unordered_map<Key, typename std::list<std::pair<Key, Object>>::iterator, Hash> places_;
};

}  // namespace rcx::host::git
