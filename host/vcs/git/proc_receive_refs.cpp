#include "host/vcs/git/proc_receive_refs.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "host/core/process.hpp"

namespace rcx::host::git {
namespace {

constexpr std::size_t kLongestAnswer = std::size_t{1024} * 1024;

std::string read_all(const Fd& from) {
  std::string text;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t got = ::read(from.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || text.size() > kLongestAnswer) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

// Where the git that runs the hook looks for configuration, and nothing else of its environment:
// not whom it would execute.
std::vector<std::string> environment_of(const HookCall& call) {
  std::vector<std::string> variables;
  std::vector<std::string> names = {"HOME",
                                    "XDG_CONFIG_HOME",
                                    "GIT_CONFIG_SYSTEM",
                                    "GIT_CONFIG_GLOBAL",
                                    "GIT_CONFIG_NOSYSTEM",
                                    "GIT_CONFIG_PARAMETERS",
                                    "GIT_CONFIG_COUNT"};
  constexpr unsigned long kMost = 1000;
  const std::string count{call.variable("GIT_CONFIG_COUNT")};
  const unsigned long pairs = std::min(kMost, std::strtoul(count.c_str(), nullptr, 10));
  for (unsigned long i = 0; i < pairs; ++i) {
    names.push_back("GIT_CONFIG_KEY_" + std::to_string(i));
    names.push_back("GIT_CONFIG_VALUE_" + std::to_string(i));
  }
  for (const std::string& name : names) {
    const std::string_view value = call.variable(name);
    if (!value.empty()) variables.push_back(name + "=" + std::string(value));
  }
  return variables;
}

}  // namespace

ProcReceivePattern::ProcReceivePattern(std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view flags = value.substr(0, colon);
    create = flags.find('a') != std::string_view::npos;
    update = flags.find('m') != std::string_view::npos;
    remove = flags.find('d') != std::string_view::npos;
    negative = flags.find('!') != std::string_view::npos;
    value.remove_prefix(colon + 1);
  }
  prefix = value.substr(0, value.find_last_not_of('/') + 1);
}

Result<std::vector<ProcReceivePattern>> proc_receive_refs(const HookCall& call,
                                                          const std::string& path) {
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  Launch launch;
  launch.program = "git";
  launch.arguments = {"git", "--git-dir=" + path, "config",
                      "-z",  "--get-all",         "receive.procReceiveRefs"};
  launch.output = pipe->writer.get();
  launch.environment = environment_of(call);
  const Result<Process> child = Process::start(launch);
  if (!child) return child.error();
  pipe->writer.reset();
  const std::string said = read_all(pipe->reader);
  int status = 0;
  const std::string end = child->wait(&status);
  constexpr int kNone = 1;  // no such key
  if (status == kNone && said.empty()) return std::vector<ProcReceivePattern>();
  if (status != 0 || !said.ends_with('\0')) {
    log("git").error("git config in {}: {}: {}", path, end, printable(said));
    return Error{Code::kUnavailable,
                 "git does not say which references it leaves to proc-receive (" + end +
                     "); the host's log says more"};
  }
  std::vector<ProcReceivePattern> patterns;
  for (const std::string_view value : split(said, '\0')) {
    if (!value.empty()) patterns.emplace_back(value);
  }
  return patterns;
}

bool named_by(const std::vector<ProcReceivePattern>& patterns, const RefUpdate& ref) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const ProcReceivePattern& pattern) {
    if (ref.change == RCX_CHANGE_CREATE && !pattern.create) return false;
    if (ref.change == RCX_CHANGE_DELETE && !pattern.remove) return false;
    if (ref.change == RCX_CHANGE_UPDATE && !pattern.update) return false;
    const std::string_view name = ref.name;
    const bool below = name.starts_with(pattern.prefix) &&
                       (name.size() == pattern.prefix.size() || name[pattern.prefix.size()] == '/');
    return below != pattern.negative;
  });
}

}  // namespace rcx::host::git
