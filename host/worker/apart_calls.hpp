// Asks workers that have one extension alone about one event: the other end of that is a worker as
// any other, which serves at a socket of its own.
#pragma once

#include <map>
#include <string>

#include "host/dispatch/dispatch.hpp"
#include "host/event/worker_link.hpp"
#include "host/worker/fork_guard.hpp"

namespace rcx::host {

// Which extensions an event is taken to processes of their own for.
enum class ApartFor {
  kDedicated,   // those that never run elsewhere
  kEverything,  // all: something in a shared process took it down, and it is not known who
};

// Thrown by take() where nobody listens any more: the supervisor that held the socket is gone, and
// somebody else has to be asked about the whole event.
class HostGone {};

// Belongs to the event's thread. What they say reaches `listener` while their answer is taken; what
// a canary says goes to the log, since its first version says it too.
class ApartCalls : public Apart {
 public:
  // `control` leads to the supervisor; `order`, where it is not -1, to what they are told of which
  // handlers to call, and `door` to who can be asked for more (wire.h).
  ApartCalls(ApartFor whom, const ExtensionSet& set, const Config& config,
             const Scoreboard& scoreboard, const Event& event, int request, uid_t caller,
             Listener& listener, int control, int order = -1, int door = -1)
      : whom_(whom),
        set_(set),
        config_(config),
        scoreboard_(scoreboard),
        event_(event),
        request_(request),
        caller_(caller),
        listener_(listener),
        control_(control),
        order_(order),
        door_(door) {}

  bool wants(const Extension& extension) const override;
  void ask(const Extension& extension) override;
  Result<ApartAnswer> take(const Extension& extension, std::int64_t deadline_ns) override;

 private:
  // A worker that is at it.
  struct Asked {
    explicit Asked(WorkerLink to) : link(std::move(to)), guard(link.socket()) {}
    WorkerLink link;
    ForkGuard guard;
  };

  // False where nobody takes it.
  bool hand_over(const Extension& extension, std::uint32_t attempt);
  // Nothing where the worker ended before its answer was whole.
  std::optional<Result<ApartAnswer>> hear(const Extension& extension, std::int64_t deadline_ns);
  // Passes on what it says, which may come from what the extension made of its process.
  void say(const Extension& extension, std::string_view text, int& lines);
  bool host_gone() const;

  ApartFor whom_;
  const ExtensionSet& set_;
  const Config& config_;
  const Scoreboard& scoreboard_;
  const Event& event_;
  int request_;
  uid_t caller_;
  Listener& listener_;
  int control_;
  int order_;
  int door_;
  std::map<const Extension*, Asked> asked_;
};

}  // namespace rcx::host
