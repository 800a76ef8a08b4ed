// What the C++ layer makes the classes of rcx/repo_events.hpp, rcx/user_events.hpp and
// rcx/review_events.hpp from.
#ifndef RCX_DETAIL_EMITTED_EVENT_HPP
#define RCX_DETAIL_EMITTED_EVENT_HPP

#include <rcx/abi.h>
#include <rcx/event.hpp>
#include <rcx/value.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace rcx::detail {

template <class>
struct Member;
template <class S, class T>
struct Member<T S::*> {
  using Struct = S;
};

// An event whose struct points with `kPart` at what `Info` shows. `Base` is Event or PreEvent.
template <class Base, class Info, auto kPart, std::uint32_t kNumber>
class EmittedEvent : public Base, public Info {
 public:
  using Raw = typename Member<decltype(kPart)>::Struct;
  static constexpr std::uint32_t kKind = kNumber;
  EmittedEvent(const rcx_call* call, const Raw* raw) noexcept
      : Base(call, raw->event), Info(raw->*kPart), raw_(raw) {}

 protected:
  const Raw* raw_;
};

inline std::chrono::system_clock::time_point time_of(std::int64_t nanoseconds) noexcept {
  using Clock = std::chrono::system_clock;
  return Clock::time_point(
      std::chrono::duration_cast<Clock::duration>(std::chrono::nanoseconds(nanoseconds)));
}

inline std::string_view review_name(std::uint32_t status) noexcept {
  switch (status) {
    case RCX_REVIEW_NOT_REVIEWED:
      return "not_reviewed";
    case RCX_REVIEW_UNDER_REVIEW:
      return "under_review";
    case RCX_REVIEW_APPROVED:
      return "approved";
    case RCX_REVIEW_REJECTED:
      return "rejected";
    default:
      return "";
  }
}

inline std::string_view request_name(std::uint32_t status) noexcept {
  switch (status) {
    case RCX_PULL_REQUEST_NEW:
      return "new";
    case RCX_PULL_REQUEST_OPEN:
      return "open";
    case RCX_PULL_REQUEST_CLOSED:
      return "closed";
    default:
      return "";
  }
}

}  // namespace rcx::detail

#endif  // RCX_DETAIL_EMITTED_EVENT_HPP
