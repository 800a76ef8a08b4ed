#include "host/supervisor/retired.hpp"

#include <algorithm>
#include <utility>

namespace rcx::host {
namespace {

constexpr std::int64_t kStopNs = 5'000'000'000;

}  // namespace

void RetiredGenerations::add(std::unique_ptr<Generation> generation) {
  generation->retire();
  stopped_by_ns_ = monotonic_ns() + kStopNs;
  const std::int64_t deadline = monotonic_ns() + generation->config()->budget.drain.count();
  all_.push_back({std::move(generation), deadline});
}

void RetiredGenerations::watch(PollSet& waiting) const {
  for (const Retired& one : all_) one.generation->watch(waiting);
}

void RetiredGenerations::tend() {
  for (const Retired& one : all_) {
    one.generation->tend();
    if (one.generation->gone() || monotonic_ns() < one.deadline_ns) continue;
    log("supervisor")
        .error("workers of generation {} did not end within {}; they are killed",
               one.generation->number(), duration_text(one.generation->config()->budget.drain));
    one.generation->kill();
  }
  std::erase_if(all_, [this](const Retired& one) {
    if (!one.generation->gone()) return false;
    lost_ += one.generation->lost();
    changed_ = true;
    return true;
  });
}

bool RetiredGenerations::uses_block(std::size_t block) const {
  return std::any_of(all_.begin(), all_.end(),
                     [block](const Retired& one) { return one.generation->uses_block(block); });
}

bool RetiredGenerations::stopping() const {
  return monotonic_ns() < stopped_by_ns_ && !accepting().empty();
}

std::vector<pid_t> RetiredGenerations::accepting() const {
  std::vector<pid_t> found;
  for (const Retired& one : all_) {
    const std::vector<pid_t> more = one.generation->accepting();
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

void RetiredGenerations::for_each(const std::function<void(Generation&)>& see) const {
  for (const Retired& one : all_) see(*one.generation);
}

bool RetiredGenerations::changed() {
  bool any = std::exchange(changed_, false);
  for (const Retired& one : all_) any = one.generation->changed() || any;
  return any;
}

}  // namespace rcx::host
