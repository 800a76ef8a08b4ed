#include "once.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "conf.h"
#include "host/event/wire.h"
#include "text.h"
#include "waiting.h"

static char reason[2 * PATH_MAX];
static int keeps_alive = -1;

bool trusted(const struct call* call, uid_t uid) {
  struct stat hooks;
  if (uid == 0 || uid == geteuid()) return true;
  return stat(call->directory, &hooks) == 0 && hooks.st_uid == uid;
}

static bool cannot(const struct call* call, const char* why, const char* more) {
  refuse(call, "no host answers, and one for this call cannot be started: ", why, more, NULL);
  advise(
      "'rcx config check' tells what is wrong in rcx.yaml, 'rcx install <repository>' puts a "
      "missing rcxd in place");
  return false;
}

/* Its program is executed in the name of whoever pushes, so nobody may be able to change it who
 * could not change the hook, which is executed already. */
static bool check_trust(const struct call* call, const char* path) {
  struct stat status;
  struct number number;
  if (stat(path, &status) != 0) {
    join(reason, sizeof reason, ": ", strerror(errno), NULL);
  } else if (!trusted(call, status.st_uid)) {
    join(reason, sizeof reason, " belongs to uid ", decimal(&number, status.st_uid),
         ", wanted root, who pushes, or the owner of ", call->directory, NULL);
  } else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    join(reason, sizeof reason, " can be written by others; mend it with: chmod go-w ", path, NULL);
  } else {
    return true;
  }
  return cannot(call, path, reason);
}

/* As a service has it: nothing of git's, of the terminal's, or of the environment of the person who
 * pushes. Returns errno. */
static int spawn(char* const* arguments, int host) {
  static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  static char language[] = "LANG=C.UTF-8";
  char* variables[] = {path, language, NULL};
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  /* A session of its own: what is typed at the terminal of the person who pushes ends the client,
   * and only that ends the host. */
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, host, RCX_WIRE_ONCE_FD);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, arguments[0], &actions, &attributes, arguments, variables);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

/* The descriptor that keeps it alive, -1 and errno where it could not be started. */
static int start(const struct call* call, const struct conf* conf, char* program) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  /* Above those that the child gets, so that none of them is overwritten while it is needed. */
  const int host = fcntl(ends[1], F_DUPFD_CLOEXEC, RCX_WIRE_ONCE_FD + 1);
  int error = host < 0 ? errno : 0;
  if (error == 0) {
    static char config_file[PATH_MAX + sizeof "--config="];
    static char role[] = "--role=once";
    static char pre[] = "--pool=pre";
    static char post[] = "--pool=post";
    join(config_file, sizeof config_file, "--config=", conf->config_file, NULL);
    char* arguments[] = {program, config_file, role, call->post ? post : pre, NULL};
    error = spawn(arguments, host);
    close(host);
  }
  close(ends[1]);
  if (error == 0) return ends[0];
  close(ends[0]);
  errno = error;
  return -1;
}

/* The line that it says, without its end. False where there is none: `line` then says why. */
static bool hear(int host, struct waiting* waiting, char* line, size_t size) {
  size_t used = 0;
  const char* why = ": it did not become ready in time";
  struct pollfd words = {.fd = host, .events = POLLIN};
  while (wait_until(waiting, &words, 1, UINT64_MAX)) {
    const ssize_t got = recv(host, line + used, size - 1 - used, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) {
      why = ": it ended before it was ready";
      break;
    }
    used += (size_t)got;
    line[used] = '\0';
    char* end = strchr(line, '\n');
    if (end != NULL || used == size - 1) {
      if (end != NULL) *end = '\0';
      return true;
    }
  }
  join(line, size, why, NULL);
  return false;
}

void end_once(void) {
  if (keeps_alive >= 0) close(keeps_alive);
  keeps_alive = -1;
}

bool start_once(const struct call* call, const struct conf* conf, struct waiting* waiting,
                char* directory, size_t size) {
  static const char error[] = "error=";
  static const char ready[] = "socket_directory=";
  static char program[PATH_MAX];
  static char line[2 * PATH_MAX];
  if (!check_trust(call, conf->directory)) return false;
  if (!join(program, sizeof program, conf->directory, "/" RCX_WIRE_PROGRAM, NULL)) {
    return cannot(call, program, strerror(ENAMETOOLONG));
  }
  if (!check_trust(call, program)) return false;
  /* Stays open until end_once, or until this process ends, however it does. */
  const int host = start(call, conf, program);
  if (host < 0) {
    join(line, sizeof line, ": ", strerror(errno), NULL);
    return cannot(call, program, line);
  }
  keeps_alive = host;
  if (!hear(host, waiting, line, sizeof line)) return cannot(call, program, line);
  if (strncmp(line, error, sizeof error - 1) == 0) return cannot(call, line + sizeof error - 1, "");
  if (strncmp(line, ready, sizeof ready - 1) == 0 &&
      join(directory, size, line + sizeof ready - 1, NULL)) {
    return true;
  }
  return cannot(call, program, ": it said something else than where it listens");
}
