// The worker's end of the socket, up to a checked request: a byte that says how many descriptors
// come with the hello and whether the request is sealed, the hello, the request.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "host/event/hook_call.hpp"
#include "host/worker/connection.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using rcx::fuzz::require;
using namespace rcx::host;

constexpr std::size_t kMostDescriptors = 5;

Fd request_of(std::string_view bytes, bool sealed) {
  Fd fd(::memfd_create("request", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  require(static_cast<bool>(write_all(fd.get(), bytes, "a memfd")), "a memfd can be written");
  if (sealed) ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
  return fd;
}

void send_hello(int socket, std::string_view bytes, int fd, std::size_t descriptors) {
  std::array<char, 64> copy{};
  std::copy(bytes.begin(), bytes.end(), copy.begin());
  iovec part{copy.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostDescriptors)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptors > 0) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors);
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int) * descriptors);
    for (std::size_t i = 0; i < descriptors; ++i) {
      std::memcpy(CMSG_DATA(head) + i * sizeof fd, &fd, sizeof fd);
    }
  }
  ::sendmsg(socket, &message, MSG_NOSIGNAL);
  ::shutdown(socket, SHUT_WR);
}

void read_all(const HookCall& call) {
  std::size_t bytes = call.hook().size() + call.directory().size() + call.input().size();
  for (const std::string_view argument : call.arguments()) {
    require(argument.find('\0') == std::string_view::npos, "an argument ends at NUL");
    bytes += argument.size() + 1;
  }
  bytes += call.variable("GIT_DIR").size() + call.variable("A").size() + call.variable("").size();
  const auto sum = [](std::string_view view) {
    std::size_t total = 0;
    for (const char c : view) total += static_cast<unsigned char>(c);
    return total;
  };
  const volatile std::size_t touched =
      bytes + sum(call.hook()) + sum(call.directory()) + sum(call.input()) + call.event_id()[0] +
      static_cast<std::size_t>(call.time_ns()) + call.parent_pid() + call.parent_start();
  static_cast<void>(touched);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t descriptors = std::min<std::size_t>(data[0] & 7U, kMostDescriptors);
  const bool sealed = (data[0] & 8U) == 0;
  std::string_view rest = rcx::fuzz::text(data + 1, size - 1);
  const std::string_view hello = rest.substr(0, sizeof(rcx_wire_hello));
  rest.remove_prefix(hello.size());

  std::array<int, 2> ends{};
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "a socket pair");
  const Fd client(ends[0]);
  Connection connection{Fd(ends[1])};
  {
    const Fd request = request_of(rest, sealed);
    send_hello(client.get(), hello, request.get(), descriptors);
  }
  Result<Connection::Hello> received = connection.receive();
  if (!received) return 0;
  require(received->attempt >= 1 && received->attempt <= RCX_WIRE_ATTEMPTS + 1,
          "an attempt counts");
  const Result<HookCall> call = HookCall::open(std::move(received->request));
  if (!call) return 0;
  require(sealed, "what is not sealed is refused");
  read_all(*call);
  return 0;
}
