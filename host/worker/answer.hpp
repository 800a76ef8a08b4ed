// What a worker that has one extension alone answers to the worker that gathers the verdict.
#pragma once

#include <string>
#include <string_view>

#include "host/dispatch/apart.hpp"
#include "host/dispatch/verdict.hpp"

namespace rcx::host {

// JSON: what that extension did, from the verdict of its process.
std::string answer_text(const Verdict& verdict);

// The longest that there is: a thousand objections of one handler are kept.
inline constexpr std::size_t kLongestAnswer = std::size_t{128} * 1024 * 1024;

// And back, for an event with `refs` references, of an extension with `handlers` for it. It may
// come from what that made of its process: kInvalid where it is no such answer, or more than
// handlers can say.
Result<ApartAnswer> parse_answer(std::string_view text, std::size_t refs, std::size_t handlers,
                                 const std::string& extension);

}  // namespace rcx::host
