// Contents that were read lately, up to a number of bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// A table in which each key has one place, so that keeping and finding cost next to nothing: who
// comes later to a place takes it. Where the bytes do not suffice, places are emptied in turn. An
// object above an eighth of `bytes` is not kept: it would push out everything else. One thread.
template <class Key, class Hash = std::hash<Key>>
class ContentCache {
 public:
  explicit ContentCache(std::size_t bytes) : bytes_(bytes) {}

  // Null when it is not here.
  const Object* find(const Key& key) const {
    if (places_.empty()) return nullptr;
    const Place& place = places_[Hash()(key) % kPlaces];
    return place.object.content && place.key == key ? &place.object : nullptr;
  }

  void keep(const Key& key, const Object& object) {
    const std::size_t size = object.content->size();
    if (size > bytes_ / 8) return;
    if (places_.empty()) places_.resize(kPlaces);
    empty(places_[Hash()(key) % kPlaces]);
    while (used_ + size > bytes_) {
      empty(places_[hand_]);
      hand_ = (hand_ + 1) % kPlaces;
    }
    places_[Hash()(key) % kPlaces] = {key, object};
    used_ += size;
  }

 private:
  struct Place {
    Key key{};
    Object object;
  };
  // A prime: offsets in a pack have a step.
  static constexpr std::size_t kPlaces = 8191;

  void empty(Place& place) {
    if (!place.object.content) return;
    used_ -= place.object.content->size();
    place.object.content.reset();
  }

  std::size_t bytes_;
  std::size_t used_ = 0;
  std::size_t hand_ = 0;
  std::vector<Place> places_;
};

}  // namespace rcx::host::git
