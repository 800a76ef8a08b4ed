// What a worker that has one extension alone answers to the worker that gathers the verdict.
#pragma once

#include <string>
#include <string_view>

#include "host/dispatch/apart.hpp"
#include "host/dispatch/verdict.hpp"

namespace rcx::host {

// JSON: what that extension did, from the verdict of its process.
std::string answer_text(const Verdict& verdict);

// And back, for an event with `refs` references. It may come from what an extension made of its
// process: kInvalid where it is no such answer.
Result<ApartAnswer> parse_answer(std::string_view text, std::size_t refs,
                                 const std::string& extension);

}  // namespace rcx::host
