#include "host/trial/interruption.hpp"

#include <poll.h>
#include <sys/signalfd.h>

namespace rcx::host {

Interruption::Interruption() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int number : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&ending, number);
  ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
  fd_.reset(::signalfd(-1, &ending, SFD_CLOEXEC));
  // They end the program at once where nobody can be told of them.
  if (!fd_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Interruption::~Interruption() {
  if (fd_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Interruption::came() const noexcept {
  pollfd waiting{fd_.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

}  // namespace rcx::host
