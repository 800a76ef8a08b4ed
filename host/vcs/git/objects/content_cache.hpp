// Contents that were read lately, up to a number of bytes that they take.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "host/vcs/git/objects/buffers.hpp"

namespace rcx::host::git {

// A table in which each key has one place, so that keeping and finding cost next to nothing: who
// comes later to a place takes it. Where the bytes do not suffice, places are emptied in turn. An
// object above an eighth of `bytes` is not kept: it would push out everything else. What is let go
// goes to `buffers`, which must outlive this; null: to nobody. One thread.
template <class Key, class Hash = std::hash<Key>>
class ContentCache {
 public:
  explicit ContentCache(std::size_t bytes, Buffers* buffers = nullptr)
      : bytes_(bytes), buffers_(buffers) {}

  // From now on.
  void give_to(Buffers* buffers) noexcept { buffers_ = buffers; }

  // Null when it is not here.
  const Object* find(const Key& key) const {
    if (places_.empty()) return nullptr;
    const Place& place = places_[Hash()(key) % places_.size()];
    return place.object.content && place.key == key ? &place.object : nullptr;
  }

  // False where it is too large.
  bool keep(const Key& key, const Object& object) {
    const std::size_t size = object.content->capacity();
    if (size > bytes_ / 8) return false;
    if (++kept_ > places_.size() && places_.size() < kPlaces) grow();
    Place& place = places_[Hash()(key) % places_.size()];
    empty(place);
    while (used_ + size > bytes_) {
      empty(places_[hand_]);
      hand_ = (hand_ + 1) % places_.size();
    }
    place = {key, object};
    used_ += size;
    return true;
  }

 private:
  struct Place {
    Key key{};
    Object object;
  };
  // Primes: offsets in a pack have a step. Most pushes need few.
  static constexpr std::size_t kFirstPlaces = 61;
  static constexpr std::size_t kPlaces = 8191;

  void grow() {
    std::vector<Place> before(places_.empty() ? kFirstPlaces : kPlaces);
    before.swap(places_);
    for (Place& place : before) {
      if (!place.object.content) continue;
      // Two that had a place each may have one now.
      Place& now = places_[Hash()(place.key) % places_.size()];
      empty(now);
      now = std::move(place);
    }
  }

  void empty(Place& place) {
    if (!place.object.content) return;
    used_ -= place.object.content->capacity();
    if (buffers_ != nullptr) {
      buffers_->give(std::move(place.object.content));
    }
    place.object.content.reset();
  }

  std::size_t bytes_;
  Buffers* buffers_;
  std::size_t used_ = 0;
  std::size_t kept_ = 0;  // so far
  std::size_t hand_ = 0;
  std::vector<Place> places_;
};

}  // namespace rcx::host::git
