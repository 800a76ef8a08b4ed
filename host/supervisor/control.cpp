#include "host/supervisor/control.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "host/core/unix_socket.hpp"

namespace rcx::host {
namespace {

constexpr const char* kSocket = "control.sock";
constexpr std::size_t kMostConnections = 32;
constexpr std::size_t kLongestQuestion = 65536;
constexpr std::size_t kLongestAnswer = std::size_t{64} * 1024 * 1024;
constexpr std::int64_t kPatienceNs = 5'000'000'000;

}  // namespace

void Asker::answer(const boost::json::object& json) {
  const std::string line = boost::json::serialize(json) + "\n";
  if (::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    log("supervisor").debug("nobody took an answer: {}", std::strerror(errno));
  }
  socket_.reset();
}

Result<ControlSocket> ControlSocket::open(const Config& config) {
  const fs::path path = config.run / kSocket;
  Result<Fd> listener = listen_at(path, 0600);
  if (!listener) return listener.error();
  return ControlSocket(path, std::move(*listener));
}

void ControlSocket::watch(PollSet& waiting, const Handle& handle) {
  const std::int64_t now = monotonic_ns();
  connections_.remove_if([now](const Connection& one) { return now - one.since_ns > kPatienceNs; });
  waiting.add(listener_.get(), [this] { accept(); });
  for (auto one = connections_.begin(); one != connections_.end(); ++one) {
    waiting.add(one->socket.get(), [this, one, handle] {
      if (read(*one, handle)) connections_.erase(one);
    });
  }
}

void ControlSocket::close() {
  ::unlink(path_.c_str());
  listener_.reset();
  connections_.clear();
}

void ControlSocket::accept() {
  Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return;
  if (!is_own_peer(socket.get())) {
    Asker(std::move(socket)).refuse("wanted root or the user of the host; become one of them");
  } else if (connections_.size() >= kMostConnections) {
    Asker(std::move(socket)).refuse("too many ask at once; try again");
  } else {
    connections_.push_back({std::move(socket), {}, monotonic_ns()});
  }
}

bool ControlSocket::read(Connection& connection, const Handle& handle) {
  std::array<char, 4096> chunk{};
  const ssize_t got = ::recv(connection.socket.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got <= 0) return true;
  connection.heard.append(chunk.data(), static_cast<std::size_t>(got));
  const std::size_t end = connection.heard.find('\n');
  if (end == std::string::npos) return connection.heard.size() > kLongestQuestion;
  auto asker = std::make_shared<Asker>(std::move(connection.socket));
  boost::json::error_code failed;
  const boost::json::value question = boost::json::parse({connection.heard.data(), end}, failed);
  if (failed || !question.is_object()) {
    asker->refuse("wanted a JSON object on one line");
  } else {
    handle(question.get_object(), std::move(asker));
  }
  return true;
}

namespace {

Result<Fd> connect_to_host(const HostPlace& place) {
  const fs::path path = place.run / kSocket;
  Fd socket = connect_to(path);
  if (socket) return socket;
  if (errno == ENAMETOOLONG) {
    return Error{Code::kInvalid, "the path of the socket " + path.string() + " is too long"};
  }
  if (errno == EACCES || errno == EPERM) {
    struct stat status {};
    const std::string owner =
        ::stat(place.run.c_str(), &status) == 0 ? std::to_string(status.st_uid) : "of the host";
    return Error{Code::kDenied, "only root and the user of the host (uid " + owner +
                                    ") may tell it what to do; become one of them"};
  }
  return Error{Code::kUnavailable, "no host serves " + place.config_file.string() +
                                       "; start it with:  rcxd -c " + place.config_file.string()};
}

}  // namespace

Result<boost::json::object> ask_host(const HostPlace& place, const boost::json::object& question,
                                     std::chrono::nanoseconds patience) {
  const Result<Fd> socket = connect_to_host(place);
  if (!socket) return socket.error();
  const Result<void> asked =
      write_all(socket->get(), boost::json::serialize(question) + "\n", "the host");
  if (!asked) return asked.error();
  const std::int64_t deadline = monotonic_ns() + patience.count();
  std::string heard;
  std::string chunk(65536, '\0');
  while (heard.find('\n') == std::string::npos && heard.size() < kLongestAnswer) {
    pollfd waiting{socket->get(), POLLIN, 0};
    const std::int64_t left = (deadline - monotonic_ns()) / 1'000'000;
    if (left <= 0) {
      return Error{Code::kUnavailable, "the host has not answered within " +
                                           duration_text(patience) + "; see:  rcx status"};
    }
    if (::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000))) < 1)
      continue;
    const ssize_t got = ::recv(socket->get(), chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return Error{Code::kUnavailable, "the host left before it answered; see:  rcx status"};
    }
    heard.append(chunk, 0, static_cast<std::size_t>(got));
  }
  boost::json::error_code failed;
  const boost::json::value answer = boost::json::parse(heard.substr(0, heard.find('\n')), failed);
  if (failed || !answer.is_object()) {
    return Error{Code::kInvalid, "the host said something strange: " + printable(heard)};
  }
  if (const boost::json::value* error = answer.get_object().if_contains("error")) {
    return Error{Code::kInvalid, std::string(error->as_string())};
  }
  return answer.get_object();
}

}  // namespace rcx::host
