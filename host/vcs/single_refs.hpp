// Single references of a push: what pre_push decided of each, for the hooks that git asks about
// them when pre-receive is over. All of that is in one file for each push, beside its commits
// (kept_commits.cpp), and goes with them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/access/access.hpp"
#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

// Which hook git asks about a reference.
enum class RefHook {
  kProcReceive,  // once for all that receive.procReceiveRefs names
  kUpdate,       // once for each of the others
};

// Which of them git asks about all of these references of the push that `call`, of pre-receive,
// announces. Asks git, since its configuration lies in several files. An Error where no single one
// is asked about all.
Result<RefHook> hook_for(const HookCall& call, const Event& event,
                         const std::vector<std::size_t>& refs);

// What became of one reference.
struct RefRuling {
  RefUpdate ref;
  std::optional<std::string> rejected;  // why, on one line
};

struct RefRulings {
  std::string decision;  // id of the event
  std::map<std::string, RefRuling> by_name;
};

// Keeps them: `rejected` has reasons, by index in the event; all others pass.
Result<void> keep_rulings(const Event& event, const std::map<std::size_t, std::string>& rejected,
                          const Config& config);
// None where nothing was kept, or not all of it.
std::optional<RefRulings> kept_rulings(const std::string& push_id, const Config& config);
void forget_rulings(const Event& event, const Config& config);

// A call of proc-receive or update.
struct RefQuestion {
  std::string repository;  // its name
  std::string push_id;
  std::vector<RefUpdate> refs;
  bool atomic = false;  // all or none
};
bool asks_about_refs(const HookCall& call);
Result<RefQuestion> read_ref_question(const HookCall& call, const Roots& roots);

}  // namespace rcx::host
