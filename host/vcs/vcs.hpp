// From a raw hook call to an event, for each version-control system. The front of host/vcs.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "host/access/access.hpp"
#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/event/hook_call.hpp"
#include "host/vcs/generations.hpp"

namespace rcx::host {

// An event and what can be asked about it. `event` is null when the call asks for nothing, such as
// a push that updates no reference, and a pull of a repository that is none of this host's.
struct HookEvent {
  std::unique_ptr<Event> event;
  std::unique_ptr<CommitSource> commits;  // null for pulls
};

class AdapterSession;

// Open repositories of one thread: neither this nor an event that was read with it may be used by
// another. Must outlive its events.
class Repositories {
 public:
  // `generations` tells of changes that other threads and processes made, and must outlive this.
  // Null: nobody tells.
  explicit Repositories(Generations* generations);
  Repositories(const Repositories&) = delete;
  Repositories& operator=(const Repositories&) = delete;
  Repositories(Repositories&&) = delete;
  Repositories& operator=(Repositories&&) = delete;
  ~Repositories();

  // Of the system RCX_VCS_*, which this build must have.
  AdapterSession& session(std::uint32_t vcs);
  // Closes those that no event has used for half a minute, since an open one pins packs that git
  // has deleted. How many milliseconds until there is something to close again; -1: nothing is
  // open.
  int close_idle();

 private:
  std::vector<std::pair<std::uint32_t, std::unique_ptr<AdapterSession>>> sessions_;
};

// Makes the libraries of all systems ready. Once per process, before threads; 4 to 14 ms for git.
Result<void> start_vcs();

// Why Subversion cannot be read here, and what to install; empty where it can. Loads what reads it.
std::string subversion_missing();

// The event that `call` stands for. The repository must lie below a root; its extra fields and the
// caller are filled in. The result belongs to the calling thread. `kept` is not null for an event
// that is delivered from the queue: what kept_text said of it then.
Result<HookEvent> read_hook_call(const HookCall& call, std::uint32_t attempt, Caller caller,
                                 const Roots& roots, const Config& config,
                                 Repositories& repositories, const std::string* kept = nullptr);

// The beginning of a call of a hook by name (RCX_WIRE_CALL): who calls, and the repository that it
// is for, which may be none. Which hook it is, and with which arguments, is not read. Believed is a
// caller that `input`, the input of the call, names only where `speaks_for_others`.
Result<std::unique_ptr<Event>> begin_named_call(const HookCall& call, const rcx_value& input,
                                                std::uint32_t attempt, Caller caller,
                                                bool speaks_for_others, const Roots& roots,
                                                const Config& config);

// Fills in what of the event costs a look into the repository: CommitSource::complete, or the names
// of what a pull wants. Once, and only when somebody wants the event.
Result<void> complete(HookEvent& hook);

// After an accepted pre_push: keeps which commits are new until the push event of the same push
// asks. By then references have moved, those of other pushes among them, and it can only be
// guessed.
Result<void> keep_commits(const HookEvent& accepted, const Config& config);
// What it kept for this push event, to be handed back later; nothing where it kept nothing.
std::optional<std::string> kept_text(const Event& event, const Config& config);
// After that push event: lets them go.
void forget_commits(const Event& event, const Config& config);
// Lets go what was kept an hour ago or longer: git refused those pushes after all.
void forget_old_commits(const Config& config);

}  // namespace rcx::host
