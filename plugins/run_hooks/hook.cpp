#include "hook.hpp"

#include "hook_file.hpp"

#include <text/quantity.hpp>

#include <stdexcept>

namespace run_hooks {
namespace {

std::optional<Kind> kind_named(std::string_view name) {
  if (name == "pre-receive") return Kind::kPreReceive;
  if (name == "update") return Kind::kUpdate;
  if (name == "post-receive") return Kind::kPostReceive;
  return std::nullopt;
}

// What `pre-receive` or `pre-receive.d` says of itself.
std::optional<Kind> kind_of_path(std::string_view path) {
  std::string_view name = name_of(path);
  if (name.size() > 2 && name.substr(name.size() - 2) == ".d") name.remove_suffix(2);
  return kind_named(name);
}

std::string path_from(const rcx::Value& setting, std::string_view data_directory) {
  auto path = setting.as<std::string>();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (path.empty() || path.find('\0') != std::string::npos) setting.fail("a path");
  return path.front() == '/' ? path : std::string(data_directory) + "/" + path;
}

Kind kind_from(const rcx::Value& setting, const std::string& path) {
  constexpr const char* kWanted = "pre-receive, update or post-receive";
  if (setting.exists()) {
    const auto kind = kind_named(setting.as<std::string>());
    if (!kind) setting.fail(kWanted);
    return *kind;
  }
  const auto kind = kind_of_path(path);
  if (!kind) setting.fail(kWanted);
  return *kind;
}

}  // namespace

std::chrono::nanoseconds duration_from(const rcx::Value& setting) {
  const auto duration = text::duration_from(setting.as<std::string>());
  if (!duration || duration->count() == 0) setting.fail("a duration such as 500ms, 10s or 2m");
  return *duration;
}

Hook::Hook(const rcx::Value& setting, bool is_directory, std::string_view data_directory)
    : is_directory_(is_directory), path_(path_from(setting, data_directory)) {
  const std::string fault = is_directory_ ? fault_of_directory(path_) : fault_of_file(path_);
  if (!fault.empty()) {
    setting.fail(std::string(is_directory_ ? "a directory of hooks" : "a hook") + " (" + fault +
                 ")");
  }
}

Hook Hook::from_item(const rcx::Value& settings, std::string_view data_directory) {
  settings.allow_only({"path", "directory", "kind", "timeout"});
  const rcx::Value path = settings["path"];
  const rcx::Value directory = settings["directory"];
  if (path.exists() == directory.exists()) settings.fail("either path or directory");
  Hook hook(path.exists() ? path : directory, directory.exists(), data_directory);
  hook.kind_ = kind_from(settings["kind"], hook.path_);
  if (settings["timeout"].exists()) hook.timeout_ = duration_from(settings["timeout"]);
  return hook;
}

Hook Hook::from_directory(const rcx::Value& setting, std::string_view data_directory) {
  Hook hook(setting, true, data_directory);
  const auto kind = kind_of_path(hook.path_);
  if (!kind) setting.fail("a directory named pre-receive.d, update.d or post-receive.d");
  hook.kind_ = *kind;
  return hook;
}

std::vector<std::string> Hook::files() const {
  std::vector<std::string> files = {path_};
  if (is_directory_) {
    const std::string fault = fault_of_directory(path_);
    if (!fault.empty()) throw std::runtime_error(fault);
    files = hooks_in(path_).hooks;
  }
  for (const std::string& file : files) {
    const std::string fault = fault_of_file(file);
    if (!fault.empty()) throw std::runtime_error(fault);
  }
  return files;
}

std::vector<std::string> Hook::ignored() const {
  return is_directory_ ? hooks_in(path_).ignored : std::vector<std::string>();
}

}  // namespace run_hooks
