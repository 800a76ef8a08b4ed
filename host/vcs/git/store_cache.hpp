// Open repositories of one thread, kept for the next event.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "host/vcs/generations.hpp"
#include "host/vcs/git/store.hpp"

namespace rcx::host::git {

// The least recently used are closed first, because an open one pins packs that git has deleted.
// One thread: neither this nor what it opened may be used by another.
class StoreCache {
 public:
  // `generations` may be null: then nobody tells of changes, and only what the files look like
  // counts.
  explicit StoreCache(Generations* generations) : generations_(generations) {}

  // An open repository in use. Goes back to the cache at its end, which must come before that of
  // the cache.
  class Lease {
   public:
    Lease() = default;
    Lease(StoreCache& cache, std::unique_ptr<Store> store, std::uint64_t generation)
        : cache_(&cache), store_(std::move(store)), generation_(generation) {}
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) noexcept {
      give_back();
      cache_ = other.cache_;
      store_ = std::move(other.store_);
      generation_ = other.generation_;
      return *this;
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { give_back(); }

    explicit operator bool() const noexcept { return store_ != nullptr; }
    Store* operator->() const noexcept { return store_.get(); }
    Store& operator*() const noexcept { return *store_; }

   private:
    void give_back();
    StoreCache* cache_ = nullptr;
    std::unique_ptr<Store> store_;
    std::uint64_t generation_ = 0;
  };

  // The repository at `path`, as it is now: opened again if anything says that it changed since it
  // was opened. Who asks twice at once gets two. Nothing is kept of one that does not open.
  Result<Lease> acquire(const std::string& path);

  // Closes those that nobody has asked for since `before_ns` (monotonic). The time of the oldest
  // that stays; 0 when none does.
  std::int64_t close_idle(std::int64_t before_ns);
  std::size_t size() const noexcept { return kept_.size(); }

 private:
  struct Kept {
    std::unique_ptr<Store> store;
    std::uint64_t generation = 0;
    std::int64_t used_ns = 0;
  };
  void keep(std::unique_ptr<Store> store, std::uint64_t generation);

  Generations* generations_;
  std::list<Kept> kept_;  // the last used first
};

}  // namespace rcx::host::git
