#include "host/trial/process_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include <clocale>
#include <csignal>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>

#include "host/core/core.hpp"

namespace rcx::host {
namespace {

std::set<int> numbers_in(const char* directory) {
  std::set<int> numbers;
  boost::system::error_code failed;
  for (fs::directory_iterator entry(directory, failed), end; entry != end;
       entry.increment(failed)) {
    numbers.insert(std::atoi(entry->path().filename().c_str()));
  }
  return numbers;
}

std::string handler_of(int number) {
  struct sigaction action {};
  if (::sigaction(number, nullptr, &action) != 0) return {};
  return fmt::format("{} {}", fmt::ptr(reinterpret_cast<void*>(action.sa_handler)),
                     action.sa_flags & ~0x04000000);  // SA_RESTORER is the C library's own
}

template <class T>
std::string extra(const std::set<T>& before, const std::set<T>& after) {
  std::string text;
  for (const T& one : after) {
    if (!before.contains(one)) text += (text.empty() ? "" : ", ") + std::to_string(one);
  }
  return text;
}

}  // namespace

ProcessState ProcessState::now() {
  ProcessState state;
  boost::system::error_code ignored;
  state.directory = fs::current_path(ignored).string();
  state.mask = ::umask(0);
  ::umask(state.mask);
  const char* locale = std::setlocale(LC_ALL, nullptr);
  state.locale = locale != nullptr ? locale : "";
  for (int number = 1; number < NSIG; ++number) state.handlers.push_back(handler_of(number));
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  for (int number = 1; number < NSIG; ++number) {
    if (::sigismember(&blocked, number) == 1) state.blocked += std::to_string(number) + " ";
  }
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    state.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  state.threads = numbers_in("/proc/self/task");
  state.descriptors = numbers_in("/proc/self/fd");
  // The one that the listing itself needed.
  std::erase_if(state.descriptors, [](int fd) { return ::fcntl(fd, F_GETFD) < 0; });
  return state;
}

std::vector<std::string> differences(const ProcessState& before, const ProcessState& after,
                                     bool ended) {
  std::vector<std::string> found;
  if (after.directory != before.directory) {
    found.emplace_back(
        "changes the working directory, which all extensions share; use absolute paths");
  }
  if (after.mask != before.mask) {
    found.emplace_back("changes the umask, which all extensions share; give modes with fchmod");
  }
  if (after.locale != before.locale) {
    found.emplace_back(
        "changes the locale, which all extensions share; use newlocale and uselocale");
  }
  if (after.environment != before.environment) {
    found.emplace_back(
        "changes environment variables, which other threads are reading; give them to the programs "
        "that it starts");
  }
  if (after.blocked != before.blocked) {
    found.emplace_back("leaves signals blocked; put the mask back as it was");
  }
  for (std::size_t i = 0; i < before.handlers.size(); ++i) {
    if (after.handlers[i] == before.handlers[i]) continue;
    found.emplace_back(fmt::format(
        "changes what signal {} ({}) does, which belongs to the host; leave it, or use signalfd",
        i + 1, ::strsignal(static_cast<int>(i) + 1)));
  }
  for (const int fd : before.descriptors) {
    if (after.descriptors.contains(fd)) continue;
    found.emplace_back(
        fmt::format("closes descriptor {}, which is the host's; close only what it opened", fd));
  }
  if (!ended) return found;
  if (const std::string open = extra(before.descriptors, after.descriptors); !open.empty()) {
    found.emplace_back(
        fmt::format("leaves descriptors open after destroy ({}); close what it opened", open));
  }
  if (const std::string left = extra(before.threads, after.threads); !left.empty()) {
    found.emplace_back("leaves threads running after destroy; end and join them there");
  }
  return found;
}

}  // namespace rcx::host
