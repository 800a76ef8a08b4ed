#include "host/vcs/hg/reader.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdlib>

#include "host/core/unix_socket.hpp"
#include "host/vcs/hg/wire.hpp"

namespace rcx::host::hg {
namespace {

// For one piece of an answer; the event has a deadline of its own.
constexpr timeval kPatience{120, 0};
constexpr std::uint64_t kLongestAnswer = std::uint64_t{1} << 30U;

// 0, or errno; EPIPE where the other end is closed.
int receive(int socket, char* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(socket, into, size, MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return EPIPE;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return 0;
}

}  // namespace

Reader::~Reader() {
  socket_.reset();
  if (process_) process_->kill();
}

Error Reader::gone(const char* what, int number) {
  failed_ = system_error(std::string(what) + " in " + printable(place_.repository), number);
  failed_->code = Code::kIo;
  return *failed_;
}

Result<void> Reader::start(Fd end) {
  const char* const search = std::getenv("PATH");
  Launch launch;
  launch.program = "hg";
  launch.arguments = {"hg", "--repository", place_.repository, "--config",
                      "extensions.rcx=" + place_.module.string()};
  launch.arguments.insert(launch.arguments.end(), place_.command.begin(), place_.command.end());
  launch.input = end.get();
  launch.environment = {{"HGPLAIN=1", "HGRCPATH=", "LC_ALL=C.UTF-8",
                         std::string("PATH=") + (search != nullptr ? search : "/usr/bin:/bin")}};
  if (place_.pending) launch.environment->push_back("HG_PENDING=" + place_.repository);
  Result<Process> process = Process::start(launch);
  if (!process) {
    return Error{Code::kUnavailable,
                 process.error().message + "; install it with:  apt install mercurial"};
  }
  process_.emplace(std::move(*process));
  return {};
}

Result<void> Reader::open() {
  if (failed_) return *failed_;
  if (socket_) return {};
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return system_error("cannot make a socket", errno);
  }
  socket_.reset(ends[0]);
  Fd other(ends[1]);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (door_ < 0) {
    Result<void> started = start(std::move(other));
    if (!started) failed_ = started.error();
    return started;
  }
  if (!send_with(door_, "r", {other.get()})) return gone("cannot ask hg's process", errno);
  return {};
}

Result<std::string> Reader::ask(const std::vector<std::string_view>& question) {
  if (Result<void> ready = open(); !ready) return ready.error();
  const std::string words = pack(question);
  const auto size = static_cast<std::uint32_t>(words.size());
  std::string whole(static_cast<const char*>(static_cast<const void*>(&size)), sizeof size);
  whole += words;
  if (!send_with(socket_.get(), whole, {})) return gone("cannot ask hg's process", errno);
  std::uint64_t length = 0;
  int number =
      receive(socket_.get(), static_cast<char*>(static_cast<void*>(&length)), sizeof length);
  if (number == 0 && (length == 0 || length > kLongestAnswer)) number = EPROTO;
  std::string answer;
  if (number == 0) {
    answer.resize(static_cast<std::size_t>(length));
    number = receive(socket_.get(), answer.data(), answer.size());
  }
  if (number != 0) return gone("hg's process does not answer", number);
  const char status = answer[0];
  answer.erase(0, 1);
  if (status == kAnswered) return answer;
  if (status == kGone) return Error{Code::kNotFound, printable(answer)};
  return Error{Code::kUnavailable, "hg cannot read " + printable(place_.repository) + ": " +
                                       shortened(printable(answer), 300)};
}

}  // namespace rcx::host::hg
