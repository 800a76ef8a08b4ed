#include "host/cli/receive_settings.hpp"

#include <strings.h>

#include <cstdlib>
#include <optional>

#include "host/cli/hooks.hpp"

namespace rcx::host::cli {
namespace {

// As git reads `key = value`, and `key` alone.
bool is_true(std::string_view entry) {
  const std::size_t newline = entry.find('\n');
  if (newline == std::string_view::npos) return true;
  const std::string value(entry.substr(newline + 1));
  for (const char* word : {"true", "yes", "on"}) {
    if (::strcasecmp(value.c_str(), word) == 0) return true;
  }
  return std::strtol(value.c_str(), nullptr, 10) != 0;
}

}  // namespace

Result<ReceiveSettings> receive_settings(const fs::path& repository, const std::string& home) {
  const Result<std::string> all = ask_git(repository, {"config", "-z", "--list"}, home);
  if (!all) return all.error();
  ReceiveSettings settings;
  std::optional<bool> receive;
  // Of several the last counts.
  for (const std::string_view entry : split(*all, '\0')) {
    const std::string_view key = entry.substr(0, entry.find('\n'));
    if (key == "receive.advertisepushoptions") settings.push_options = is_true(entry);
    if (key == "receive.fsckobjects") receive = is_true(entry);
    if (key == "transfer.fsckobjects") settings.checks_objects = is_true(entry);
  }
  settings.checks_objects = receive.value_or(settings.checks_objects);
  return settings;
}

}  // namespace rcx::host::cli
