#include "host/core/unix_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace rcx::host {
namespace {

constexpr int kBacklog = 4096;
constexpr std::size_t kMostDescriptors = 4;

const sockaddr* generic(const sockaddr_un& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

// False where the path is too long.
bool set_path(sockaddr_un& address, const fs::path& path) {
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

}  // namespace

Result<Fd> listen_at(const fs::path& path, mode_t mode) {
  sockaddr_un address{};
  if (!set_path(address, path)) {
    return Error{Code::kInvalid,
                 fmt::format("the path of the socket {} has {} bytes, the system allows {}; set a "
                             "shorter  run:  in rcx.yaml, such as /run/rcx",
                             path.string(), path.size(), sizeof address.sun_path - 1)};
  }
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_error("cannot make a socket", errno);
  ::unlink(path.c_str());
  if (::bind(fd.get(), generic(address), sizeof address) != 0 || ::chmod(path.c_str(), mode) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return system_error("cannot listen at " + path.string(), errno);
  }
  return fd;
}

Fd connect_to(const fs::path& path) {
  sockaddr_un address{};
  if (!set_path(address, path)) {
    errno = ENAMETOOLONG;
    return {};
  }
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), generic(address), sizeof address) != 0) return {};
  return socket;
}

bool is_own_peer(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == 0 || peer.uid == ::geteuid());
}

bool send_with(int socket, std::string_view bytes, const std::vector<int>& descriptors) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostDescriptors)> control{};
  bool first = !descriptors.empty();
  while (!bytes.empty()) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (first) {
      const std::size_t size = sizeof(int) * descriptors.size();
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(size);
      cmsghdr* head = CMSG_FIRSTHDR(&message);
      head->cmsg_level = SOL_SOCKET;
      head->cmsg_type = SCM_RIGHTS;
      head->cmsg_len = CMSG_LEN(size);
      std::memcpy(CMSG_DATA(head), descriptors.data(), size);
    }
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    first = false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

ssize_t receive_with(int socket, void* into, std::size_t size, int flags,
                     std::vector<Fd>& descriptors) {
  iovec part{into, size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostDescriptors)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
  if (got < 0) return got;
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (one->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(one) + i * sizeof(int), sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
  return got;
}

}  // namespace rcx::host
