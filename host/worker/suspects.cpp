#include "host/worker/suspects.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>

namespace rcx::host {

void try_heap() {
  constexpr std::size_t kMoreThanIsFree = 100'000;
  auto* const piece = static_cast<volatile char*>(std::malloc(kMoreThanIsFree));
  if (piece != nullptr) *piece = 0;
  std::free(const_cast<char*>(piece));
  ::malloc_trim(0);
}

void log_suspects(const std::string& id, const std::vector<Blame>& blamed, const Verdict& verdict) {
  for (const Blame& blame : blamed) {
    const bool again =
        std::any_of(verdict.runs.begin(), verdict.runs.end(), [&](const HandlerRun& run) {
          return run.lost && (blame.extension.empty() || run.extension == blame.extension);
        });
    if (blame.certain || again) continue;
    log("worker").warn(
        "event {}: a worker {}{}, and nothing of that came back with each extension in a process "
        "of its own",
        id, blame.extension.empty() ? "was lost" : blame.how,
        blame.extension.empty() ? "" : " in the extension " + blame.extension);
  }
}

}  // namespace rcx::host
