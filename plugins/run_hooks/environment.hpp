// The environment of hooks.
#ifndef RCX_PLUGINS_RUN_HOOKS_ENVIRONMENT_HPP
#define RCX_PLUGINS_RUN_HOOKS_ENVIRONMENT_HPP

#include <rcx/plugin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace run_hooks {

// What git gives to hooks, what rcx knows besides, and what the settings add; nothing of the
// environment of this process. Immutable; any number of threads may use one.
class Environment {
 public:
  // The setting `environment`: a map of names and values, in which `{caller}` and others stand for
  // what the event says. Throws rcx::SettingError, which names the place in rcx.yaml.
  Environment(const rcx::Value& setting, std::string_view data_directory);

  // All of it for one event, `NAME=value`. Throws std::runtime_error where the event holds what no
  // variable can.
  std::vector<std::string> of(const rcx::Event& event) const;

 private:
  struct Variable {
    std::string name;
    std::string value;  // with placeholders
  };
  std::string home_;
  std::vector<Variable> own_;
};

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_ENVIRONMENT_HPP
