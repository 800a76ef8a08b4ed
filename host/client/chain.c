#include "chain.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "host/event/wire.h"
#include "own.h"
#include "place.h"
#include "request.h"
#include "text.h"

/* Puts the input on standard input, from offset 0 of a file of its own: a script may open
 * /dev/stdin anew, and then must not find the head of the request there. */
bool offer_input(const struct call* call) {
  const int copy = make_memfd();
  if (copy < 0) return false;
  off_t offset = (off_t)call->input_offset;
  uint64_t left = call->input_size;
  while (left > 0) {
    const ssize_t copied = sendfile(copy, call->request, &offset, left);
    if (copied <= 0) {
      if (copied < 0 && errno == EINTR) continue;
      if (copied == 0) errno = EIO;
      break;
    }
    left -= (uint64_t)copied;
  }
  const bool ready = left == 0 && lseek(copy, 0, SEEK_SET) == 0 && dup2(copy, STDIN_FILENO) >= 0;
  const int error = errno;
  close(copy);
  errno = error;
  return ready;
}

/* A script without `#!` is one for the shell, as git has it. */
static char** shell_arguments(char* path, const struct call* call) {
  size_t count = 0;
  while (call->arguments[count] != NULL) ++count;
  char** arguments = calloc(count + 2, sizeof *arguments);
  if (arguments == NULL) return NULL;
  static char shell[] = "sh";
  arguments[0] = shell;
  arguments[1] = path;
  memcpy(arguments + 2, call->arguments + 1, (count - 1) * sizeof *arguments);
  return arguments;
}

static int spawn_shell(pid_t* pid, const posix_spawnattr_t* attributes, char* path,
                       const struct call* call) {
  char** arguments = shell_arguments(path, call);
  if (arguments == NULL) return errno;
  const int error = posix_spawn(pid, "/bin/sh", NULL, attributes, arguments, call->variables);
  free((void*)arguments);
  return error;
}

static int spawn(pid_t* pid, char* path, const struct call* call) {
  /* The child must not inherit that the client ignores SIGPIPE. */
  sigset_t restored;
  sigemptyset(&restored);
  if (call->pipe_signal_default) sigaddset(&restored, SIGPIPE);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &restored);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  char* own_name = call->arguments[0];
  call->arguments[0] = path;
  int error = posix_spawn(pid, path, NULL, &attributes, call->arguments, call->variables);
  call->arguments[0] = own_name;
  if (error == ENOEXEC) error = spawn_shell(pid, &attributes, path, call);
  posix_spawnattr_destroy(&attributes);
  return error;
}

static void complain(const struct call* call, const char* path, const char* what,
                     const char* which) {
  /* The extensions of an accepted push are told all the same: that is no refusal. */
  if (call->post) {
    say("the hook ", path, what, which, NULL);
  } else {
    refuse(call, "the hook ", path, what, which, NULL);
  }
}

static bool find_chained(const struct call* call, char path[PATH_MAX]) {
  if (call->forwards) return find_own_hook(call, call->hook, path);
  return join(path, PATH_MAX, call->directory, "/", call->hook, RCX_WIRE_CHAINED_SUFFIX, NULL) &&
         access(path, X_OK) == 0;
}

int become_own_hook(const struct call* call) {
  char path[PATH_MAX];
  if (!common_directory(path)) {
    say("cannot tell which repository this hook is of: ", call->hook, NULL);
    return 1;
  }
  if (!find_own_hook(call, call->hook, path)) {
    /* Where there is no such hook, git does without; but it relies on these two, once there. */
    const bool needed = call->commands || strcmp(call->hook, "push-to-checkout") == 0;
    if (needed) say("this repository has no hook ", call->hook, " of its own", NULL);
    return needed ? 1 : 0;
  }
  if (call->pipe_signal_default) signal(SIGPIPE, SIG_DFL);
  call->arguments[0] = path;
  execve(path, call->arguments, call->variables);
  if (errno == ENOEXEC) {
    char** arguments = shell_arguments(path, call);
    if (arguments != NULL) execve("/bin/sh", arguments, call->variables);
  }
  say("the hook ", path, " cannot be run: ", strerror(errno), NULL);
  return 1;
}

bool run_chained(const struct call* call) {
  char path[PATH_MAX];
  if (!find_chained(call, path)) return true;
  /* Who ignores SIGCHLD hears nothing of its children. */
  signal(SIGCHLD, SIG_DFL);
  pid_t pid = 0;
  const int error = offer_input(call) ? spawn(&pid, path, call) : errno;
  if (error != 0) {
    complain(call, path, " cannot be run: ", strerror(error));
    return false;
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno == EINTR) continue;
    complain(call, path, " cannot be waited for: ", strerror(errno));
    return false;
  }
  if (WIFSIGNALED(status)) {
    struct number number;
    complain(call, path, " was killed by signal ", decimal(&number, (uint64_t)WTERMSIG(status)));
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
