// From values to the struct of an event, by the tables of rcx/catalogue.hpp: what the host does
// with the JSON of `rcx emit`, and the fake host with what a test tells. An extension needs nothing
// from here, and what is here may change with any release.
#ifndef RCX_DETAIL_CATALOGUE_FILL_HPP
#define RCX_DETAIL_CATALOGUE_FILL_HPP

#include <rcx/catalogue.hpp>
#include <rcx/detail/catalogue_text.hpp>
#include <rcx/value.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rcx::catalogue {

// A value that does not fit: `where` is its path, such as `reviewers[0].user`.
class Misfit : public std::runtime_error {
 public:
  Misfit(std::string at, const std::string& text, std::vector<std::string> names = {})
      : std::runtime_error(at + ": " + text), where(std::move(at)), known(std::move(names)) {}
  std::string where;
  std::vector<std::string> known;  // of an unknown field: the fields that there are
};

// Where structs and their bytes are kept. All of it stays where it is until the memory goes.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  virtual ~Memory() = default;
  // `size` zeroed bytes, aligned for any struct.
  virtual void* take(std::size_t size) = 0;
  // A copy of `text`.
  virtual rcx_bytes keep(std::string_view text) = 0;
  // By how much structs are larger than this release has them.
  virtual std::uint32_t slack() const { return 0; }
};

