#include "host/queue/client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "host/core/json_bytes.hpp"
#include "host/event/wire.h"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestAnswer = std::size_t{1024} * 1024;

Error gone() {
  return {Code::kUnavailable, "the process of the queue is gone; its log says more"};
}

// Waits for `what` of the socket; false where that takes too long.
bool wait_for(int socket, short what, std::int64_t deadline_ns) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  const std::int64_t left = deadline_ns - monotonic_ns();
  if (left <= 0) return false;
  pollfd waiting{socket, what, 0};
  ::poll(&waiting, 1, static_cast<int>(left / kMillisecond + 1));
  return true;
}

Error late() {
  return {Code::kUnavailable, "the process of the queue does not answer in time"};
}

Result<void> send_all(int socket, std::array<std::string_view, 3> parts, std::int64_t deadline_ns) {
  std::size_t left = 0;
  for (const std::string_view part : parts) left += part.size();
  while (true) {
    std::array<iovec, 3> pieces{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      pieces.at(i) = {const_cast<char*>(parts.at(i).data()), parts.at(i).size()};
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EINTR && errno != EAGAIN) return gone();
    auto done = sent < 0 ? std::size_t{0} : static_cast<std::size_t>(sent);
    left -= done;
    if (left == 0) return {};
    for (std::string_view& part : parts) {
      const std::size_t of_part = std::min(done, part.size());
      part.remove_prefix(of_part);
      done -= of_part;
    }
    if (!wait_for(socket, POLLOUT, deadline_ns)) return late();
  }
}

// Up to the first newline.
Result<std::string> read_line(int socket, std::int64_t deadline_ns) {
  std::string heard;
  while (heard.size() < kLongestAnswer) {
    if (!wait_for(socket, POLLIN, deadline_ns)) return late();
    std::array<char, 4096> chunk{};
    const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return gone();
    heard.append(chunk.data(), static_cast<std::size_t>(got));
    if (const std::size_t end = heard.find('\n'); end != std::string::npos) {
      heard.resize(end);
      return heard;
    }
  }
  return gone();
}

Result<boost::json::object> ask(int socket, const boost::json::object& question,
                                std::string_view call, std::string_view context,
                                std::int64_t deadline_ns) {
  const std::string line = boost::json::serialize(question) + "\n";
  if (Result<void> sent = send_all(socket, {line, call, context}, deadline_ns); !sent) {
    return sent.error();
  }
  const Result<std::string> said = read_line(socket, deadline_ns);
  if (!said) return said.error();
  boost::json::error_code failed;
  const boost::json::value answer = boost::json::parse(*said, failed);
  if (failed || !answer.is_object()) {
    return Error{Code::kInvalid, "the queue said something strange: " + printable(*said)};
  }
  if (const boost::json::value* error = answer.get_object().if_contains("error")) {
    return Error{Code::kIo, error->is_string() ? std::string(error->get_string()) : "it failed"};
  }
  return answer.get_object();
}

}  // namespace

fs::path queue_socket(const fs::path& run) {
  return run / "queue.sock";
}

fs::path queue_directory(const fs::path& state) {
  return state / "queue";
}

fs::path queue_full_file(const fs::path& run) {
  return run / "queue.full";
}

Result<boost::json::object> ask_queue(int socket, const boost::json::object& question,
                                      std::int64_t deadline_ns) {
  return ask(socket, question, {}, {}, deadline_ns);
}

Result<void> enqueue(int socket, const NewEvent& event, std::string_view call,
                     std::string_view context, std::int64_t deadline_ns) {
  const Result<boost::json::object> answer =
      ask(socket, enqueue_question(event, call.size(), context.size()), call, context, deadline_ns);
  if (!answer) return answer.error();
  return {};
}

boost::json::object enqueue_question(const NewEvent& event, std::size_t call, std::size_t context) {
  boost::json::object json{{"do", "enqueue"},
                           {"id", event.id},
                           {"kind", event.kind},
                           {"time_ns", event.time_ns},
                           {"handlers", boost::json::value_from(event.handlers)},
                           {"call", call},
                           {"context", context}};
  put_bytes(json, "repository", event.repository);
  put_bytes(json, "path", event.path);
  put_bytes(json, "caller", event.caller);
  return json;
}

std::pair<std::size_t, std::size_t> sizes_behind(const boost::json::object& question) {
  const auto size = [&](const char* key) {
    const boost::json::value* value = question.if_contains(key);
    if (value == nullptr) return std::size_t{0};
    const auto bytes = value->to_number<std::uint64_t>();
    if (bytes > 2 * std::uint64_t{RCX_WIRE_REQUEST_MAX}) {
      throw std::runtime_error(std::string("\"") + key + "\" is too large");
    }
    return static_cast<std::size_t>(bytes);
  };
  return {size("call"), size("context")};
}

NewEvent event_from(const boost::json::object& question) {
  NewEvent event;
  event.id = std::string(question.at("id").as_string());
  event.kind = std::string(question.at("kind").as_string());
  event.time_ns = question.at("time_ns").to_number<std::int64_t>();
  event.handlers = boost::json::value_to<std::vector<std::string>>(question.at("handlers"));
  event.repository = get_bytes(question, "repository");
  event.path = get_bytes(question, "path");
  event.caller = get_bytes(question, "caller");
  return event;
}

boost::json::object query_json(const EventQuery& query) {
  boost::json::object json{
      {"id", query.id}, {"kind", query.kind}, {"since_ns", query.since_ns}, {"above", query.above}};
  put_bytes(json, "repository", query.repository);
  put_bytes(json, "handler", query.handler);
  if (query.state) json["state"] = state_name(*query.state);
  return json;
}

EventQuery query_from(const boost::json::object& json) {
  EventQuery query;
  query.id = std::string(json.at("id").as_string());
  query.kind = std::string(json.at("kind").as_string());
  query.since_ns = json.at("since_ns").to_number<std::int64_t>();
  query.above = json.at("above").to_number<std::int64_t>();
  query.repository = get_bytes(json, "repository");
  query.handler = get_bytes(json, "handler");
  if (const boost::json::value* state = json.if_contains("state")) {
    query.state = state_of(std::string_view(state->as_string()));
    if (!query.state) throw std::runtime_error("wanted a state");
  }
  return query;
}

}  // namespace rcx::host
