// The catalogue as data: every event that a forge emits, and every field of its struct, with what
// stands for it in JSON. C++17, header-only, needs nothing but rcx/abi.h.
//
// The host reads and writes events by it (`rcx emit`), and so do the fake host of rcx/testing.hpp
// and `rcx extensions check`. An extension needs it only where it treats all events alike, such as
// one that logs whatever happens: `EventType::fields` names each member of the struct, where it
// lies and what it holds; rcx/detail/catalogue_types.hpp has the words for that.
//
//     for (const rcx::catalogue::EventType& event : rcx::catalogue::kEvents) {
//       std::cout << event.name << (event.veto ? ", can be refused" : "") << "\n";
//     }
//
// How to add a field: append it to its struct in rcx/abi_repo_events.h, rcx/abi_user_events.h or
// rcx/abi_review_events.h, and a line to the table of that struct in
// rcx/detail/catalogue_tables.hpp. No code of the host and of the fake host knows fields by name:
// from then on it is read from JSON and written, handed to handlers, copied and sampled. An event
// is a struct, a table, a line in kEvents, and a member of rcx_handler_fn in rcx/abi_handler.h; an
// accessor gives it a name in C++.
//
// That a table and its struct agree is checked by the compiler, in every program that includes
// this: each byte of the struct belongs to one field, of the size that its type has.
//
// Pushes and pulls are not in it. Nobody tells of them: the host finds out what they are.
#ifndef RCX_CATALOGUE_HPP
#define RCX_CATALOGUE_HPP

#include <rcx/abi.h>
#include <rcx/detail/catalogue_tables.hpp>

#include <cstdint>
#include <string_view>

namespace rcx::catalogue {

// The event with this number or name; null where it is none of these.
constexpr const EventType* find(std::uint32_t number) {
  for (const EventType& event : kEvents) {
    if (event.number == number) return &event;
  }
  return nullptr;
}
constexpr const EventType* find(std::string_view name) {
  for (const EventType& event : kEvents) {
    if (event.name == name) return &event;
  }
  return nullptr;
}

// What that number is called in rcx.yaml and in JSON, pushes, pulls and calls among them; empty for
// one that this SDK does not know.
constexpr std::string_view name_of(std::uint32_t number) {
  switch (number) {
    case RCX_EVENT_PRE_PUSH:
      return "pre_push";
    case RCX_EVENT_PUSH:
      return "push";
    case RCX_EVENT_PRE_PULL:
      return "pre_pull";
    case RCX_EVENT_PULL:
      return "pull";
    case RCX_EVENT_CALL:
      return "call";
    default: {
      const EventType* event = find(number);
      return event == nullptr ? std::string_view() : event->name;
    }
  }
}

}  // namespace rcx::catalogue

#endif  // RCX_CATALOGUE_HPP
