#include "host/worker/limits.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <cstdio>

namespace rcx::host {
namespace {

// Below what the process may have already: only root could raise it.
void limit(decltype(RLIMIT_DATA) what, rlim_t most, const char* name) {
  rlimit now{};
  ::getrlimit(what, &now);
  const rlim_t least = std::min(most, now.rlim_max);
  const rlimit wanted{least, least};
  if (::setrlimit(what, &wanted) != 0) {
    log("worker").error("{}", system_error(std::string("cannot limit ") + name, errno).message);
  }
}

// What one event gave back is taken by the next, and not from the system again: that was half of
// what reading the contents of ten thousand commits cost. glibc maps the memory of threads by heaps
// of at most 64 MiB (HEAP_MAX_SIZE in its malloc/arena.c), and unmaps one that is free where the
// one before it has more than M_TOP_PAD to spare; it makes as much of a new one usable at once,
// which counts against a limit before it is used.
void keep_freed_memory(std::uint64_t most) {
  constexpr std::uint64_t kHeap = std::uint64_t{64} * 1024 * 1024;
  constexpr std::uint64_t kShare = 64;
  constexpr int kMapped = 16 * 1024 * 1024;  // what is larger is given back when it is freed
  const auto kept = static_cast<int>(most == 0 ? kHeap : std::min(kHeap, most / kShare));
  ::mallopt(M_TOP_PAD, kept);
  ::mallopt(M_TRIM_THRESHOLD, kept);
  ::mallopt(M_MMAP_THRESHOLD, kMapped);
}

}  // namespace

void set_limits(const LimitsConfig& limits) {
  keep_freed_memory(limits.memory);
  // Not RLIMIT_AS, which counts mapped packs as well: those may be larger than all memory.
  if (limits.memory != 0 && kCountsMemory) limit(RLIMIT_DATA, limits.memory, "memory");
  limit(RLIMIT_NOFILE, static_cast<rlim_t>(limits.descriptors), "descriptors");
  // 1 and not 0: programs that take core dumps by a pipe get them whatever the limit, unless it is
  // 1 (core(5)); and no dump fits in one byte.
  if (!limits.core_dumps) limit(RLIMIT_CORE, 1, "core dumps");
}

std::uint64_t memory_in_use() {
  const Result<std::string> text = read_file("/proc/self/statm", 4096);
  if (!text) return 0;
  unsigned long long size = 0;
  unsigned long long resident = 0;
  unsigned long long shared = 0;
  if (std::sscanf(text->c_str(), "%llu %llu %llu", &size, &resident, &shared) != 3)
    return 0;  // NOLINT
  return (resident - std::min(resident, shared)) *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

int lowest_free_descriptor(int any_open) {
  const Fd lowest(::fcntl(any_open, F_DUPFD_CLOEXEC, 0));
  const Fd next(::fcntl(any_open, F_DUPFD_CLOEXEC, 0));
  return next.get();
}

int descriptors_in_use() {
  boost::system::error_code failed;
  int count = 0;
  for (fs::directory_iterator entry("/proc/self/fd", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    ++count;
  }
  return count;
}

}  // namespace rcx::host
