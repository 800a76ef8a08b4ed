#include "host/api/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "host/api/gate.hpp"
#include "host/event/ask_workers.hpp"

namespace rcx::host::api {
namespace {

const char* kind_of(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "true or false";
    case boost::json::kind::string:
      return "text";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

Wrong wanted(std::string_view key, std::string_view what, const boost::json::value& got) {
  return {std::string(key), fmt::format("{}: wanted {}, got {}", key, what, kind_of(got))};
}

struct Meaning {
  Code code;
  int status;
  const char* name;
};
constexpr std::array<Meaning, 7> kMeanings = {{{Code::kInvalid, 422, "invalid"},
                                               {Code::kNotFound, 404, "not_found"},
                                               {Code::kDenied, 403, "denied"},
                                               {Code::kBusy, 409, "conflict"},
                                               {Code::kUnavailable, 503, "unavailable"},
                                               {Code::kLimit, 507, "full"},
                                               {Code::kIo, 500, "failed"}}};

}  // namespace

Fields Fields::of_body(const std::string& text) {
  if (text.empty()) return Fields(boost::json::object());
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code failed;
  const boost::json::value json = boost::json::parse(text, failed, {}, options);
  if (failed) throw Wrong("", "the body is no JSON: " + failed.message());
  if (!json.is_object()) {
    throw Wrong("", fmt::format("the body: wanted a JSON object, got {}", kind_of(json)));
  }
  return Fields(json.get_object());
}

const boost::json::value* Fields::find(std::string_view key) {
  asked_.emplace_back(key);
  const boost::json::value* value = json_.if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Fields::text(std::string_view key, bool needed) {
  const boost::json::value* value = find(key);
  if (value == nullptr) {
    if (needed) throw Wrong(std::string(key), fmt::format("{}: wanted text, got nothing", key));
    return {};
  }
  if (!value->is_string()) throw wanted(key, "text", *value);
  std::string text(value->get_string());
  if (!is_utf8(text) || text.find('\0') != std::string::npos) {
    throw Wrong(std::string(key), fmt::format("{}: wanted UTF-8 without NUL", key));
  }
  if (needed && text.empty()) {
    throw Wrong(std::string(key), fmt::format("{}: wanted text, got an empty one", key));
  }
  return text;
}

std::optional<bool> Fields::flag(std::string_view key) {
  const boost::json::value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) throw wanted(key, "true or false", *value);
  return value->get_bool();
}

bool Fields::flag(std::string_view key, bool otherwise) {
  return flag(key).value_or(otherwise);
}

std::vector<std::string> Fields::texts(std::string_view key) {
  const boost::json::value* value = find(key);
  std::vector<std::string> all;
  if (value == nullptr) return all;
  if (!value->is_array()) throw wanted(key, "a list of texts", *value);
  for (const boost::json::value& item : value->get_array()) {
    if (!item.is_string()) {
      throw wanted(fmt::format("{}[{}]", key, all.size()), "text", item);
    }
    all.emplace_back(item.get_string());
  }
  return all;
}

std::chrono::nanoseconds Fields::length(std::string_view key, std::chrono::nanoseconds otherwise) {
  const std::string given = text(key, false);
  if (given.empty()) return otherwise;
  if (given == "0") return std::chrono::nanoseconds(0);
  if (const auto length = duration_of(given)) return *length;
  throw Wrong(std::string(key),
              fmt::format("{}: wanted a length of time such as 12h or 90d, got '{}'", key,
                          printable(given)));
}

void Fields::finish() const {
  for (const auto& [key, value] : json_) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    const std::string shown = shortened(printable(std::string_view(key)), 60);
    const std::string near = nearest(std::string_view(key), asked_);
    throw Wrong(shown, fmt::format("{}: there is no such field{}", shown,
                                   near.empty() ? "" : "; did you mean " + near + "?"));
  }
}

std::string path_in(std::string_view message) {
  const std::size_t end = message.find(": ");
  if (end == std::string_view::npos || end == 0) return {};
  const std::string_view path = message.substr(0, end);
  const bool plain = std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
  });
  return plain ? std::string(path) : std::string();
}

Reply error_reply(int status, std::string_view code, std::string_view message,
                  std::string_view path) {
  boost::json::object error{{"code", code}, {"message", without_secrets(printable(message, true))}};
  if (!path.empty()) error["path"] = path;
  return {status, boost::json::object{{"error", std::move(error)}}};
}

Reply error_reply(const Error& error, const Report& report) {
  if (report.vetoed) {
    Reply reply = error_reply(403, "vetoed", error.message);
    reply.json.as_object()["decision"] = report.decision;
    reply.json.as_object()["messages"] = lines_of(report.said);
    return reply;
  }
  const auto* const meaning =
      std::find_if(kMeanings.begin(), kMeanings.end(),
                   [&](const Meaning& one) { return one.code == error.code; });
  return error_reply(meaning->status, meaning->name, error.message,
                     error.code == Code::kInvalid ? path_in(error.message) : std::string());
}

}  // namespace rcx::host::api
