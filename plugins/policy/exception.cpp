#include <policy/exception.hpp>

#include <string_view>

namespace policy {

Exception exception_from(const rcx::Value& field) {
  if (!field.exists()) return Exception::kNone;
  if (field.kind() == RCX_VALUE_BOOLEAN) {
    return field.as<bool>() ? Exception::kNone : Exception::kOff;
  }
  if (field.kind() != RCX_VALUE_TEXT) return Exception::kAnother;
  const auto text = field.as<std::string_view>();
  if (text == "on") return Exception::kNone;
  return text == "off" ? Exception::kOff : Exception::kAnother;
}

}  // namespace policy
