#include "host/vcs/git/store_cache.hpp"

namespace rcx::host::git {
namespace {

// Each holds a few descriptors and the maps of a few packs.
constexpr std::size_t kMost = 16;

}  // namespace

void StoreCache::Lease::give_back() {
  if (store_) cache_->keep(std::move(store_), generation_);
}

Result<StoreCache::Lease> StoreCache::acquire(const std::string& path) {
  // Before it is opened: a change that comes meanwhile makes this one old.
  const std::uint64_t generation = generations_ != nullptr ? generations_->current(path) : 0;
  for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
    if (kept->store->path() != path) continue;
    Kept found = std::move(*kept);
    kept_.erase(kept);
    if (found.generation == generation && found.store->unchanged()) {
      if (generations_ != nullptr) generations_->count_hit();
      return Lease(*this, std::move(found.store), generation);
    }
    break;
  }
  Result<std::unique_ptr<Store>> opened = Store::open(path);
  if (!opened) return opened.error();
  if (generations_ != nullptr) generations_->count_open();
  return Lease(*this, std::move(*opened), generation);
}

void StoreCache::keep(std::unique_ptr<Store> store, std::uint64_t generation) {
  kept_.push_front({std::move(store), generation, monotonic_ns()});
  if (kept_.size() > kMost) kept_.pop_back();
}

std::int64_t StoreCache::close_idle(std::int64_t before_ns) {
  while (!kept_.empty() && kept_.back().used_ns < before_ns) kept_.pop_back();
  return kept_.empty() ? 0 : kept_.back().used_ns;
}

}  // namespace rcx::host::git
