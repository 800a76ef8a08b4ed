// What a worker that has one extension alone answers. That extension can write there, too.
#include "host/worker/answer.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kRefs = 3;
  const auto answer = rcx::host::parse_answer(rcx::fuzz::text(data, size), kRefs, 2, "policy");
  if (!answer) return 0;
  rcx::fuzz::require(!answer->runs.empty(), "somebody was called");
  for (const rcx::host::Objection& objection : answer->objections) {
    rcx::fuzz::require(objection.extension == "policy", "it speaks for itself");
    rcx::fuzz::require(!objection.ref || *objection.ref < kRefs, "the reference is there");
  }
  rcx::fuzz::require(answer->answer.kind <= RCX_ANSWER_JSON, "a hook answers with what there is");
  return 0;
}
