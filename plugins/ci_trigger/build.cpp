#include "build.hpp"

#include <text/utf8.hpp>

#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace ci_trigger {
namespace {

namespace json = boost::json;

std::string percent_encoded(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 &&
        (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos)) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4u];
      out += kDigits[byte & 0xFu];
    }
  }
  return out;
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

net::Endpoint endpoint_of(const net::Endpoint& pattern, const Build& build) {
  const std::array<std::pair<std::string_view, std::string_view>, 3> values = {
      {{"{repository}", build.repository}, {"{branch}", build.branch}, {"{commit}", build.commit}}};
  // In one pass: what is put in is not looked at again.
  const std::string_view from = pattern.url();
  std::string url;
  for (std::size_t i = 0; i < from.size();) {
    std::size_t length = 1;
    std::string put(1, from[i]);
    for (const auto& [name, value] : values) {
      if (from.substr(i, name.size()) != name) continue;
      put = percent_encoded(value);
      length = name.size();
    }
    url += put;
    i += length;
  }
  try {
    net::Endpoint made(url);
    if (made.origin() == pattern.origin()) return made;
  } catch (const std::invalid_argument&) {
    // Said below.
  }
  throw std::runtime_error("the URL on " + pattern.origin() +
                           " is none any more with repository, branch and commit put in");
}

net::Message message_of(const rcx::Event& event, const Build& build, std::string_view key) {
  const auto value = [](std::string_view bytes) {
    return bytes.empty() ? json::value(nullptr) : json::value(text::replace_invalid(bytes));
  };
  const json::object body{
      {"event_id", value(event.id())},         {"cause", value(build.cause)},
      {"repository", value(build.repository)}, {"branch", value(build.branch)},
      {"commit", value(build.commit)},         {"pull_request_id", value(build.pull_request)},
      {"caller", value(event.caller().name())}};
  return {"application/json", std::string(key), json::serialize(body)};
}

bool says(std::string_view text, std::string_view phrase) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (trimmed(line) == phrase) return true;
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return false;
}

}  // namespace ci_trigger
