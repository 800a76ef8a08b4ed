// What came of an event, and how it reads.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/plugin/plan.hpp"

namespace rcx::host {

struct Objection {
  std::string extension;
  std::optional<std::size_t> ref;  // index in the event; none: the whole event
  std::string reason;              // bytes, as the extension gave them
  bool of_commits = false;         // the extension had looked at commits
};

// An extension that did not do its work.
struct Failure {
  std::string extension;
  std::string reason;
  FailPolicy policy = FailPolicy::kClosed;
  bool told = true;       // the person who waits is told; not of queued handlers
  bool bypassed = false;  // it does not count
};

// One call of a handler, or one that should have been. Pointers live as long as the set of
// extensions.
struct HandlerRun {
  std::string_view extension;
  rcx_status status = RCX_OK;
  std::chrono::nanoseconds took{};  // with what the host did for it, without waiting for its turn
  const PlannedExtension* planned = nullptr;
  const ExtensionConfig* config = nullptr;
  bool absent = false;  // not loaded, so not called
  bool objected = false;
  std::string failure;    // why it did not do its work; empty when it did
  bool apart = false;     // in a process of its own
  bool lost = false;      // which ended over it
  bool bypassed = false;  // what it objected, or that it failed, does not count
  bool excused = false;   // it failed by what the event is or who waits for it; see Call::excused
};

// Why the push is not let past an extension although its option asks for that.
struct DeniedBypass {
  std::string extension;
  std::string reason;
};

// A reference that nobody rejects, and that brings a commit for which another one is rejected.
struct Suspect {
  std::size_t ref;
  std::size_t rejected;
};

struct Verdict {
  std::vector<Objection> objections;  // those that count
  std::vector<Objection> observed;    // those that do not: mode observe
  std::vector<Failure> failures;
  std::vector<HandlerRun> runs;  // in the order in which they ran
  bool refused = false;
  // Instead: the references that are refused, where others pass; see single_refs.
  std::vector<std::size_t> refused_refs;
  std::vector<Suspect> suspects;    // of those
  std::vector<Objection> bypassed;  // those that would count
  std::vector<DeniedBypass> denied_bypasses;
  HookAnswer answer;   // of a hook that was called by name
  std::string bypass;  // the reason that the push gave for it, where it asked for a bypass
};

// Of a refused push: the references that are rejected, each once and in order, where it can be
// refused in part: nothing stands against the push as a whole, and some reference is not rejected.
// Empty otherwise.
std::vector<std::size_t> single_refs(const Verdict& verdict, const Event& event);

std::string suspect_reason(const Suspect& suspect, const Event& event);

// What the person reads at the end: each objection on its line, reason first, bounded, the decision
// id last. Empty when there is nothing to say. Whole lines, safe for a terminal.
std::string verdict_text(const Verdict& verdict, const Event& event, const OutputConfig& output);

// The end of such a text when the event could not be heard at all; `what` as EventKind has it.
std::string refusal_text(const std::string& reason, std::string_view what,
                         const std::string& event_id, const OutputConfig& output);

}  // namespace rcx::host
