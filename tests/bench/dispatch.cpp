// What each further handler costs inside a worker, once the event is ready: the time of an event
// with 1 and with 101 handlers that return at once, each of an extension of its own. The difference
// divided by 100 is `per_handler`.
#include <benchmark/benchmark.h>

#include <boost/filesystem/operations.hpp>

#include "host/dispatch/dispatch.hpp"

namespace rcx::host {
namespace {

class Nobody : public Listener {
 public:
  void say(std::string_view) override {}
  bool gone() const override { return false; }
  std::uint32_t harm() const override { return 0; }
};

// An instance whose extensions are all the same library under different ids.
class Set {
 public:
  explicit Set(std::size_t count) {
    Plan plan;
    for (std::size_t i = 0; i < count; ++i) {
      PlannedExtension planned;
      planned.id = "empty_" + std::to_string(i);
      planned.standing = Standing::kLoaded;
      planned.library = RCX_BENCH_EXTENSION;
      plan.extensions.push_back(std::move(planned));
    }
    set_ = ExtensionSet::start(plan, *config_, slot_);
    event_.kind = event_kind(RCX_EVENT_PRE_PUSH);
    event_.id_text = "018f3c5e-7c1a-7abc-8def-0123456789ab";
    event_.repository.name = "team/app";
    event_.refs.push_back(
        {"refs/heads/main", "", std::string(40, '1'), RCX_REF_BRANCH, RCX_CHANGE_CREATE, false});
  }
  Set(const Set&) = delete;
  Set& operator=(const Set&) = delete;
  Set(Set&&) = delete;
  Set& operator=(Set&&) = delete;
  ~Set() {
    set_.destroy(slot_, std::chrono::seconds(1));
    fs::remove_all(directory_);
  }

  // Nanoseconds of one event.
  std::int64_t once() {
    const std::int64_t began = monotonic_ns();
    const Verdict verdict = dispatch(set_, *config_, event_, nullptr, {}, nobody_, slot_);
    const std::int64_t took = monotonic_ns() - began;
    if (verdict.refused || verdict.runs.size() != set_.extensions().size()) std::abort();
    return took;
  }

 private:
  fs::path directory_ = fs::temp_directory_path() / fs::unique_path("rcx-bench-%%%%%%%%");
  std::shared_ptr<const Config> config_ =
      *parse_config((directory_ / "rcx.yaml").string(), "roots: [.]\n");
  Slot slot_{};
  ExtensionSet set_;
  Event event_;
  Nobody nobody_;
};

void handlers(benchmark::State& state) {
  constexpr std::size_t kMore = 100;
  Set one(1);
  Set many(1 + kMore);
  for (auto _ : state) {  // NOLINT(clang-analyzer-deadcode.DeadStores): how it counts
    const std::int64_t few_ns = one.once();
    state.SetIterationTime(static_cast<double>(many.once() - few_ns) / kMore / 1e9);
  }
}
BENCHMARK(handlers)
    ->Name("per_handler")
    ->UseManualTime()
    ->Iterations(2000)
    ->Repetitions(11)
    ->ReportAggregatesOnly();

}  // namespace
}  // namespace rcx::host
