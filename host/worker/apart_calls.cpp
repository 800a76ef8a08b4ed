#include "host/worker/apart_calls.hpp"

#include "host/event/wire.h"
#include "host/worker/answer.hpp"

namespace rcx::host {
namespace {

// More than any extension may object.
constexpr std::size_t kLongestAnswer = std::size_t{256} * 1024 * 1024;
constexpr const char* kUnknownEnd = "ended its process";

}  // namespace

bool ApartCalls::wants(const Extension& extension) const {
  return extension.apart() ||
         (whom_ == ApartFor::kEverything && set_.door(extension.id()) != nullptr);
}

void ApartCalls::ask(const Extension& extension) {
  asked_[&extension] = hand_over(extension);
}

std::optional<WorkerLink> ApartCalls::hand_over(const Extension& extension) const {
  std::optional<WorkerLink> link = WorkerLink::open(*set_.door(extension.id()));
  if (link && !link->send(request_, event_.attempt, caller_)) link.reset();
  return link;
}

std::optional<Result<ApartAnswer>> ApartCalls::hear(const Extension& extension, WorkerLink& link,
                                                    std::int64_t deadline_ns) {
  std::string answer;
  while (auto frame = link.receive(deadline_ns, [this] { return listener_.gone(); })) {
    if (frame->type == RCX_WIRE_FRAME_TEXT && is_canary(extension.id())) {
      frame->payload.resize(frame->payload.find_last_not_of('\n') + 1);
      log("extension")
          .info("{} says, event {}: {}", extension.id(), event_.id_text, frame->payload);
    } else if (frame->type == RCX_WIRE_FRAME_TEXT) {
      listener_.say(frame->payload);
    } else if (frame->type == RCX_WIRE_FRAME_ANSWER) {
      answer += frame->payload;
      if (answer.size() > kLongestAnswer) return Error{Code::kInvalid, "answered without end"};
    } else if (frame->type == RCX_WIRE_FRAME_VERDICT && !answer.empty()) {
      return parse_answer(answer, event_.refs.size(), extension.id());
    } else if (frame->type == RCX_WIRE_FRAME_VERDICT) {
      frame->payload.erase(0, sizeof(std::uint32_t));
      return Error{Code::kUnavailable, frame->payload};
    }
  }
  return std::nullopt;
}

Result<ApartAnswer> ApartCalls::take(const Extension& extension, std::int64_t deadline_ns) {
  std::optional<WorkerLink> link = std::move(asked_[&extension]);
  std::string how = kUnknownEnd;
  // A worker that dies of another event's call, or is ended from outside, does not count against
  // this one; one that dies again and again does.
  for (std::uint32_t attempt = 1; attempt <= RCX_WIRE_ATTEMPTS; ++attempt) {
    if (attempt > 1) link = hand_over(extension);
    if (!link) throw HostGone();
    if (auto answer = hear(extension, *link, deadline_ns)) return std::move(*answer);
    if (monotonic_ns() >= deadline_ns || listener_.gone()) {
      return Error{Code::kUnavailable, "its process had not answered when the time was over"};
    }
    const Blame blame = scoreboard_.blame_apart(link->worker(), event_.id);
    if (blame.certain) return Error{Code::kUnavailable, failure_text(blame)};
    if (!blame.how.empty()) how = blame.how;
  }
  return Error{Code::kUnavailable, how};
}

}  // namespace rcx::host
