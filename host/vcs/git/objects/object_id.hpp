// The name of an object: SHA-1 or SHA-256 of its content.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rcx::host::git {

inline constexpr std::size_t kSha1Size = 20;
inline constexpr std::size_t kSha256Size = 32;

// A value of 20 or 32 bytes; of 0 bytes it names nothing. Ordered by bytes, as pack indexes are.
class ObjectId {
 public:
  ObjectId() = default;
  // `size` bytes from `bytes` on, kSha1Size or kSha256Size of them.
  ObjectId(const void* bytes, std::size_t size) noexcept : size_(static_cast<std::uint8_t>(size)) {
    std::memcpy(bytes_.data(), bytes, size);
  }
  // 40 or 64 hexadecimal digits in lower case; none for anything else.
  static std::optional<ObjectId> parse(std::string_view hex) noexcept;

  std::size_t size() const noexcept { return size_; }
  const std::uint8_t* data() const noexcept { return bytes_.data(); }
  std::uint8_t first() const noexcept { return bytes_[0]; }
  // In hexadecimal digits.
  std::string text() const;
  // The same into `to`, which has room for twice size().
  void write_text(char* to) const noexcept;

  friend bool operator==(const ObjectId& a, const ObjectId& b) noexcept {
    // Behind the end there are zeros in both. Of a known size, this is a few instructions.
    return a.size_ == b.size_ && std::memcmp(a.data(), b.data(), kSha256Size) == 0;
  }
  friend bool operator<(const ObjectId& a, const ObjectId& b) noexcept {
    return a.bytes_ < b.bytes_;
  }

 private:
  std::array<std::uint8_t, kSha256Size> bytes_{};
  std::uint8_t size_ = 0;
};

// Bytes of an id are as good as random already.
struct ObjectIdHash {
  using is_avalanching = void;
  std::size_t operator()(const ObjectId& id) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, id.data(), sizeof value);
    return value;
  }
};

using Ids = boost::unordered_flat_set<ObjectId, ObjectIdHash>;

}  // namespace rcx::host::git
