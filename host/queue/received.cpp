#include "host/queue/received.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "host/event/wire.h"
#include "host/queue/client.hpp"

namespace rcx::host {
namespace {

// All that stands behind `fd`.
Result<std::string> read_all(const Fd& fd) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_size > static_cast<off_t>(2 * std::uint64_t{RCX_WIRE_REQUEST_MAX})) {
    return Error{Code::kInvalid, "wanted a memfd of an event"};
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(fd.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return system_error("cannot read an event", errno);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

bool is_enqueue(const Question& question) {
  const boost::json::value* what = question.json.if_contains("do");
  return what != nullptr && what->is_string() && what->get_string() == "enqueue";
}

Result<NewEvent> read_event(const Question& question) {
  if (question.descriptors.size() != 2) {
    return Error{Code::kInvalid, "wanted the call and its context"};
  }
  try {
    NewEvent event = event_from(question.json);
    Result<std::string> call = read_all(question.descriptors[0]);
    if (!call) return call.error();
    Result<std::string> context = read_all(question.descriptors[1]);
    if (!context) return context.error();
    event.call = std::move(*call);
    event.context = std::move(*context);
    // Who calls from the future would stand behind all others.
    event.time_ns = std::min(event.time_ns, wall_ns());
    return event;
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("cannot read an event: ") + failed.what()};
  }
}

}  // namespace rcx::host
