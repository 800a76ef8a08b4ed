#include "host/event/ask_workers.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <optional>

#include "host/event/wire.h"
#include "host/event/worker_link.hpp"

namespace rcx::host {
namespace {

// Longer than all handlers of one event may take, whatever rcx.yaml says of that.
constexpr std::int64_t kPatienceNs = 600'000'000'000;
// All hooks of all extensions, or what one of them answers.
constexpr std::size_t kLongestResult = std::size_t{64} * 1024 * 1024;

// False where it is none.
bool take_result(WorkersAnswer& answer, std::string_view piece) {
  if (answer.result_of == 0) {
    if (piece.size() < sizeof answer.result_of) return false;
    std::memcpy(&answer.result_of, piece.data(), sizeof answer.result_of);
    piece.remove_prefix(sizeof answer.result_of);
  }
  answer.result += piece;
  return answer.result_of != 0 && answer.result.size() <= kLongestResult;
}

// Nothing where the worker died over it.
std::optional<WorkersAnswer> hear(WorkerLink& worker,
                                  const std::function<void(std::string_view)>& heard) {
  WorkersAnswer answer;
  while (true) {
    const auto frame = worker.receive(monotonic_ns() + kPatienceNs);
    if (!frame) return std::nullopt;
    if (frame->type == RCX_WIRE_FRAME_TEXT) {
      answer.said += frame->payload;
      if (heard) heard(frame->payload);
    }
    if (frame->type == RCX_WIRE_FRAME_RESULT && !take_result(answer, frame->payload)) {
      return std::nullopt;
    }
    if (frame->type != RCX_WIRE_FRAME_VERDICT || frame->payload.size() < sizeof answer.status) {
      continue;
    }
    std::memcpy(&answer.status, frame->payload.data(), sizeof answer.status);
    answer.verdict = frame->payload.substr(sizeof answer.status);
    return answer;
  }
}

}  // namespace

Result<WorkersAnswer> ask_workers(const fs::path& socket, int request,
                                  const std::function<void(std::string_view)>& heard) {
  for (std::uint32_t attempt = 1; attempt <= RCX_WIRE_ATTEMPTS + 1; ++attempt) {
    std::optional<WorkerLink> worker = WorkerLink::open(socket);
    if (!worker && errno == EACCES) {
      return Error{Code::kDenied, "this user may not use the host at " + socket.string()};
    }
    if (!worker) return Error{Code::kUnavailable, "no host listens at " + socket.string()};
    if (!worker->send(request, attempt, ::geteuid())) continue;
    if (std::optional<WorkersAnswer> answer = hear(*worker, heard)) return std::move(*answer);
  }
  return Error{Code::kIo, "the host gave no verdict: several of its workers ended; see its log"};
}

const char* verdict_name(const EventKind& kind, const WorkersAnswer& answer) {
  if (answer.status != 0) return kind.veto ? "refused" : "failed";
  return kind.veto ? "accepted" : "done";
}

boost::json::array lines_of(std::string_view text) {
  boost::json::array lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) lines.emplace_back(printable(line));
  }
  return lines;
}

}  // namespace rcx::host
