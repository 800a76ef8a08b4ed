#include <text/case_folding.hpp>
#include <text/utf8.hpp>

#include <cerrno>
#include <cwctype>
#include <system_error>
#include <utility>

namespace text {
namespace {

// Unicode folds these two to nothing else, while their other case is a plain I or i.
constexpr wint_t kDottedCapitalI = 0x130;
constexpr wint_t kDotlessSmallI = 0x131;

unsigned byte_at(std::string_view bytes, std::size_t index) noexcept {
  return static_cast<unsigned char>(bytes[index]);
}

// `character` is one whole character of UTF-8.
wint_t decoded(std::string_view character) noexcept {
  const unsigned first = byte_at(character, 0);
  if (character.size() == 1) return first;
  wint_t code = first & (0x7Fu >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) {
    code = (code << 6u) | (byte_at(character, i) & 0x3Fu);
  }
  return code;
}

void append(std::string& out, wint_t code) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0u | (code >> 6u));
  } else {
    if (code < 0x10000) {
      put(0xE0u | (code >> 12u));
    } else {
      put(0xF0u | (code >> 18u));
      put(0x80u | ((code >> 12u) & 0x3Fu));
    }
    put(0x80u | ((code >> 6u) & 0x3Fu));
  }
  put(0x80u | (code & 0x3Fu));
}

}  // namespace

CaseFolding::CaseFolding() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
  if (locale_ == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot load the locale C.UTF-8");
  }
}

CaseFolding::CaseFolding(CaseFolding&& other) noexcept
    : locale_(std::exchange(other.locale_, nullptr)) {}

CaseFolding::~CaseFolding() {
  if (locale_ != nullptr) ::freelocale(locale_);
}

std::string CaseFolding::key(std::string_view name) const {
  std::string folded;
  folded.reserve(name.size());
  while (!name.empty()) {
    const std::size_t length = character_length(name);
    if (length == 0) {
      folded += name[0];
      name.remove_prefix(1);
      continue;
    }
    const wint_t code = decoded(name.substr(0, length));
    const bool alone = code == kDottedCapitalI || code == kDotlessSmallI;
    // Up and down again: some letters, such as the two small sigmas, share only their capital.
    append(folded, alone ? code : ::towlower_l(::towupper_l(code, locale_), locale_));
    name.remove_prefix(length);
  }
  return folded;
}

}  // namespace text
