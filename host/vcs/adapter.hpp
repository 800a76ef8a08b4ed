// What a version-control system is to the host: git, Mercurial and Subversion each implement this,
// and nothing above host/vcs knows which of them it talks to. Used by host/vcs alone; README.md
// says where they differ.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/vcs/single_refs.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host {

// Where a call of a hook belongs.
struct CallPlace {
  fs::path repository;
  std::string push;  // the same for every hook of one push, and of no other in that repository
};

// What of a system belongs to one thread, such as repositories that stay open. Outlives the events
// that were read with it.
class AdapterSession {
 public:
  AdapterSession() = default;
  AdapterSession(const AdapterSession&) = delete;
  AdapterSession& operator=(const AdapterSession&) = delete;
  AdapterSession(AdapterSession&&) = delete;
  AdapterSession& operator=(AdapterSession&&) = delete;
  virtual ~AdapterSession() = default;

  // Fills in what the system knows of `call`: kind and hook_type of the event, references, commits,
  // or what a pull wants. Ids, time, caller, repository and extra fields are there already. No
  // reference and no pull: the call asks for nothing. `kept` as for read_hook_call.
  virtual Result<void> read(const HookCall& call, const Config& config, HookEvent& result,
                            const std::string* kept) = 0;
  // Closes what nobody has used since `before_ns` (monotonic). The time of the oldest that stays; 0
  // when nothing is open.
  virtual std::int64_t close_idle(std::int64_t /*before_ns*/) { return 0; }
};

// One system. Constant; any thread.
class Adapter {
 public:
  Adapter() = default;
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  Adapter(Adapter&&) = delete;
  Adapter& operator=(Adapter&&) = delete;
  virtual ~Adapter() = default;

  virtual std::uint32_t vcs() const noexcept = 0;          // RCX_VCS_*
  virtual std::string_view title() const noexcept = 0;     // for people
  virtual Result<void> start() const { return {}; }        // its libraries; once, before threads
  virtual bool has_hook(std::string_view hook) const = 0;  // of wire.h
  virtual bool is_pull(std::string_view hook) const = 0;
  virtual Result<CallPlace> place(const HookCall& call) const = 0;
  // Whether one of its repositories stands at `path`.
  virtual bool stands_at(const fs::path& path) const = 0;
  virtual std::unique_ptr<AdapterSession> session(Generations* generations) const = 0;

  // What the push event can no longer tell of an accepted pre_push, which therefore keeps it;
  // empty: nothing. The push event finds it with kept_text, or is handed it.
  virtual Result<std::string> text_to_keep(const HookEvent& /*accepted*/) const {
    return std::string();
  }

  // What a system may lack; see unsupported().
  // Of a pull: what costs a look into the repository, as for complete().
  virtual Result<void> name_wanted(Event& /*event*/) const { return {}; }
  // As hook_for.
  virtual Result<RefHook> hook_for(const HookCall& call, const Event& event,
                                   const std::vector<std::size_t>& refs) const;

  // The Error for what this system has not, by its name: `signatures`.
  Error unsupported(std::string_view what) const;
};

// Those that this build has, git first.
const std::vector<const Adapter*>& adapters();
// The one with this hook, or whose repository stands there; null where there is none.
const Adapter* adapter_of(std::string_view hook);
const Adapter* adapter_at(const fs::path& repository);
// RCX_VCS_*; null where this build has none.
const Adapter* adapter_of(std::uint32_t vcs);

}  // namespace rcx::host
