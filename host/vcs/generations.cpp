#include "host/vcs/generations.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <utility>

namespace rcx::host {

struct Generations::Table {
  static constexpr std::size_t kPlaces = 8192;
  std::atomic<std::uint64_t> hits;
  std::atomic<std::uint64_t> opens;
  std::atomic<std::uint64_t> invalidations;
  std::array<std::atomic<std::uint64_t>, kPlaces> places;

  std::atomic<std::uint64_t>& of(std::string_view path) noexcept {
    // FNV-1a: every worker, of whichever build, must come to the same place.
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : path) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return places.at(static_cast<std::size_t>(hash % kPlaces));
  }
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

Result<Generations> Generations::create(const fs::path& file) {
  // Not written over: somebody may have the old one mapped.
  if (!file.empty()) ::unlink(file.c_str());
  Fd fd(file.empty() ? ::memfd_create("rcx-generations", MFD_CLOEXEC)
                     : ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd || ::ftruncate(fd.get(), sizeof(Table)) != 0) {
    return system_error("cannot make shared memory", errno);
  }
  return map(std::move(fd), PROT_READ | PROT_WRITE);
}

Result<Generations> Generations::attach(Fd fd) {
  return map(std::move(fd), PROT_READ | PROT_WRITE);
}

Result<Generations::Counts> Generations::read(const fs::path& file) {
  Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error("cannot open " + file.string(), errno);
  const Result<Generations> mapped = map(std::move(fd), PROT_READ);
  if (!mapped) return mapped.error();
  return mapped->counts();
}

Result<Generations> Generations::map(Fd fd, int protection) {
  struct stat found {};
  if (::fstat(fd.get(), &found) != 0 || found.st_size != sizeof(Table)) {
    return Error{Code::kInvalid, "the shared memory of the host is not of this release's size"};
  }
  void* const at = ::mmap(nullptr, sizeof(Table), protection, MAP_SHARED, fd.get(), 0);
  if (at == MAP_FAILED) return system_error("cannot map shared memory", errno);
  return Generations(std::move(fd), static_cast<Table*>(at));
}

Generations::Generations(Generations&& other) noexcept
    : fd_(std::move(other.fd_)), table_(std::exchange(other.table_, nullptr)) {}

Generations::~Generations() {
  if (table_ != nullptr) ::munmap(table_, sizeof(Table));
}

std::uint64_t Generations::current(std::string_view path) const noexcept {
  return table_->of(path).load(std::memory_order_acquire);
}

void Generations::invalidate(std::string_view path) noexcept {
  table_->of(path).fetch_add(1, std::memory_order_acq_rel);
  table_->invalidations.fetch_add(1, std::memory_order_relaxed);
}

void Generations::count_hit() noexcept {
  table_->hits.fetch_add(1, std::memory_order_relaxed);
}

void Generations::count_open() noexcept {
  table_->opens.fetch_add(1, std::memory_order_relaxed);
}

Generations::Counts Generations::counts() const noexcept {
  return {table_->hits.load(std::memory_order_relaxed),
          table_->opens.load(std::memory_order_relaxed),
          table_->invalidations.load(std::memory_order_relaxed)};
}

}  // namespace rcx::host
