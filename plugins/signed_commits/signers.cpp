#include "signers.hpp"

#include <text/glob.hpp>

#include <algorithm>
#include <cstddef>

namespace signed_commits {
namespace {

constexpr const char* kWanted =
    "addresses such as ada@example.org or *@example.org, and fingerprints of 40 digits or "
    "SHA256:...";
constexpr std::size_t kFewestDigits = 40;

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// SSH's are base64, where case counts.
std::string fingerprint_from(std::string_view text) {
  std::string all(text);
  if (!is_hexadecimal(text)) return all;
  for (char& c : all) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  return all;
}

}  // namespace

std::string_view address_of(std::string_view signer) noexcept {
  const std::size_t begin = signer.rfind('<');
  if (begin == std::string_view::npos || signer.back() != '>') return signer;
  return signer.substr(begin + 1, signer.size() - begin - 2);
}

bool are_several(std::string_view signer) noexcept {
  return address_of(signer).find_first_of("*?!") != std::string_view::npos;
}

Signers::Signers(const rcx::Value& setting) {
  const auto words = setting.list<std::string>();
  if (setting.exists() && words.empty()) setting.fail("at least one signer");
  for (const std::string& word : words) {
    const bool digits = is_hexadecimal(word);
    if (word.rfind("SHA256:", 0) == 0 || (digits && word.size() >= kFewestDigits)) {
      fingerprints_.push_back(fingerprint_from(word));
    } else if (word.find('@') != std::string::npos) {
      addresses_.push_back(word);
    } else {
      setting.fail(kWanted);
    }
  }
}

bool Signers::hold(std::string_view signer, std::string_view fingerprint, bool untrusted) const {
  if (everybody()) return true;
  const std::string key = fingerprint_from(fingerprint);
  if (std::find(fingerprints_.begin(), fingerprints_.end(), key) != fingerprints_.end())
    return true;
  const std::string_view address = address_of(signer);
  return !untrusted && !address.empty() &&
         std::any_of(addresses_.begin(), addresses_.end(),
                     [&](const std::string& glob) { return text::glob_matches(glob, address); });
}

}  // namespace signed_commits
