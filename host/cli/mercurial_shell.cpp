#include "host/cli/mercurial_shell.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/access/access.hpp"
#include "host/cli/hooks.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

constexpr std::array kShellHooks = {RCX_WIRE_HG_PRE_PUSH, RCX_WIRE_HG_PUSH, RCX_WIRE_HG_PRE_PULL,
                                    RCX_WIRE_HG_PULL};

fs::path directory_of(const Config& config) {
  return config.directory() / RCX_WIRE_HG_HOOKS;
}

// For the shell that hg has.
std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char byte : text) word += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  return word + "'";
}

}  // namespace

fs::path shell_hook(const Config& config) {
  return directory_of(config) / RCX_WIRE_HG_PRE_PUSH;
}

std::string shell_hooks_text(const Config& config) {
  std::string text;
  for (const char* hook : kShellHooks) {
    text += fmt::format("{}.rcx = {}\n", hook, quoted((directory_of(config) / hook).string()));
  }
  return text;
}

bool are_shell_hooks(const std::string& text) {
  return text.find("\n" RCX_WIRE_HG_PRE_PUSH ".rcx = '") != std::string::npos;
}

Result<void> put_shell_hooks(const Config& config) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  const fs::path hooks = directory_of(config);
  boost::system::error_code failed;
  fs::create_directories(hooks, failed);
  if (failed) return system_error("cannot make " + printable(hooks.string()), failed.value());
  Result<void> done =
      write_file(hooks / RCX_WIRE_INSTANCE_FILE, config.directory().string() + "\n", 0644);
  for (const char* hook : kShellHooks) {
    if (done) done = put_in(hooks, hook, *programs / "rcx-hook");
  }
  return done;
}

std::string shell_hooks_missing(const Config& config) {
  for (const char* hook : kShellHooks) {
    const fs::path place = directory_of(config) / hook;
    if (!is_client(place)) return printable(place.string()) + " is no client of rcx";
  }
  return {};
}

}  // namespace rcx::host::cli
