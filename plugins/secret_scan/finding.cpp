#include "finding.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace secret_scan {

std::string masked(std::string_view secret) {
  const std::size_t shown = std::min<std::size_t>(4, secret.size() / 5);
  return std::string(secret.substr(0, shown)) + "****";
}

std::string fingerprint(std::string_view secret) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(),
                     static_cast<const unsigned char*>(static_cast<const void*>(secret.data())),
                     secret.size());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    text += kDigits[hash.at(i) >> 4U];
    text += kDigits[hash.at(i) & 15U];
  }
  return text;
}

}  // namespace secret_scan
