// What a worker tells its supervisor. Extensions can write there, too: it is their process.
#include "host/worker/startup.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto word = rcx::host::parse_word(rcx::fuzz::text(data, size));
  if (!word) return 0;
  rcx::fuzz::require(
      word->ready.has_value() + word->failed.has_value() + word->left.has_value() == 1,
      "it says one thing");
  if (word->failed) static_cast<void>(rcx::host::failed_line(*word->failed));
  if (word->ready) static_cast<void>(rcx::host::ready_line(*word->ready));
  return 0;
}
