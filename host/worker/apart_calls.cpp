#include "host/worker/apart_calls.hpp"

#include <poll.h>

#include <tuple>

#include "host/event/wire.h"
#include "host/worker/answer.hpp"

namespace rcx::host {
namespace {

// For one kind of event, of one extension: more have no reason to talk.
constexpr int kMostHandlers = 4;
constexpr const char* kUnknownEnd = "ended its process";

}  // namespace

bool ApartCalls::wants(const Extension& extension) const {
  return extension.apart() ||
         (whom_ == ApartFor::kEverything && set_.door(extension.id()) != nullptr);
}

void ApartCalls::ask(const Extension& extension) {
  hand_over(extension, event_.attempt);
}

bool ApartCalls::hand_over(const Extension& extension, std::uint32_t attempt) {
  asked_.erase(&extension);
  std::optional<WorkerLink> link = WorkerLink::open(*set_.door(extension.id()));
  if (!link || !link->send(request_, attempt, caller_, order_, door_)) return false;
  asked_.emplace(std::piecewise_construct, std::forward_as_tuple(&extension),
                 std::forward_as_tuple(std::move(*link)));
  return true;
}

void ApartCalls::say(const Extension& extension, std::string_view text, int& lines) {
  const std::string said = printable(text, true);
  std::string safe;
  for (const std::string_view line : split(said, '\n')) {
    if (line.empty() || ++lines > config_.output.lines * kMostHandlers) continue;
    safe += line;
    safe += '\n';
  }
  if (safe.empty()) return;
  if (!is_canary(extension.id())) return listener_.say(safe);
  safe.pop_back();
  log("extension").info("{} says, event {}: {}", extension.id(), event_.id_text, safe);
}

std::optional<Result<ApartAnswer>> ApartCalls::hear(const Extension& extension,
                                                    std::int64_t deadline_ns) {
  WorkerLink& link = asked_.at(&extension).link;
  const auto abandoned = [this] { return event_.kind->veto && listener_.gone(); };
  std::string answer;
  int lines = 0;
  while (auto frame = link.receive(deadline_ns, abandoned)) {
    if (frame->type == RCX_WIRE_FRAME_TEXT) {
      say(extension, frame->payload, lines);
    } else if (frame->type == RCX_WIRE_FRAME_ANSWER) {
      answer += frame->payload;
      if (answer.size() > kLongestAnswer) return Error{Code::kInvalid, "answered without end"};
    } else if (frame->type == RCX_WIRE_FRAME_VERDICT && !answer.empty()) {
      return parse_answer(answer, event_.refs.size(),
                          set_.handlers_of(extension, event_.kind->number), extension.id());
    } else if (frame->type == RCX_WIRE_FRAME_VERDICT) {
      frame->payload.erase(0, sizeof(std::uint32_t));
      return Error{Code::kUnavailable, printable(frame->payload)};
    }
  }
  return std::nullopt;
}

Result<ApartAnswer> ApartCalls::take(const Extension& extension, std::int64_t deadline_ns) {
  std::string how = kUnknownEnd;
  // A worker that dies of another event's call, or is ended from outside, does not count against
  // this one; one that dies again and again does.
  for (std::uint32_t attempt = 0; attempt < RCX_WIRE_ATTEMPTS; ++attempt) {
    const bool asked = (attempt == 0 && asked_.contains(&extension)) ||
                       hand_over(extension, event_.attempt + attempt);
    if (!asked && host_gone()) throw HostGone();
    if (!asked) return Error{Code::kUnavailable, "no process of its own can be reached"};
    auto answer = hear(extension, deadline_ns);
    const pid_t worker = asked_.at(&extension).link.worker();
    asked_.erase(&extension);
    if (answer) return std::move(*answer);
    if (monotonic_ns() >= deadline_ns || (event_.kind->veto && listener_.gone())) {
      return Error{Code::kBusy, "its process had not answered when the time was over"};
    }
    const Blame blame = scoreboard_.blame_apart(worker, event_.id);
    if (blame.certain) return Error{Code::kUnavailable, failure_text(blame)};
    if (!blame.how.empty()) how = blame.how;
  }
  return Error{Code::kUnavailable, how};
}

bool ApartCalls::host_gone() const {
  pollfd control{control_, POLLRDHUP, 0};
  return ::poll(&control, 1, 0) == 1;
}

}  // namespace rcx::host
