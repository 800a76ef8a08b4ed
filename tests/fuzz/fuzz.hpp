// What the fuzzers share. Each is one source with LLVMFuzzerTestOneInput, which libFuzzer feeds in
// the preset `fuzz`; everywhere else corpus.cpp feeds it the files of its corpus, as a test.
//
// Where bytes may be refused, that is told by a Result; what must hold of those that are not is a
// `require`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer names it
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace rcx::fuzz {

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {static_cast<const char*>(static_cast<const void*>(data)), size};
}

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "does not hold: " << what << std::endl;
  std::abort();
}

}  // namespace rcx::fuzz
