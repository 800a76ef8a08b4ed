// What the catalogue of events is written in: see rcx/catalogue.hpp, which includes this.
#ifndef RCX_DETAIL_CATALOGUE_TYPES_HPP
#define RCX_DETAIL_CATALOGUE_TYPES_HPP

#include <rcx/abi.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rcx::catalogue {

// What a member of a struct holds, and what stands for it in JSON.
enum class Type : std::uint8_t {
  kOwn,      // the host's own: size, strides, `event`, reserved
  kText,     // rcx_bytes, UTF-8: a string
  kBytes,    // rcx_bytes: a string; what is no UTF-8 stands in base64 under NAME_base64
  kId,       // rcx_bytes: a string or an integer
  kUrl,      // rcx_bytes, text: a string; credentials in it are dropped
  kFlag,     // uint32_t, 0 or 1: true or false
  kChoice,   // uint32_t, index of one of `choices`: a string; 0 may be nothing
  kNumber,   // int64_t: an integer
  kTime,     // int64_t, nanoseconds since 1970-01-01 UTC: a string as 2026-01-31T12:00:00Z
  kTexts,    // an array of rcx_bytes, text: a list of strings
  kStruct,   // a pointer to another struct of the catalogue: an object
  kStructs,  // an array of those: a list of objects
};

struct Struct;

// The names of the values of a kChoice, from 0 on.
struct Choices {
  const std::string_view* names;
  std::size_t count;
};

// One member of a struct; of an array, three.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which tables say it
struct Field {
  std::string_view name;  // in JSON
  Type type;
  std::uint32_t offset;
  std::uint32_t extent;             // bytes that it takes; of an array, of the pointer
  std::uint32_t count_offset = 0;   // of arrays: uint64_t
  std::uint32_t stride_offset = 0;  // of arrays: uint32_t
  const Struct* of = nullptr;       // of kStruct and kStructs
  Choices choices = {nullptr, 0};   // of kChoice
  bool needed = false;              // must be there, and text must not be empty
  bool by_caller = false;           // the caller's name, where it is not told
  bool beside = false;              // of kStruct: its fields stand among those of this struct

  constexpr Field need() const {
    Field field = *this;
    field.needed = true;
    return field;
  }
  constexpr Field else_caller() const {
    Field field = *this;
    field.by_caller = true;
    return field;
  }
  constexpr Field in_place() const {
    Field field = *this;
    field.beside = true;
    return field;
  }
};

struct Struct {
  std::string_view name;
  std::uint32_t size;
  const Field* fields;
  std::size_t count;
};

// What an event is about: which extensions it concerns, and what people read of it.
enum class About : std::uint8_t { kRepository, kGroup, kUser };

// One event, as the catalogue has it.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): as Field
struct EventType {
  std::uint32_t number;  // RCX_EVENT_*
  std::string_view name;
  bool veto;              // handlers may object
  std::string_view what;  // in words for people: what is refused
  About about;
  std::string_view subject;  // the field with the name of that, such as `target.repository`
  std::string_view second;   // one more name of the same, that it has or had; empty for none
  const Struct* fields;      // of the struct that handlers get
  // Calls a handler for this event; `event` is such a struct.
  rcx_status (*call)(const rcx_handler& handler, void* instance, const rcx_call* call,
                     const void* event);
};

namespace detail {

template <class Raw>
using Function = rcx_status (*)(void*, const rcx_call*, const Raw*);

// Only the member of the union that belongs to the event is ever read.
template <auto kMember, class Raw>
rcx_status call(const rcx_handler& handler, void* instance, const rcx_call* call,
                const void* event) {
  return (handler.call.*kMember)(instance, call, static_cast<const Raw*>(event));
}

template <auto kMember, class Raw>
constexpr auto caller_of(Function<Raw> rcx_handler_fn::*) {
  return &call<kMember, Raw>;
}

constexpr std::uint32_t extent_of(Type type) {
  switch (type) {
    case Type::kFlag:
    case Type::kChoice:
      return 4;
    case Type::kText:
    case Type::kBytes:
    case Type::kId:
    case Type::kUrl:
      return sizeof(rcx_bytes);
    default:
      return 8;
  }
}

constexpr bool is_array(Type type) {
  return type == Type::kTexts || type == Type::kStructs;
}

// Whether the fields take every byte of the struct, each once, and as their types have it.
template <std::size_t kCount>
constexpr bool covers(const Field (&fields)[kCount], std::size_t size) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const Field& field = fields[i];
    sum += field.extent + (is_array(field.type) ? 8 : 0);
    if (field.type != Type::kOwn && field.extent != extent_of(field.type)) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (fields[j].offset == field.offset) return false;
      if (field.type != Type::kOwn && fields[j].name == field.name) return false;
    }
  }
  return sum == size;
}

}  // namespace detail
}  // namespace rcx::catalogue

#endif  // RCX_DETAIL_CATALOGUE_TYPES_HPP
