#include "tests/client/fake_worker.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace rcx::test {
namespace {

template <typename T>
std::string_view as_bytes(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

Request read_request(int fd) {
  Request request;
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw std::runtime_error("the request is no file");
  request.seals = ::fcntl(fd, F_GET_SEALS);
  request.bytes.resize(static_cast<std::size_t>(status.st_size));
  std::size_t used = 0;
  while (used < request.bytes.size()) {
    const ssize_t size = ::pread(fd, request.bytes.data() + used, request.bytes.size() - used,
                                 static_cast<off_t>(used));
    if (size <= 0) throw std::runtime_error("cannot read the request");
    used += static_cast<std::size_t>(size);
  }
  if (used < sizeof request.head) throw std::runtime_error("the request has no head");
  std::memcpy(&request.head, request.bytes.data(), sizeof request.head);
  return request;
}

}  // namespace

int bound_socket(const std::filesystem::path& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot bind to " + path.string());
  }
  return fd;
}

Connection::Connection(int socket) : socket_(socket) {
  receive();
}

Connection::~Connection() {
  ::close(socket_);
}

void Connection::receive() {
  iovec bytes{&hello_, sizeof hello_};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
  const cmsghdr* rights = CMSG_FIRSTHDR(&message);
  if (size != static_cast<ssize_t>(sizeof hello_) || rights == nullptr) {
    throw std::runtime_error("no hello with a request");
  }
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(rights), sizeof fd);
  request_ = read_request(fd);
  ::close(fd);
}

void Connection::send_bytes(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

void Connection::send_frame(std::uint32_t type, std::string_view payload) {
  const rcx_wire_frame head{type, static_cast<std::uint32_t>(payload.size()), ++sequence_, 0};
  send_bytes(std::string(as_bytes(head)).append(payload));
}

void Connection::send_hello(std::uint32_t pid) {
  send_frame(RCX_WIRE_FRAME_HELLO, as_bytes(pid));
}

void Connection::send_text(std::string_view text) {
  send_frame(RCX_WIRE_FRAME_TEXT, text);
}

void Connection::send_verdict(std::uint32_t status, std::string_view text) {
  send_frame(RCX_WIRE_FRAME_VERDICT, std::string(as_bytes(status)).append(text));
}

void Connection::wait_for_end() const {
  char byte = 0;
  while (::recv(socket_, &byte, 1, 0) > 0) {
  }
}

FakeWorker::FakeWorker(const std::filesystem::path& socket, std::vector<Script> scripts)
    : listener_(bound_socket(socket)), scripts_(std::move(scripts)) {
  if (::listen(listener_, 8) != 0) {
    throw std::runtime_error("cannot listen at " + socket.string());
  }
  thread_ = std::thread([this] { serve(); });
}

FakeWorker::~FakeWorker() {
  finish();
  ::close(listener_);
}

const std::vector<Seen>& FakeWorker::finish() {
  ::shutdown(listener_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  return seen_;
}

void FakeWorker::serve() {
  for (const Script& script : scripts_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    Connection connection(socket);
    seen_.push_back({connection.hello(), connection.request()});
    script(connection);
  }
}

Script verdict(std::uint32_t status, std::string_view text) {
  return [status, text = std::string(text)](Connection& connection) {
    connection.send_hello(static_cast<std::uint32_t>(::getpid()));
    connection.send_verdict(status, text);
  };
}

Mortal::Mortal() {
  std::string program = "sleep";
  std::string argument = "600";
  std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
  int pid = -1;
  if (::posix_spawn(&pid, "/bin/sleep", nullptr, nullptr, arguments.data(), nullptr) != 0) {
    throw std::runtime_error("cannot start /bin/sleep");
  }
  pid_ = pid;
}

Mortal::~Mortal() {
  kill();
}

void Mortal::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace rcx::test
