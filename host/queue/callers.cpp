#include "host/queue/callers.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <set>

#include "host/core/unix_socket.hpp"
#include "host/queue/client.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1024} * 1024;
constexpr std::size_t kChunk = 65536;
constexpr std::int64_t kPatienceNs = 5'000'000'000;
constexpr int kMostAtOnce = 128;

bool watch(const Fd& epoll, const Fd& fd, void* what) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = what;
  return ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
}

}  // namespace

void Question::answer(const boost::json::object& said) const {
  const std::string line = boost::json::serialize(said) + "\n";
  const ssize_t sent = ::send(socket, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent == static_cast<ssize_t>(line.size())) return;
  log("queue").debug("nobody took an answer: {}", std::strerror(errno));
  // What it reads next would be no whole answer.
  ::shutdown(socket, SHUT_RDWR);
}

void Question::refuse(const Error& error) const {
  answer({{"error", printable(error.message)}});
}

Result<Callers> Callers::open(Fd listener) {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll || !watch(epoll, listener, nullptr))
    return system_error("cannot watch a socket", errno);
  return Callers(std::move(epoll), std::move(listener));
}

void Callers::accept(std::vector<Question>& questions) {
  while (true) {
    Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) return;
    if (!is_own_peer(socket.get())) continue;
    Caller& caller = callers_.emplace_back();
    caller.socket = std::move(socket);
    if (!watch(epoll_, caller.socket, &caller) || !read(caller, questions)) callers_.pop_back();
  }
}

// Takes the line of a question from what was heard, if it is there.
Result<void> Callers::take_line(Caller& caller) {
  const std::size_t end = caller.heard.find('\n');
  if (end == std::string::npos) {
    if (caller.heard.size() <= kLongestLine) return {};
    return Error{Code::kInvalid, "wanted a shorter line"};
  }
  boost::json::error_code failed;
  boost::json::value json = boost::json::parse({caller.heard.data(), end}, failed);
  if (failed || !json.is_object()) return Error{Code::kInvalid, "wanted one JSON object on a line"};
  caller.heard.erase(0, end + 1);
  caller.question = std::move(json.get_object());
  try {
    const auto [call, context] = sizes_behind(*caller.question);
    caller.wanted = call + context;
  } catch (const std::exception& failure) {
    return Error{Code::kInvalid, failure.what()};
  }
  return {};
}

bool Callers::read(Caller& caller, std::vector<Question>& questions) {
  chunk_.resize(kChunk);
  const ssize_t got = ::recv(caller.socket.get(), chunk_.data(), chunk_.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) return false;
  caller.since_ns = monotonic_ns();
  caller.heard.append(chunk_.data(), static_cast<std::size_t>(got));
  Question question{caller.socket.get(), {}, {}};
  if (!caller.question) {
    if (const Result<void> taken = take_line(caller); !taken) {
      question.refuse(taken.error());
      return false;
    }
  }
  if (!caller.question || caller.heard.size() < caller.wanted) return true;
  // Nobody asks before the last answer has come.
  if (caller.heard.size() > caller.wanted) {
    question.refuse({Code::kInvalid, "wanted one question at a time"});
    return false;
  }
  question.json = std::move(*caller.question);
  question.behind = std::exchange(caller.heard, {});
  questions.push_back(std::move(question));
  caller.question.reset();
  caller.since_ns = 0;
  return true;
}

std::vector<Question> Callers::take() {
  std::vector<Question> questions;
  std::array<epoll_event, kMostAtOnce> ready{};
  const int count = ::epoll_wait(epoll_.get(), ready.data(), kMostAtOnce, 0);
  std::set<const Caller*> gone;
  for (int i = 0; i < count; ++i) {
    auto* caller = static_cast<Caller*>(ready.at(static_cast<std::size_t>(i)).data.ptr);
    if (caller == nullptr) {
      accept(questions);
    } else if (!read(*caller, questions)) {
      gone.insert(caller);
    }
  }
  const std::int64_t oldest = monotonic_ns() - kPatienceNs;
  callers_.remove_if([&](const Caller& caller) {
    return gone.contains(&caller) || (caller.since_ns != 0 && caller.since_ns < oldest);
  });
  return questions;
}

}  // namespace rcx::host
