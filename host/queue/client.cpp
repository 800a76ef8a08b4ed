#include "host/queue/client.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "host/core/json_bytes.hpp"
#include "host/core/unix_socket.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestAnswer = std::size_t{1024} * 1024;

Error gone() {
  return {Code::kUnavailable, "the process of the queue is gone; its log says more"};
}

// Up to the first newline.
Result<std::string> read_line(int socket, std::int64_t deadline_ns) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  std::string heard;
  while (heard.size() < kLongestAnswer) {
    const std::int64_t left = deadline_ns - monotonic_ns();
    if (left <= 0) {
      return Error{Code::kUnavailable, "the process of the queue does not answer in time"};
    }
    pollfd waiting{socket, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left / kMillisecond + 1)) < 1) continue;
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
                                      const std::vector<int>& descriptors,
                                      std::int64_t deadline_ns) {
  if (!send_with(socket, boost::json::serialize(question) + "\n", descriptors)) return gone();
  const Result<std::string> line = read_line(socket, deadline_ns);
  if (!line) return line.error();
  boost::json::error_code failed;
  const boost::json::value answer = boost::json::parse(*line, failed);
  if (failed || !answer.is_object()) {
    return Error{Code::kInvalid, "the queue said something strange: " + printable(*line)};
  }
  if (const boost::json::value* error = answer.get_object().if_contains("error")) {
    return Error{Code::kIo, error->is_string() ? std::string(error->get_string()) : "it failed"};
  }
  return answer.get_object();
}

Result<void> enqueue(int socket, const NewEvent& event, int call, int context,
                     std::int64_t deadline_ns) {
  const Result<boost::json::object> answer =
      ask_queue(socket, enqueue_question(event), {call, context}, deadline_ns);
  if (!answer) return answer.error();
  return {};
}

boost::json::object enqueue_question(const NewEvent& event) {
  boost::json::object json{{"do", "enqueue"},
                           {"id", event.id},
                           {"kind", event.kind},
                           {"time_ns", event.time_ns},
                           {"handlers", boost::json::value_from(event.handlers)}};
  put_bytes(json, "repository", event.repository);
  put_bytes(json, "path", event.path);
  put_bytes(json, "caller", event.caller);
  return json;
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
