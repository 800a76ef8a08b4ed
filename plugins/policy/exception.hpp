// What one repository makes of a rule.
#ifndef RCX_PLUGINS_POLICY_EXCEPTION_HPP
#define RCX_PLUGINS_POLICY_EXCEPTION_HPP

#include <rcx/plugin.hpp>

namespace policy {

enum class Exception {
  kNone,    // no field, `on` or `true`: the rule holds as it stands
  kOff,     // `off` or `false`: it does not hold
  kAnother  // any other value, which the rule gives its meaning
};

// What an extra field of a repository, such as `commit_policy.<rule>`, says.
Exception exception_from(const rcx::Value& field);

}  // namespace policy

#endif  // RCX_PLUGINS_POLICY_EXCEPTION_HPP
