#include "windows_name.hpp"

#include <text/quote.hpp>
#include <text/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace path_policy {
namespace {

constexpr std::size_t kMostUnits = 255;
constexpr std::array<std::string_view, 6> kDevices = {"CON", "PRN",    "AUX",
                                                      "NUL", "CONIN$", "CONOUT$"};
// Each with a digit from 1 to 9, also with one of the superscripts that Latin-1 has.
constexpr std::array<std::string_view, 2> kNumberedDevices = {"COM", "LPT"};
constexpr std::array<std::string_view, 3> kSuperscripts = {"\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};

std::string upper(std::string_view name) {
  std::string all(name);
  for (char& c : all) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return all;
}

// Windows looks at what comes before the first dot, without spaces at its end.
bool is_device(std::string_view name) {
  std::string_view stem = name.substr(0, name.find_first_of(".:"));
  stem = stem.substr(0, stem.find_last_not_of(' ') + 1);
  const std::string found = upper(stem);
  if (std::find(kDevices.begin(), kDevices.end(), found) != kDevices.end()) return true;
  const std::string_view number =
      std::string_view(found).substr(std::min<std::size_t>(3, found.size()));
  const std::string_view device = std::string_view(found).substr(0, 3);
  if (std::find(kNumberedDevices.begin(), kNumberedDevices.end(), device) ==
      kNumberedDevices.end()) {
    return false;
  }
  return (number.size() == 1 && number[0] >= '1' && number[0] <= '9') ||
         std::find(kSuperscripts.begin(), kSuperscripts.end(), number) != kSuperscripts.end();
}

// What NTFS counts; of bytes that are not UTF-8, each.
std::size_t count_utf16(std::string_view name) noexcept {
  std::size_t units = 0;
  while (!name.empty()) {
    const std::size_t length = text::character_length(name);
    units += length == 4 ? 2 : 1;
    name.remove_prefix(length == 0 ? 1 : length);
  }
  return units;
}

std::optional<std::string> fault_of_name(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20) {
      return text::quoted_path(name) + " holds a control character, which Windows does not allow";
    }
    if (std::string_view("<>:\"|?*\\").find(c) != std::string_view::npos) {
      return text::quoted_path(name) + " holds '" + c + "', which Windows does not allow";
    }
  }
  if (is_device(name)) return text::quoted_path(name) + " names a device on Windows";
  if (name.back() == '.' || name.back() == ' ') {
    return text::quoted_path(name) + " ends in a " + (name.back() == '.' ? "dot" : "space") +
           ", which Windows drops";
  }
  const std::size_t units = count_utf16(name);
  if (units > kMostUnits) {
    return "a name has " + std::to_string(units) + " characters, Windows holds at most " +
           std::to_string(kMostUnits);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> windows_fault(std::string_view path) {
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    if (!name.empty()) {
      if (auto fault = fault_of_name(name)) return fault;
    }
    path.remove_prefix(std::min(path.size(), name.size() + 1));
  }
  return std::nullopt;
}

}  // namespace path_policy
