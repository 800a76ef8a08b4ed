#include "host/supervisor/mercurial_modules.hpp"

#include <array>
#include <boost/filesystem/operations.hpp>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "host/core/process.hpp"
#include "host/event/wire.h"
#include "mercurial_texts.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{1024} * 1024;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kModules = {{
    {"rcx_mercurial_frames.py", kFramesModule},
    {"rcx_mercurial_reader.py", kReaderModule},
    {"rcx_mercurial_talk.py", kTalkModule},
    {RCX_WIRE_HG_MODULE, kHooksModule},
}};

// Without what this leaves, each push compiles them. Where there is no hg, nobody pushes.
void compile(const Config& config) {
  const char* const search = std::getenv("PATH");
  Launch launch;
  launch.program = "hg";
  launch.arguments = {"hg", "--config", "extensions.rcx=" + mercurial_module(config).string(),
                      "rcx-compile"};
  launch.environment = {{"HGPLAIN=1", "HGRCPATH=", "LC_ALL=C.UTF-8",
                         std::string("PATH=") + (search != nullptr ? search : "/usr/bin:/bin")}};
  const Result<Process> process = Process::start(launch);
  if (!process) return;
  int status = 0;
  const std::string end = process->wait(&status);
  if (status != 0) log("supervisor").warn("the client for Mercurial is not compiled: hg {}", end);
}

}  // namespace

fs::path mercurial_directory(const Config& config) {
  return config.directory() / RCX_WIRE_HG_DIRECTORY;
}

fs::path mercurial_module(const Config& config) {
  return mercurial_directory(config) / RCX_WIRE_HG_MODULE;
}

Result<void> write_mercurial_modules(const Config& config) {
  const fs::path directory = mercurial_directory(config);
  boost::system::error_code failed;
  fs::create_directory(directory, failed);
  if (failed) return system_error("cannot make " + directory.string(), failed.value());
  bool changed = false;
  for (const auto& [name, text] : kModules) {
    const fs::path file = directory / std::string(name);
    const Result<std::string> there = read_file(file, kLargest);
    if (there && *there == text) continue;
    Result<void> written = write_file(file, std::string(text), 0644);
    if (!written) return written;
    changed = true;
  }
  if (changed) compile(config);
  return {};
}

void renew_mercurial_modules(const Config& config) {
  boost::system::error_code failed;
  if (!fs::is_directory(mercurial_directory(config), failed)) return;
  if (Result<void> written = write_mercurial_modules(config); !written) {
    log("supervisor").warn("the client for Mercurial stays as it is: {}", written.error().message);
  }
}

}  // namespace rcx::host
