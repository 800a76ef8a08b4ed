#include <text/quote.hpp>
#include <text/utf8.hpp>

#include <vector>

namespace text {
namespace {

// The end of a path says more than its beginning.
constexpr std::size_t kMost = 120;
constexpr std::size_t kBegin = 40;

void append_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out += kDigits[byte / 16U];
  out += kDigits[byte % 16U];
}

// C0 and DEL, or C1 (U+0080 to U+009F).
bool is_control(std::string_view character) noexcept {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

// Each character of `path`, as it is shown.
std::vector<std::string> shown(std::string_view path) {
  std::vector<std::string> all;
  all.reserve(path.size());
  while (!path.empty()) {
    const std::size_t length = character_length(path);
    const std::string_view part = path.substr(0, length == 0 ? 1 : length);
    std::string& one = all.emplace_back();
    if (length == 0 || is_control(part)) {
      for (const char c : part) append_escape(one, c);
    } else {
      if (part == "\"" || part == "\\") one = "\\";
      one += part;
    }
    path.remove_prefix(part.size());
  }
  return all;
}

}  // namespace

std::string quoted_path(std::string_view path) {
  const std::vector<std::string> characters = shown(path);
  const std::size_t count = characters.size();
  std::string out = "\"";
  for (std::size_t i = 0; i < count; ++i) {
    if (count > kMost && i == kBegin) {
      out += "…";
      i = count - (kMost - kBegin);
    }
    out += characters[i];
  }
  return out + "\"";
}

}  // namespace text