namespace detail {

template <class T>
void put(void* raw, std::uint32_t offset, const T& value) {
  // NOLINTNEXTLINE(bugprone-sizeof-expression): of a pointer, the pointer is meant
  std::memcpy(static_cast<char*>(raw) + offset, &value, sizeof value);
}

inline std::string joined(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

inline const char* kind_of(const rcx_value* value) {
  if (value == nullptr) return "nothing";
  switch (value->kind) {
    case RCX_VALUE_NULL:
      return "null";
    case RCX_VALUE_BOOLEAN:
      return value->integer != 0 ? "true" : "false";
    case RCX_VALUE_INTEGER:
      return "an integer";
    case RCX_VALUE_NUMBER:
      return "a number";
    case RCX_VALUE_TEXT:
      return "text";
    case RCX_VALUE_LIST:
      return "a list";
    default:
      return "an object";
  }
}

class Filler {
 public:
  Filler(Memory& memory, std::string_view caller) : memory_(memory), caller_(caller) {}

  // `map` may be null: then nothing is told. Unknown keys are not looked at.
  void* fill(const Struct& type, const rcx_value* map, const std::string& path) {
    void* raw = memory_.take(type.size + memory_.slack());
    put(raw, 0, static_cast<std::uint32_t>(type.size + memory_.slack()));
    for (std::size_t i = 0; i < type.count; ++i) {
      const Field& field = type.fields[i];
      if (field.type == Type::kOwn) continue;
      if (field.beside) {
        put(raw, field.offset, fill(*field.of, map, path));
        continue;
      }
      const rcx_value* value = map == nullptr ? nullptr : find(*map, field.name);
      const std::string at = joined(path, field.name);
      if (value != nullptr && value->kind == RCX_VALUE_NULL) value = nullptr;
      // What is in a part that may be missing, and is, need not be there either.
      if (value == nullptr && field.needed && map != nullptr) refuse(field, at, value);
      if (is_array(field.type)) {
        fill_list(raw, field, value, at);
      } else if (field.type == Type::kStruct) {
        if (value != nullptr) check_map(*field.of, value, at);
        put(raw, field.offset, fill(*field.of, value, at));
      } else {
        fill_one(raw, field, value, at);
      }
    }
    return raw;
  }

  // Throws for what is no map, or has a key that is no field of `type` and none of `also`.
  static void check_map(const Struct& type, const rcx_value* map, const std::string& path,
                        const std::vector<std::string>& also = {}) {
    if (map->kind != RCX_VALUE_MAP) {
      throw Misfit(path.empty() ? "the event" : path,
                   std::string("wanted an object, got ") + kind_of(map));
    }
    std::vector<std::string> known = also;
    names_of(type, known);
    for (std::uint64_t i = 0; i < map->count; ++i) {
      const std::string_view key =
          rcx::detail::view(rcx::detail::at(map->items, map->stride, i)->key);
      bool found = false;
      for (const std::string& name : known) found = found || name == key;
      if (!found) throw Misfit(joined(path, key), "no such field", known);
    }
  }

 private:
  static void names_of(const Struct& type, std::vector<std::string>& names) {
    for (std::size_t i = 0; i < type.count; ++i) {
      const Field& field = type.fields[i];
      if (field.beside) {
        names_of(*field.of, names);
      } else if (field.type != Type::kOwn) {
        names.emplace_back(field.name);
      }
    }
  }

  static const rcx_value* find(const rcx_value& map, std::string_view key) {
    for (std::uint64_t i = 0; map.kind == RCX_VALUE_MAP && i < map.count; ++i) {
      const rcx_value* item = rcx::detail::at(map.items, map.stride, i);
      if (rcx::detail::view(item->key) == key) return item;
    }
    return nullptr;
  }

  [[noreturn]] static void refuse(const Field& field, const std::string& at, const rcx_value* value,
                                  const std::string& got = {}) {
    throw Misfit(at, "wanted " + wanted(field) + ", got " + (got.empty() ? kind_of(value) : got));
  }

  static std::string wanted(const Field& field) {
    switch (field.type) {
      case Type::kFlag:
        return "true or false";
      case Type::kNumber:
        return "an integer";
      case Type::kTime:
        return "a time such as 2026-01-31T12:00:00Z";
      case Type::kTexts:
        return "a list of texts";
      case Type::kStructs:
        return "a list of objects";
      case Type::kStruct:
        return "an object";
      case Type::kId:
        return "text or an integer";
      case Type::kChoice: {
        std::string all;
        for (std::size_t i = 0; i < field.choices.count; ++i) {
          const std::string_view name = field.choices.names[i];
          if (!name.empty()) all += (all.empty() ? "" : ", ") + std::string(name);
        }
        return "one of " + all;
      }
      default:
        return field.needed ? "text that is not empty" : "text";
    }
  }

  void fill_one(void* raw, const Field& field, const rcx_value* value, const std::string& at) {
    switch (field.type) {
      case Type::kFlag:
        if (value == nullptr) return;
        if (value->kind != RCX_VALUE_BOOLEAN) refuse(field, at, value);
        put(raw, field.offset, static_cast<std::uint32_t>(value->integer != 0 ? 1 : 0));
        return;
      case Type::kNumber:
        if (value == nullptr) return;
        if (value->kind != RCX_VALUE_INTEGER) refuse(field, at, value);
        put(raw, field.offset, value->integer);
        return;
      case Type::kTime: {
        if (value == nullptr) return;
        std::int64_t time = 0;
        if (value->kind != RCX_VALUE_TEXT) refuse(field, at, value);
        if (!parse_time(rcx::detail::view(value->text), time)) {
          refuse(field, at, value, "other text, or a time before 1970 or after 2200");
        }
        put(raw, field.offset, time);
        return;
      }
      case Type::kChoice:
        if (value != nullptr) put(raw, field.offset, choice(field, value, at));
        return;
      default:
        fill_text(raw, field, value, at);
    }
  }

  static std::uint32_t choice(const Field& field, const rcx_value* value, const std::string& at) {
    if (value->kind != RCX_VALUE_TEXT) refuse(field, at, value);
    const std::string_view text = rcx::detail::view(value->text);
    for (std::size_t i = 0; i < field.choices.count; ++i) {
      if (!text.empty() && field.choices.names[i] == text) return static_cast<std::uint32_t>(i);
    }
    refuse(field, at, value, "\"" + std::string(text.substr(0, 40)) + "\"");
  }

  void fill_text(void* raw, const Field& field, const rcx_value* value, const std::string& at) {
    std::string_view text = field.by_caller ? caller_ : std::string_view();
    if (value != nullptr) {
      const bool number = field.type == Type::kId && value->kind == RCX_VALUE_INTEGER;
      if (value->kind != RCX_VALUE_TEXT && !number) refuse(field, at, value);
      text = rcx::detail::view(value->text);
      // A text that came as bytes, and is none: see JsonTree of the host.
      if (!number && value->integer != 0 && field.type != Type::kBytes) {
        refuse(field, at, value, "bytes that are no UTF-8");
      }
      if (text.empty() && field.needed) refuse(field, at, value, "empty text");
    }
    if (text.empty()) return;
    put(raw, field.offset,
        memory_.keep(field.type == Type::kUrl ? without_credentials(text) : std::string(text)));
  }

  void fill_list(void* raw, const Field& field, const rcx_value* value, const std::string& at) {
    const std::uint32_t size =
        field.type == Type::kStructs ? field.of->size : std::uint32_t{sizeof(rcx_bytes)};
    const std::uint32_t stride = size + memory_.slack();
    put(raw, field.stride_offset, stride);
    if (value == nullptr) return;
    if (value->kind != RCX_VALUE_LIST) refuse(field, at, value);
    if (value->count == 0) return;
    auto* all = static_cast<char*>(memory_.take(static_cast<std::size_t>(value->count) * stride));
    for (std::uint64_t i = 0; i < value->count; ++i) {
      const rcx_value* item = rcx::detail::at(value->items, value->stride, i);
      const std::string place = at + "[" + std::to_string(i) + "]";
      char* element = all + static_cast<std::size_t>(i) * stride;
      if (field.type == Type::kStructs) {
        check_map(*field.of, item, place);
        std::memcpy(element, fill(*field.of, item, place), stride);
      } else {
        if (item->kind != RCX_VALUE_TEXT) {
          throw Misfit(place, std::string("wanted text, got ") + kind_of(item));
        }
        put(element, 0, memory_.keep(rcx::detail::view(item->text)));
      }
    }
    put(raw, field.offset, static_cast<const void*>(all));
    put(raw, field.count_offset, value->count);
  }

  Memory& memory_;
  std::string_view caller_;
};

}  // namespace detail

// The struct of `type` that handlers get, in `memory`, from `fields`: a map, in which the keys of
// `also` are somebody else's. `caller` is who acts. Its `event` is null: whoever calls this sets it
// (set_event). Throws Misfit.
inline void* fill(const EventType& type, const rcx_value& fields,
                  const std::vector<std::string>& also, std::string_view caller, Memory& memory) {
  detail::Filler::check_map(*type.fields, &fields, {}, also);
  return detail::Filler(memory, caller).fill(*type.fields, &fields, {});
}

// All structs of events begin alike.
inline void set_event(void* raw, const rcx_event* event) {
  detail::put(raw, offsetof(rcx_create_repo, event), event);
}

}  // namespace rcx::catalogue

#endif  // RCX_DETAIL_CATALOGUE_FILL_HPP
