#include "host/supervisor/service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace rcx::host {
namespace {

// Of sd_listen_fds(3).
constexpr int kFirstPassed = 3;
constexpr int kMostPassed = 64;

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  ::unsetenv(name);
  return text;
}

std::int64_t number_in(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Whether what is said is for this process, and not for one that started it.
bool is_own(const std::string& pid) {
  return number_in(pid) == ::getpid();
}

int option(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

// Where a socket listens; empty where it is another kind of socket, or none.
fs::path listens_at(int fd) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (option(fd, SO_ACCEPTCONN) != 1 || option(fd, SO_TYPE) != SOCK_STREAM ||
      ::getsockname(fd, static_cast<sockaddr*>(static_cast<void*>(&address)), &size) != 0 ||
      address.sun_family != AF_UNIX || size <= offsetof(sockaddr_un, sun_path)) {
    return {};
  }
  const std::size_t length = size - offsetof(sockaddr_un, sun_path);
  return std::string(address.sun_path, ::strnlen(address.sun_path, length));
}

bool same_place(const fs::path& a, const fs::path& b) {
  boost::system::error_code ignored;
  return a == b || (a.filename() == b.filename() &&
                    fs::equivalent(a.parent_path(), b.parent_path(), ignored));
}

}  // namespace

Result<ServiceManager> ServiceManager::meet() {
  ServiceManager manager;
  manager.address_ = take_variable("NOTIFY_SOCKET");
  const std::int64_t watchdog = number_in(take_variable("WATCHDOG_USEC"));
  const std::string watched = take_variable("WATCHDOG_PID");
  if (watched.empty() || is_own(watched)) manager.every_ns_ = watchdog * 1000 / 2;
  const bool ours = is_own(take_variable("LISTEN_PID"));
  const std::int64_t count = number_in(take_variable("LISTEN_FDS"));
  const std::string names = take_variable("LISTEN_FDNAMES");
  const std::vector<std::string_view> each = split(names, ':');
  for (int i = 0; ours && i < std::min<std::int64_t>(count, kMostPassed); ++i) {
    Fd fd(kFirstPassed + i);
    ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
    const auto at = static_cast<std::size_t>(i);
    std::string name(at < each.size() ? each[at] : "");
    fs::path path = listens_at(fd.get());
    if (path.empty()) {
      return Error{Code::kInvalid, "the service manager passed descriptor " +
                                       std::to_string(fd.get()) + " (" + printable(name) +
                                       "), wanted a Unix stream socket that listens; see "
                                       "ListenStream= in its socket unit"};
    }
    manager.passed_.push_back({std::move(name), std::move(path), std::move(fd)});
  }
  return manager;
}

Result<Fd> ServiceManager::take(const std::string& name, const fs::path& path) {
  const auto found = std::find_if(passed_.begin(), passed_.end(), [&](const Passed& one) {
    return one.name == name || one.path.filename() == path.filename();
  });
  if (found == passed_.end() && !passed_.empty()) {
    return Error{Code::kInvalid, "the service manager passed sockets, and none for " + name +
                                     "; add to its socket unit:  ListenStream=" + path.string()};
  }
  if (found == passed_.end()) return Fd();
  if (!same_place(found->path, path)) {
    return Error{Code::kInvalid, "the service manager listens for " + name + " at " +
                                     found->path.string() + ", hooks connect to " + path.string() +
                                     "; change ListenStream= in its socket unit, or  run:  in "
                                     "rcx.yaml"};
  }
  return std::move(found->fd);
}

void ServiceManager::tell(const std::string& lines) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (address_.empty() || address_.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  // A name that the kernel keeps, and no file system.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  if (!socket ||
      ::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL,
               static_cast<const sockaddr*>(static_cast<const void*>(&address)), size) < 0) {
    log("supervisor").warn("cannot tell the service manager: {}", std::strerror(errno));
  }
}

void ServiceManager::tend() {
  const std::int64_t now = monotonic_ns();
  if (every_ns_ <= 0 || now < next_ns_) return;
  tell("WATCHDOG=1");
  next_ns_ = now + every_ns_;
}

}  // namespace rcx::host
