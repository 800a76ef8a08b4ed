#include "host/worker/process_guard.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include <clocale>

#include <cstring>
#include <string_view>

namespace rcx::host {
namespace {

constexpr const char* kDirectory = "/";
constexpr int kRestorer = 0x04000000;  // the C library's own

bool same(const struct sigaction& a, const struct sigaction& b) {
  return a.sa_handler == b.sa_handler && ((a.sa_flags ^ b.sa_flags) & ~kRestorer) == 0;
}

bool is_fixed(int number) {
  return number == SIGKILL || number == SIGSTOP;
}

const char* locale_now() {
  const char* name = std::setlocale(LC_ALL, nullptr);
  return name != nullptr ? name : "";
}

}  // namespace

ProcessGuard::ProcessGuard() : locale_(locale_now()) {
  struct stat status {};
  if (::chdir(kDirectory) == 0 && ::stat(".", &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
  mask_ = ::umask(0);
  ::umask(mask_);
  for (int number = 1; number < kSignals; ++number) {
    if (!is_fixed(number))
      ::sigaction(number, nullptr, &actions_.at(static_cast<unsigned>(number)));
  }
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked_);
}

void ProcessGuard::check_thread(Changes& changes) const {
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  for (int number = 1; number < NSIG; ++number) {
    if (::sigismember(&blocked, number) == ::sigismember(&blocked_, number)) continue;
    ::pthread_sigmask(SIG_SETMASK, &blocked_, nullptr);
    changes.restored.emplace_back("the blocked signals");
    break;
  }
  if (::uselocale(nullptr) != LC_GLOBAL_LOCALE) {
    ::uselocale(LC_GLOBAL_LOCALE);
    changes.restored.emplace_back("the thread's locale");
  }
}

void ProcessGuard::check_process(bool alone, Changes& changes) const {
  struct stat status {};
  if (::stat(".", &status) != 0 || status.st_dev != device_ || status.st_ino != inode_) {
    (::chdir(kDirectory) == 0 ? changes.restored : changes.lost)
        .emplace_back("the working directory");
  }
  // Reads and puts back at once, so that no file of another thread is made with a mask in between.
  if (::umask(mask_) != mask_) changes.restored.emplace_back("the umask");
  if (std::string_view(locale_now()) != locale_) {
    const bool done = alone && std::setlocale(LC_ALL, locale_.c_str()) != nullptr;
    (done ? changes.restored : changes.lost).emplace_back("the locale");
  }
}

void ProcessGuard::check_signals(Changes& changes) const {
  for (int number = 1; number < kSignals; ++number) {
    if (is_fixed(number)) continue;
    const struct sigaction& wanted = actions_.at(static_cast<unsigned>(number));
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    if (same(wanted, now)) continue;
    ::sigaction(number, &wanted, nullptr);
    changes.restored.push_back(
        fmt::format("the handler of signal {} ({})", number, ::strsignal(number)));
  }
}

}  // namespace rcx::host
