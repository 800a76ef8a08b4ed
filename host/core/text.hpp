// Text that is safe to show, and small things done with text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rcx::host {

// `bytes` as text that a terminal only prints: UTF-8 stays, a tab becomes a space, other control
// characters (C0, DEL, C1) and the characters that reorder text are dropped, and bytes that are no
// UTF-8 become `\xNN`. Newlines stay when `keep_newlines`, else they become spaces.
std::string printable(std::string_view bytes, bool keep_newlines = false);

// Whether `bytes` are well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view bytes) noexcept;

// At most `limit` bytes of `text` (valid UTF-8), cut between characters, with `…` where cut.
std::string shortened(std::string_view text, std::size_t limit);

// The pieces between single `separator`s; an empty text has one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

// The entry of `known` that `word` was probably meant to be, or empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

// Whether `text` matches `pattern`, where `*` stands for any characters, `/` among them, and `?`
// for one byte. Everything else stands for itself.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace rcx::host
