#include "host/event/told.hpp"

#include "host/event/abi_event.hpp"

namespace rcx::host {
namespace {

using catalogue::Field;
using catalogue::Struct;
using catalogue::Type;

std::string_view text_in(const Struct& type, const void* raw, std::string_view path) {
  const std::size_t dot = path.find('.');
  for (std::size_t i = 0; i < type.count; ++i) {
    const Field& field = type.fields[i];
    if (field.type == Type::kOwn) continue;
    if (field.beside) {
      const std::string_view found =
          text_in(*field.of, told_member<const void*>(raw, field.offset), path);
      if (!found.empty()) return found;
    } else if (field.name != path.substr(0, dot)) {
      continue;
    } else if (field.type == Type::kStruct && dot != std::string_view::npos) {
      return text_in(*field.of, told_member<const void*>(raw, field.offset), path.substr(dot + 1));
    } else if (field.type == Type::kText || field.type == Type::kBytes) {
      return abi_view(told_member<rcx_bytes>(raw, field.offset));
    }
  }
  return {};
}

}  // namespace

Told::Told(const catalogue::EventType& type, const rcx_value& fields,
           const std::vector<std::string>& also, std::string_view caller)
    : type_(type) {
  raw_ = catalogue::fill(type, fields, also, caller, *this);
}

std::string_view Told::text(std::string_view field) const {
  return text_in(*type_.fields, raw_, field);
}

void* Told::take(std::size_t size) {
  constexpr std::size_t kUnit = sizeof(std::uint64_t);  // no padding, so all of it is zeroed
  return pieces_.emplace_back(std::make_unique<std::uint64_t[]>((size + kUnit - 1) / kUnit)).get();
}

rcx_bytes Told::keep(std::string_view text) {
  return abi_bytes(texts_.emplace_back(text));
}

}  // namespace rcx::host
