// Pushes, pulls and what forges emit, on which every extension should hold: the ordinary and the
// odd.
#pragma once

#include <rcx/testing.hpp>

#include <optional>
#include <string>
#include <vector>

#include "host/event/event.hpp"
#include "host/plugin/named_hook.hpp"

namespace rcx::host {

// How much a forge tells: nothing but what it must, everything, everything in odd bytes, much of
// it; or all while the person has gone.
enum class Telling { kLeast, kAll, kOdd, kMuch, kDeserted };

struct Sample {
  std::string name;  // as in: it crashes on ...
  rcx::testing::FakePush push;
  std::optional<rcx::testing::FakePull> pull = {};  // instead of the push
  // Instead of both: how the event that a handler is for is told, whichever that is.
  std::optional<Telling> told = {};
  // Instead of all of these: how a hook is called by name, whichever that is.
  std::optional<Telling> called = {};
};

// Whether a handler for events of `kind` is called with `sample`.
bool concerns(const Sample& sample, const EventKind& kind);
// The event that `sample` makes of `kind`, which it concerns.
rcx::testing::FakeEvent told_event(const Sample& sample, const EventKind& kind);
// The call that `sample` makes of `hook`, where it is one of calls.
rcx::testing::FakeCall called_hook(const Sample& sample, const HookInfo& hook);

const std::vector<Sample>& samples();

}  // namespace rcx::host
