// Events that forges emit, for the fake host of rcx/testing.hpp, which includes this.
//
//     FakeEvent event("pre_create_repo", map({{"repo_name", "Team App"}, {"private", true}}));
//     const Outcome outcome = host.emit(event);
//     EXPECT_EQ(outcome.objections.size(), 1);
//
// The fields are those of the JSON that `rcx emit` takes, and what is not told is empty or 0, as
// with the host. Fields that must be there get a value where the test gives none, so
// `FakeEvent("merge_pull_request")` is an event as well; see sample() for what they say. A field
// that the event does not have, or a value that does not fit, throws std::invalid_argument when the
// event is emitted, with the path and what was wanted.
//
// What to ask of an extension, beside what it is there for. That it goes by what is told and not by
// what it hopes for: `FakeEvent("pre_merge_pull_request")` has no reviewers, and a rule that wants
// an approval must reject it. That it is not deceived by bytes, since names of repositories may
// hold any of them, a NUL too. That a second name is looked at as well, when something is renamed.
// And that it does its work twice without harm, as events after an action may come again.
//
// Who acts is FakeEvent::caller, and fields such as `deleted_by` say the same unless they are told.
// URLs come without credentials, as the host hands them on, whatever the test writes.
//
// As with pushes, everything is handed out for one call only, structs and arrays are spaced wider
// than their structs, and services for commits and files answer RCX_UNAVAILABLE, because there is
// nothing to read.
#ifndef RCX_TESTING_EMIT_HPP
#define RCX_TESTING_EMIT_HPP

#include <rcx/abi.h>
#include <rcx/catalogue.hpp>
#include <rcx/detail/catalogue_fill.hpp>
#include <rcx/detail/fake_memory.hpp>
#include <rcx/testing_event.hpp>
#include <rcx/testing_frozen.hpp>
#include <rcx/testing_settings.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcx::testing {

// An event that a forge emits, for FakeHost::emit. It is copied when it is used.
struct FakeEvent {
  // The name as in the catalogue, such as `pre_create_repo`, and a map of its fields. Both are
  // checked when the event is emitted, not here.
  FakeEvent(std::string event, Setting told = map({}))
      : name(std::move(event)), fields(std::move(told)) {}

  std::string name;
  Setting fields;
  // See FakePush for these.
  std::string id = "018f3c5e-7c1a-7abc-8def-0123456789ac";
  std::uint32_t attempt = 1;
  std::uint32_t depth = 0;
  std::int64_t time_ns = 1700000000123456789;
  std::uint32_t action = RCX_ACTION_EMITTED;
  std::string server_url;
  FakeCaller caller = {RCX_CALLER_FROM_FORGE, "ada", "emit", {}, {}, "http", 1000};
  // Extra fields of the repository, and its path where the test is about that. Name and vcs follow
  // from the fields of the event; it is all empty where the event is about no repository.
  FakeRepository repository;
  std::string json;
  std::uint64_t cancel_after = UINT64_MAX;
};

// A FakeEvent as the structs of the contract, for one handler; see rcx/testing_frozen.hpp for how
// and why. What all events carry is frozen as that of a push, whose references nobody gets to see.
class FrozenEvent {
 public:
  explicit FrozenEvent(const FakeEvent& from)
      : type_(type_of(from)),
        fields_(merged(sample(*type_.fields), from.fields)),
        raw_(filled(from)),
        common_(common_of(from), type_.number) {
    rcx::catalogue::set_event(raw_, common_.event());
  }
  FrozenEvent(const FrozenEvent&) = delete;
  FrozenEvent& operator=(const FrozenEvent&) = delete;
  ~FrozenEvent() = default;

  const rcx::catalogue::EventType& type() const { return type_; }
  // What the functions of the fake host answer from: a push that has the same caller, repository,
  // id and time. The handler sees nothing else of it.
  const FrozenPush& common() const { return common_; }
  // The struct that the handler gets.
  const void* raw() const { return raw_; }
  // The same once more, in `memory`, for a host that takes care of lifetimes by itself, as `rcx
  // extensions check` does; its `event` is null.
  void* fill(rcx::catalogue::Memory& memory) const {
    const FakePush& common = common_.from();
    return rcx::catalogue::fill(type_, *fields_.root(), {}, common.caller.name, memory);
  }

 private:
  static const rcx::catalogue::EventType& type_of(const FakeEvent& from) {
    const auto* type = rcx::catalogue::find(std::string_view(from.name));
    if (type == nullptr) throw std::invalid_argument("no event that can be emitted: " + from.name);
    return *type;
  }

  // A mistake in the test comes out of FakeHost::emit as std::invalid_argument, whose text names
  // the event and the field.
  void* filled(const FakeEvent& from) {
    try {
      return rcx::catalogue::fill(type_, *fields_.root(), {}, from.caller.name, memory_);
    } catch (const rcx::catalogue::Misfit& misfit) {
      throw std::invalid_argument(from.name + ": " + misfit.what());
    }
  }

  // Member by member, as of a pull: the rest of a FakePush is of no use here. `push_id` is empty,
  // and the repository is what the fields say, as with the host.
  FakePush common_of(const FakeEvent& from) const {
    FakePush push;
    push.id = from.id;
    push.push_id.clear();
    push.attempt = from.attempt;
    push.depth = from.depth;
    push.time_ns = from.time_ns;
    push.action = from.action;
    push.hook_type = "emit";
    push.server_url = from.server_url;
    push.caller = from.caller;
    push.cancel_after = from.cancel_after;
    push.json = from.json;
    push.repository = from.repository;
    if (type_.about == rcx::catalogue::About::kRepository) {
      push.repository.name = text_at(*fields_.root(), type_.subject);
    } else {
      push.repository = {RCX_VCS_NONE, "", "", "", {}};
    }
    return push;
  }

  // The text at `path`, such as `target.repository`.
  static std::string text_at(const rcx_value& map, std::string_view path) {
    const std::size_t dot = path.find('.');
    const std::string key(path.substr(0, dot));
    const rcx_value* value = rcx_value_get(&map, key.c_str());
    if (value == nullptr) return {};
    return dot == path.npos ? std::string(rcx::detail::view(value->text))
                            : text_at(*value, path.substr(dot + 1));
  }

  // In this order, because each is made from those before it, and points into them.
  const rcx::catalogue::EventType& type_;
  SettingTree fields_;
  detail::FakeMemory memory_;
  void* raw_;
  FrozenPush common_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_EMIT_HPP
