// Contents of packs as pieces, with the bytes that they are made of.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "host/vcs/git/objects/pieces.hpp"

namespace rcx::host::git {

// Each version of a file costs what its delta has. One thread.
class PieceCache {
 public:
  // An entry of a pack.
  struct Place {
    const void* pack;
    std::uint64_t offset;
    friend bool operator==(const Place& a, const Place& b) noexcept {
      return a.offset == b.offset && a.pack == b.pack;
    }
    friend std::size_t hash_value(const Place& place) noexcept {
      return std::hash<const void*>()(place.pack) ^ place.offset;
    }
  };

  // Of so many bytes, and what one chain of deltas takes beyond them.
  explicit PieceCache(std::size_t bytes) : bytes_(bytes) {}

  // Null when it is not here.
  SharedPieces find(const Place& place) const {
    const auto found = known_.find(place);
    return found != known_.end() ? found->second : nullptr;
  }

  // Where pieces lie that are made from now on, as long as nothing is let go.
  Pieces::Memory memory() {
    if (!memory_) memory_ = std::make_shared<Texts>();
    return memory_;
  }
  // Puts `text` there.
  std::string_view add(Content text) {
    (void)memory();
    used_ += text->capacity() + sizeof(std::string);
    return *memory_->emplace_back(std::move(text));
  }
  Pieces in_memory(Content text) {
    const std::string_view bytes = add(std::move(text));
    return {bytes, memory_};
  }

  // `pieces`, which lie in memory() or are one whole content; that comes to lie there.
  SharedPieces keep(const Place& place, Pieces pieces) {
    if (pieces.whole()) pieces = in_memory(pieces.whole());
    used_ += pieces.cost();
    return known_[place] = std::make_shared<const Pieces>(std::move(pieces));
  }
  SharedPieces keep(const Place& place, Content text) {
    return keep(place, Pieces(std::move(text)));
  }

  bool full() const noexcept { return used_ > bytes_; }
  // What others still have lives on with them.
  void clear() {
    known_ = {};
    memory_.reset();
    used_ = 0;
  }

 private:
  using Texts = std::vector<Content>;

  std::size_t bytes_;
  std::size_t used_ = 0;
  std::shared_ptr<Texts> memory_;
  boost::unordered_flat_map<Place, SharedPieces> known_;
};

}  // namespace rcx::host::git
