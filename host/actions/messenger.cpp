#include "host/actions/messenger.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "host/event/hook_request.hpp"
#include "host/event/wire.h"
#include "host/queue/spool.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{16} << 20U;

Result<HookRequest> request_of(const fs::path& run, const EventKind& kind, const Uuid& id,
                               std::int64_t time_ns, const std::string& fields) {
  return make_request(RCX_WIRE_PERFORM, kind.name, run.string(), fields, id, time_ns);
}

Result<void> sync_directory(const fs::path& directory) {
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd && ::fsync(fd.get()) == 0) return {};
  return system_error("cannot write " + directory.string(), errno);
}

}  // namespace

Result<WorkersAnswer> HostMessenger::tell(const EventKind& kind, const Uuid& id,
                                          std::int64_t time_ns, const std::string& fields) {
  const Result<HookRequest> request = request_of(run_, kind, id, time_ns, fields);
  if (!request) return request.error();
  const char* socket = kind.veto ? RCX_WIRE_PRE_SOCKET : RCX_WIRE_POST_SOCKET;
  return ask_workers(run_ / socket, request->memfd.get(), heard_);
}

Result<WorkersAnswer> HostMessenger::call(const std::string& hook, const Uuid& id,
                                          std::int64_t time_ns, const std::string& input) {
  const Result<HookRequest> request =
      make_request(RCX_WIRE_CALL, hook, run_.string(), input, id, time_ns);
  if (!request) return request.error();
  return ask_workers(run_ / RCX_WIRE_PRE_SOCKET, request->memfd.get(), heard_);
}

Result<void> HostMessenger::keep(const EventKind& kind, const Uuid& id, std::int64_t time_ns,
                                 const std::string& fields) {
  const Result<HookRequest> request = request_of(run_, kind, id, time_ns, fields);
  if (!request) return request.error();
  const Result<std::string> bytes =
      read_file(fmt::format("/proc/self/fd/{}", request->memfd.get()), kLargest);
  if (!bytes) return bytes.error();
  const fs::path spool = state_ / kSpool;
  if (::mkdir(spool.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot make " + spool.string(), errno);
  }
  Result<void> written = write_file(spool / spool_name(time_ns, id), *bytes, 0600);
  return written ? sync_directory(spool) : written;
}

}  // namespace rcx::host
