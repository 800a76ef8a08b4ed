#include "host/queue/callers.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "host/core/unix_socket.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestQuestion = std::size_t{1024} * 1024;
constexpr std::int64_t kPatienceNs = 5'000'000'000;

}  // namespace

void Question::answer(const boost::json::object& said) const {
  const std::string line = boost::json::serialize(said) + "\n";
  if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    log("queue").debug("nobody took an answer: {}", std::strerror(errno));
  }
}

void Question::refuse(const Error& error) const {
  answer({{"error", printable(error.message)}});
}

void Callers::add_to(std::vector<pollfd>& waiting) const {
  waiting.push_back({listener_.get(), POLLIN, 0});
  for (const Caller& caller : callers_) waiting.push_back({caller.socket.get(), POLLIN, 0});
}

void Callers::accept() {
  while (true) {
    Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) return;
    if (is_own_peer(socket.get())) callers_.push_back({std::move(socket), {}, {}, monotonic_ns()});
  }
}

bool Callers::read(Caller& caller, std::vector<Question>& questions) {
  std::array<char, 65536> chunk{};
  const ssize_t got = receive_with(caller.socket.get(), chunk.data(), chunk.size(), MSG_DONTWAIT,
                                   caller.descriptors);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return monotonic_ns() - caller.since_ns > kPatienceNs;
  }
  if (got <= 0) return true;
  caller.heard.append(chunk.data(), static_cast<std::size_t>(got));
  const std::size_t end = caller.heard.find('\n');
  if (end == std::string::npos) return caller.heard.size() > kLongestQuestion;
  Question question{std::move(caller.socket), {}, std::move(caller.descriptors)};
  boost::json::error_code failed;
  boost::json::value json = boost::json::parse({caller.heard.data(), end}, failed);
  if (failed || !json.is_object()) {
    question.refuse({Code::kInvalid, "wanted a JSON object on one line"});
    return true;
  }
  question.json = std::move(json.get_object());
  questions.push_back(std::move(question));
  return true;
}

std::vector<Question> Callers::take() {
  std::vector<Question> questions;
  accept();
  callers_.remove_if([&](Caller& caller) { return read(caller, questions); });
  return questions;
}

}  // namespace rcx::host
