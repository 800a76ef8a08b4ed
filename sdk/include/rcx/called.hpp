// Hooks that people call by name, with `rcx call NAME key=value...`. Included by rcx/plugin.hpp.
//
//     struct Freezer {
//       void freeze(const rcx::Called& call) {
//         const int days = call["days"].as<int>();
//         if (days > 30) return call.reject("30 days at most");
//         call.answer("frozen for " + std::to_string(days) + " days\n");
//       }
//     };
//     constexpr rcx_parameter kParameters[] = {
//         rcx::required("days", RCX_VALUE_INTEGER, "For how many days")};
//     constexpr auto kFreeze = rcx::repository_hook<&Freezer::freeze>(
//         "freeze", "Refuses pushes", "repository.admin", kParameters);
//     RCX_PLUGIN(Freezer, "freezer", "Freezer", "1.0.0", "MIT", rcx::on_call(kFreeze))
//
// The constants stand outside of functions, because the descriptor points at them. What a hook
// takes, what the caller needs and what arrives is checked by the host; `rcx calls` lists all hooks
// with their help. One instance answers while others, in other processes, handle pushes: what they
// shall know of goes into Setup::data_directory.
#ifndef RCX_CALLED_HPP
#define RCX_CALLED_HPP

#include <rcx/abi.h>
#include <rcx/event.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rcx {

// A parameter that a call must have, and one that it may have. `kind` is RCX_VALUE_TEXT, _INTEGER,
// _NUMBER or _BOOLEAN. `name` and `help` are string literals.
constexpr rcx_parameter required(const char* name, std::uint32_t kind, const char* help) noexcept {
  return {sizeof(rcx_parameter), kind, RCX_PARAMETER_REQUIRED, 0, name, help};
}
constexpr rcx_parameter optional(const char* name, std::uint32_t kind, const char* help) noexcept {
  return {sizeof(rcx_parameter), kind, 0, 0, name, help};
}

// Somebody calls a hook. caller() is who, and repository() the one that it is called for, if any.
class Called : public Event {
 public:
  using Raw = rcx_called;
  static constexpr std::uint32_t kKind = RCX_EVENT_CALL;
  Called(const rcx_call* call, const rcx_called* raw) noexcept
      : Event(call, raw->event), raw_(raw) {}

  // Text: its name, for a method that serves several.
  std::string_view hook() const noexcept { return raw_->hook->name; }
  // What was given for that parameter; absent where it is optional and was not, so that a fallback
  // does the rest: `call["days"].as<int>(7)`. Until the method returns.
  Value operator[](std::string_view parameter) const { return arguments()[parameter]; }
  // All that was given: a map.
  Value arguments() const { return {raw_->arguments, "", "the call"}; }

  // Refuses, and returns; the caller reads the reason, and no answer. Can be called several times.
  void reject(std::string_view reason) const {
    detail::check(call_, call_->host->reject(call_, detail::bytes(reason)));
  }
  // Makes this the answer, in place of an earlier one: bytes, which the caller gets as they are
  // (end text for people with a newline), or the text of a JSON value. At most 16 MiB. Throws Error
  // where it is longer, or no JSON.
  void answer(std::string_view content) const { give(RCX_ANSWER_BYTES, content); }
  void answer_json(std::string_view content) const { give(RCX_ANSWER_JSON, content); }

 private:
  void give(std::uint32_t kind, std::string_view content) const {
    const auto* service = detail::service<rcx_answer>(call_, RCX_SERVICE_ANSWER_1);
    detail::check(call_, service->give(call_, kind, detail::bytes(content)));
  }
  const rcx_called* raw_;
};

}  // namespace rcx

#endif  // RCX_CALLED_HPP
