#include "host/vcs/git/objects/object_id.hpp"

namespace rcx::host::git {
namespace {

// What each byte stands for as a hexadecimal digit in lower case; kNoDigit for all others.
constexpr std::uint8_t kNoDigit = 0xff;
constexpr std::array<std::uint8_t, 256> kDigitValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (std::uint8_t& value : values) value = kNoDigit;
  for (std::uint8_t i = 0; i < 10; ++i) values.at(std::size_t{'0'} + i) = i;
  for (std::uint8_t i = 0; i < 6; ++i) values.at(std::size_t{'a'} + i) = 10 + i;
  return values;
}();

}  // namespace

std::optional<ObjectId> ObjectId::parse(std::string_view hex) noexcept {
  if (hex.size() != 2 * kSha1Size && hex.size() != 2 * kSha256Size) return std::nullopt;
  ObjectId id;
  id.size_ = static_cast<std::uint8_t>(hex.size() / 2);
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < id.size_; ++i) {
    const std::uint8_t high = kDigitValues[static_cast<unsigned char>(hex[2 * i])];
    const std::uint8_t low = kDigitValues[static_cast<unsigned char>(hex[2 * i + 1])];
    seen |= high | low;
    id.bytes_[i] = static_cast<std::uint8_t>(high << 4U | (low & 15U));
  }
  if ((seen & 0xf0U) != 0) return std::nullopt;
  return id;
}

void ObjectId::write_text(char* to) const noexcept {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < size_; ++i) {
    to[2 * i] = kDigits[bytes_[i] >> 4U];
    to[2 * i + 1] = kDigits[bytes_[i] & 15U];
  }
}

std::string ObjectId::text() const {
  std::string text(2 * std::size_t{size_}, '\0');
  write_text(text.data());
  return text;
}

}  // namespace rcx::host::git
