// Bytes that are UTF-8 most of the time: messages, names and paths of version-control systems.
// Shared by the extensions of this folder.
#ifndef RCX_PLUGINS_TEXT_UTF8_HPP
#define RCX_PLUGINS_TEXT_UTF8_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace text {

// The length of the character that `bytes` begins with, 1 to 4; 0 where they begin with none:
// empty, a stray or missing continuation byte, an overlong form, a surrogate, above U+10FFFF.
std::size_t character_length(std::string_view bytes) noexcept;

bool is_utf8(std::string_view bytes) noexcept;

// Code points; of bytes that are not UTF-8, the number of bytes.
std::size_t count_characters(std::string_view bytes) noexcept;

// U+FFFD in place of each byte that belongs to no character.
std::string replace_invalid(std::string_view bytes);

// What the bytes say when each of them is one character of Latin-1.
std::string from_latin1(std::string_view bytes);

// At most `limit` characters on one line, for quoting; `…` stands for what was cut off. Control
// characters become spaces, bytes that belong to no character are left alone.
std::string excerpt(std::string_view bytes, std::size_t limit);

}  // namespace text

#endif  // RCX_PLUGINS_TEXT_UTF8_HPP
