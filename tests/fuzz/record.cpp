// One line of the journal of decisions.
#include "host/recorder/record.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using rcx::fuzz::require;
  const auto read = rcx::host::parse_record(rcx::fuzz::text(data, size));
  if (!read) return 0;
  const std::string line = rcx::host::record_line(read->record);
  require(line.find('\n') == std::string::npos, "a record is one line");
  const auto again = rcx::host::parse_record(line);
  require(static_cast<bool>(again), "what was written can be read");
  require(rcx::host::record_line(again->record) == line, "and says the same");
  return 0;
}
