// The hooks of rcx.yaml: where they stand and when they run.
#ifndef RCX_PLUGINS_RUN_HOOKS_HOOK_HPP
#define RCX_PLUGINS_RUN_HOOKS_HOOK_HPP

#include <rcx/plugin.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace run_hooks {

// As git knows them.
enum class Kind { kPreReceive, kUpdate, kPostReceive };

// One item of `hooks`: a file, or all in a directory. Immutable; any number of threads may use one.
class Hook {
 public:
  // Relative paths are those below `data_directory`. Throws rcx::SettingError, which names the
  // place in rcx.yaml, also where there is nothing to run.
  static Hook from_item(const rcx::Value& settings, std::string_view data_directory);
  static Hook from_directory(const rcx::Value& setting, std::string_view data_directory);

  Kind kind() const { return kind_; }
  // None: as long as the event has.
  std::optional<std::chrono::nanoseconds> timeout() const { return timeout_; }
  // The files to run now. Throws std::runtime_error where one of them cannot be run.
  std::vector<std::string> files() const;
  // Those that stand in the directory and cannot be executed.
  std::vector<std::string> ignored() const;

 private:
  Hook(const rcx::Value& setting, bool is_directory, std::string_view data_directory);

  Kind kind_ = Kind::kPreReceive;
  bool is_directory_;
  std::string path_;
  std::optional<std::chrono::nanoseconds> timeout_;
};

// A duration such as `10s`. Throws rcx::SettingError.
std::chrono::nanoseconds duration_from(const rcx::Value& setting);

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_HOOK_HPP
