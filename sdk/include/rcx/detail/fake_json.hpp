// What Event::json says in the fake host where a test says nothing of it.
#ifndef RCX_DETAIL_FAKE_JSON_HPP
#define RCX_DETAIL_FAKE_JSON_HPP

#include <rcx/catalogue.hpp>
#include <rcx/testing_event.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rcx::testing::detail {

// A JSON string. Bytes that are no ASCII become `?`.
inline std::string json_text(std::string_view bytes) {
  std::string text = "\"";
  for (const char byte : bytes) {
    if (byte == '"' || byte == '\\') text += '\\';
    text += byte >= ' ' && byte <= '~' ? byte : '?';
  }
  return text + '"';
}

// The least that every event has. The fields of its own are not here: a test that is about them
// says them.
inline std::string least_json(const FakePush& push, std::uint32_t event) {
  std::string json = "{\"event\":" + json_text(rcx::catalogue::name_of(event)) +
                     ",\"event_id\":" + json_text(push.id) +
                     ",\"caller\":{\"username\":" + json_text(push.caller.name) + "}";
  if (!push.repository.name.empty()) {
    json += ",\"repository\":{\"name\":" + json_text(push.repository.name) + "}";
  }
  return json + "}";
}

}  // namespace rcx::testing::detail

#endif  // RCX_DETAIL_FAKE_JSON_HPP
