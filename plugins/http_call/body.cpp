#include "body.hpp"

#include <text/timestamp.hpp>
#include <text/utf8.hpp>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace http_call {
namespace {

namespace json = boost::json;

constexpr std::string_view kType = "rcx.";
constexpr std::string_view kNoServer = "rcx";  // `source` must not be empty

std::string source_of(const rcx::Event& event) {
  const std::string_view url = event.server_url();
  return text::replace_invalid(url.empty() ? kNoServer : url);
}

// The event, of whose extra fields only `told` are left.
json::object data_of(const rcx::Event& event, const std::vector<std::string>& told) {
  const std::string_view text = event.json();
  json::object data = json::parse({text.data(), text.size()}).as_object();
  json::value* repository = data.if_contains("repository");
  if (repository == nullptr || !repository->is_object()) return data;
  json::value* all = repository->as_object().if_contains("fields");
  if (all == nullptr || !all->is_object()) return data;
  json::object left;
  for (const auto& [key, value] : all->as_object()) {
    if (std::find(told.begin(), told.end(), std::string_view(key)) != told.end()) left[key] = value;
  }
  if (left.empty()) {
    repository->as_object().erase("fields");
  } else {
    *all = std::move(left);
  }
  return data;
}

std::string structured(const rcx::Event& event, std::string_view name, const json::object& data) {
  json::object body{{"specversion", "1.0"},
                    {"id", text::replace_invalid(event.id())},
                    {"source", source_of(event)},
                    {"type", std::string(kType) + std::string(name)},
                    {"time", text::timestamp_utc(event.time_ns())}};
  if (!event.repository().name().empty()) {
    body["subject"] = text::replace_invalid(event.repository().name());
  }
  body["datacontenttype"] = "application/json";
  body["data"] = data;
  return json::serialize(body);
}

// The HTTP binding of CloudEvents, 3.1.3.2: space, `"`, `%` and what is no printable ASCII.
std::string header_value(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text::replace_invalid(bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte <= '~' && c != '"' && c != '%') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4u];
      out += kDigits[byte & 0xFu];
    }
  }
  return out;
}

std::vector<std::string> binary_headers(const rcx::Event& event, std::string_view name) {
  std::vector<std::string> headers = {
      "ce-specversion: 1.0", "ce-id: " + header_value(event.id()),
      "ce-source: " + header_value(source_of(event)),
      "ce-type: " + header_value(std::string(kType) + std::string(name)),
      "ce-time: " + header_value(text::timestamp_utc(event.time_ns()))};
  if (!event.repository().name().empty()) {
    headers.push_back("ce-subject: " + header_value(event.repository().name()));
  }
  return headers;
}

void move_member(json::object& from, std::string_view name, json::object& to, std::string_view as) {
  json::value* member = from.if_contains(name);
  to[as] = member != nullptr ? *member : json::value(nullptr);
}

// Flat, and under RhodeCode's names. What they name and rcx has not is null.
std::string keyword_arguments(json::object out) {
  const json::value caller = out.contains("caller") ? out["caller"] : json::object();
  if (caller.is_object()) {
    json::object members = caller.as_object();
    move_member(members, "username", out, "username");
    move_member(members, "ip", out, "ip");
    move_member(members, "user_agent", out, "user_agent");
  }
  out.erase("caller");
  json::object repository;
  if (out.contains("repository") && out["repository"].is_object()) {
    repository = out["repository"].as_object();
  }
  move_member(repository, "vcs", out, "scm");
  if (repository.contains("fields")) out["extra_fields"] = repository["fields"];
  move_member(repository, "name", out, "repository");
  if (!out.contains("action")) out["action"] = out["event"];
  return json::serialize(out);
}

}  // namespace

Format format_from(const rcx::Value& setting) {
  constexpr std::array<std::pair<std::string_view, Format>, 3> kFormats = {
      {{"cloudevents", Format::kCloudEvents},
       {"cloudevents-binary", Format::kCloudEventsBinary},
       {"rhodecode", Format::kRhodeCode}}};
  const auto wanted = setting.as<std::string>("cloudevents");
  for (const auto& [name, format] : kFormats) {
    if (name == wanted) return format;
  }
  setting.fail("cloudevents, cloudevents-binary or rhodecode");
}

net::Message message_of(const rcx::Event& event, std::string_view name, Format format,
                        const std::vector<std::string>& fields) {
  json::object data = data_of(event, fields);
  net::Message message;
  message.idempotency_key = std::string(event.id());
  message.headers.push_back("X-Rcx-Event: " + std::string(name));
  switch (format) {
    case Format::kCloudEvents:
      message.content_type = "application/cloudevents+json; charset=UTF-8";
      message.body = structured(event, name, data);
      break;
    case Format::kCloudEventsBinary:
      message.content_type = "application/json";
      message.body = json::serialize(data);
      for (std::string& header : binary_headers(event, name)) {
        message.headers.push_back(std::move(header));
      }
      break;
    case Format::kRhodeCode:
      message.content_type = "application/json";
      message.body = keyword_arguments(std::move(data));
      break;
  }
  return message;
}

}  // namespace http_call
