#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <csignal>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "host/event/wire.h"
#include "host/event/worker_link.hpp"
#include "host/queue/spool.hpp"
#include "host/supervisor/delivery.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargestOrder = 65536;
// Longer than handlers may take where nobody waits; what takes longer is asked for again later.
constexpr std::int64_t kPatienceNs = 600'000'000'000;

// What came of handing one call to a worker.
enum class Handed {
  kAnswered,
  kRefused,      // the host will not hear it, now or ever
  kLost,         // its worker died
  kUnreachable,  // nobody listens
};

struct Waiting {
  fs::path path;
  uid_t uid = 0;
  Fd request;  // a sealed copy
};

Result<Waiting> open_waiting(const fs::path& path) {
  Waiting waiting{path, 0, {}};
  const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) {
    return system_error("cannot open " + path.string(), errno);
  }
  if (!S_ISREG(status.st_mode) || status.st_size > static_cast<off_t>(RCX_WIRE_REQUEST_MAX)) {
    return Error{Code::kInvalid, path.string() + " is no call of a hook"};
  }
  waiting.uid = status.st_uid;
  waiting.request.reset(::memfd_create("rcx-request", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  off_t offset = 0;
  while (offset < status.st_size) {
    const ssize_t sent = ::sendfile(waiting.request.get(), file.get(), &offset,
                                    static_cast<std::size_t>(status.st_size - offset));
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return system_error("cannot copy " + path.string(), errno);
  }
  if (::fcntl(waiting.request.get(), F_ADD_SEALS,
              F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return system_error("cannot seal a call", errno);
  }
  return waiting;
}

Handed hand(const Waiting& waiting, const fs::path& socket, std::uint32_t attempt) {
  std::optional<WorkerLink> worker = WorkerLink::open(socket);
  if (!worker) return Handed::kUnreachable;
  if (!worker->send(waiting.request.get(), attempt, waiting.uid)) return Handed::kLost;
  while (true) {
    // A dead worker's socket may stay open: a child of its extensions can have it.
    const auto frame = worker->receive(monotonic_ns() + kPatienceNs);
    if (!frame) return Handed::kLost;
    if (frame->type != RCX_WIRE_FRAME_TEXT && frame->type != RCX_WIRE_FRAME_VERDICT) continue;
    std::uint32_t status = 0;
    std::string_view text = frame->payload;
    if (frame->type == RCX_WIRE_FRAME_VERDICT && text.size() >= sizeof status) {
      std::memcpy(&status, text.data(), sizeof status);
      text.remove_prefix(sizeof status);
    }
    // Nobody reads it any more who pushed.
    for (const std::string_view line : split(text, '\n')) {
      if (!line.empty()) log("worker").info("{}: {}", waiting.path.filename().string(), line);
    }
    if (frame->type == RCX_WIRE_FRAME_VERDICT) {
      return status == 0 ? Handed::kAnswered : Handed::kRefused;
    }
  }
}

// False when the host is gone.
bool deliver(const fs::path& path, const fs::path& socket) {
  const std::string name = path.filename().string();
  boost::system::error_code ignored;
  const auto set_aside = [&](const std::string& why) {
    log("supervisor").error("{} is not delivered: {}; it is kept as refused-{}", name, why, name);
    fs::rename(path, path.parent_path() / ("refused-" + name), ignored);
  };
  const Result<Waiting> waiting = open_waiting(path);
  if (!waiting) {
    if (waiting.error().code != Code::kInvalid) return false;
    set_aside(waiting.error().message);
    return true;
  }
  for (std::uint32_t attempt = 1;; ++attempt) {
    switch (hand(*waiting, socket, std::min(attempt, RCX_WIRE_ATTEMPTS + 1))) {
      case Handed::kAnswered:
        log("supervisor").info("{} is delivered", name);
        fs::remove(path, ignored);
        return true;
      case Handed::kRefused:
        set_aside("the host will not hear it, see the lines above");
        return true;
      case Handed::kUnreachable:
        return false;
      case Handed::kLost:
        if (attempt <= RCX_WIRE_ATTEMPTS) break;
        set_aside("several workers died over it");
        return true;
    }
  }
}

}  // namespace

int run_deliver() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  const Result<std::string> text =
      read_file("/proc/self/fd/" + std::to_string(kFirstInherited), kLargestOrder);
  if (!text) return 1;
  try {
    const boost::json::value order = boost::json::parse(*text);
    LogSettings log_to;
    log_to.file = std::string(order.at("log_file").as_string());
    log_to.level = std::string(order.at("log_level").as_string());
    if (Result<void> logging = start_log(log_to, "deliver"); !logging) return 1;
    const fs::path socket = std::string(order.at("socket").as_string());
    const fs::path spool = std::string(order.at("spool").as_string());
    // What could not be removed afterwards would be delivered again and again.
    if (::access(spool.c_str(), W_OK) != 0) {
      log("supervisor").error("{}", system_error("cannot write " + spool.string(), errno).message);
      return 1;
    }
    for (const fs::path& path : spooled(spool)) {
      if (!deliver(path, socket)) return 1;
    }
    return 0;
  } catch (const std::exception& failed) {
    log("supervisor").error("while delivering what waits: {}", failed.what());
    return 1;
  }
}

}  // namespace rcx::host
