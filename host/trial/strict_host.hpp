// A host that keeps to every rule of the contract, and tells who does not.
#pragma once

#include <rcx/abi.h>
#include <rcx/testing.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/dispatch/scoreboard.hpp"
#include "host/trial/arena.hpp"

namespace rcx::host {

// What one call came to.
struct StrictOutcome {
  rcx_status status = RCX_OK;
  std::string failure;
  std::size_t objections = 0;
  bool read_failed = false;  // it asked for commits and was told that they cannot be read
  bool limited = false;      // it was told that something is more than the host reads
  bool told = false;         // what was wrong with its end has been reported
  std::int64_t took_ns = 0;
};

// One per process, because the contract's functions carry no context of their own. Functions that
// call the extension belong to one thread; the extension may call back from any.
class StrictHost {
 public:
  // `report(error, text)` may be called on any thread.
  using Report = std::function<void(bool error, const std::string& text)>;
  StrictHost(const rcx_plugin& plugin, const rcx_value& settings, std::string data_directory,
             Slot& slot, Report report);
  StrictHost(const StrictHost&) = delete;
  StrictHost& operator=(const StrictHost&) = delete;
  StrictHost(StrictHost&&) = delete;
  StrictHost& operator=(StrictHost&&) = delete;
  ~StrictHost();

  StrictOutcome create(std::chrono::nanoseconds budget);
  // `handler` is one for that event.
  StrictOutcome handle(const rcx_handler& handler, const rcx::testing::FakePush& push,
                       std::chrono::nanoseconds budget);
  StrictOutcome handle(const rcx_handler& handler, const rcx::testing::FakePull& pull,
                       std::chrono::nanoseconds budget);
  StrictOutcome handle(const rcx_handler& handler, const rcx::testing::FakeEvent& event,
                       std::chrono::nanoseconds budget);
  // `handler` is one for calls by name, of the hook that `call` names.
  StrictOutcome handle(const rcx_handler& handler, const rcx::testing::FakeCall& call,
                       std::chrono::nanoseconds budget);
  void destroy(std::chrono::nanoseconds budget);

 private:
  struct Call;
  struct Table;  // the contract's functions
  enum class Stage { kCreate, kPrePush, kPush, kPrePull, kPull, kPreEmitted, kEmitted, kCalled };

  Call& begin(Stage stage, const rcx::testing::FrozenPush* push);
  template <class Function>
  StrictOutcome run(Call& call, Activity activity, std::chrono::nanoseconds budget,
                    const Function& function);
  // The call behind `raw` where `function` may be used now; else null, after reporting why not.
  Call* usable(const rcx_call* raw, const char* function);
  rcx_status misused(const std::string& text);
  void check_text(rcx_bytes text, const char* function);
  rcx_status object(const rcx_call* raw, const std::uint64_t* ref, rcx_bytes reason);

  const rcx_plugin& plugin_;
  std::string data_directory_;
  Slot& slot_;
  Report report_;
  void* instance_ = nullptr;
  bool destroyed_ = false;
  std::mutex mutex_;
  std::map<const rcx_call*, std::unique_ptr<Call>> calls_;  // all that ever were
  Arena lasting_;                                           // lives until destroy
  const rcx_value* settings_;
};

}  // namespace rcx::host
