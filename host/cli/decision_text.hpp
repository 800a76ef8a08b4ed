// Decision records as people read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/recorder/record.hpp"

namespace rcx::host::cli {

// The whole record, and first why the push was refused. Lines, safe for a terminal.
std::string explanation(const Record& record);

// One line without newline: time, verdict, event, repository, caller, references, why, id.
std::string decision_line(const Record& record);

// What `--since` means: a length of time before now (`90s`, `30m`, `1h`, `7d`, `2w`), a date or a
// time in UTC (`2026-01-31`, `2026-01-31T12:00`, `2026-01-31T12:00:00Z`). Nanoseconds since 1970;
// nothing where it is none of these.
std::optional<std::int64_t> since_ns(std::string_view text, std::int64_t now_ns);
// The same before now; an Error says what was wanted.
Result<std::int64_t> read_since(const std::string& text);

}  // namespace rcx::host::cli
