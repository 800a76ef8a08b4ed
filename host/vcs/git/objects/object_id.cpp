#include "host/vcs/git/objects/object_id.hpp"

namespace rcx::host::git {
namespace {

int digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::optional<ObjectId> ObjectId::parse(std::string_view hex) noexcept {
  if (hex.size() != 2 * kSha1Size && hex.size() != 2 * kSha256Size) return std::nullopt;
  ObjectId id;
  id.size_ = static_cast<std::uint8_t>(hex.size() / 2);
  for (std::size_t i = 0; i < id.size_; ++i) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes_[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

std::string ObjectId::text() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(2 * std::size_t{size_}, '\0');
  for (std::size_t i = 0; i < size_; ++i) {
    text[2 * i] = kDigits[bytes_[i] >> 4U];
    text[2 * i + 1] = kDigits[bytes_[i] & 15U];
  }
  return text;
}

}  // namespace rcx::host::git
