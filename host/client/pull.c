#include "pull.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "chain.h"
#include "conf.h"
#include "front.h"
#include "host/event/wire.h"
#include "place.h"
#include "request.h"
#include "talk.h"
#include "text.h"

static struct conf conf;

bool is_pull(const char* name) {
  return strcmp(name, RCX_WIRE_PACK_OBJECTS) == 0 || is_front(name);
}

/* upload-pack ends its hook when the person has gone, and knows nothing of what that has started.
 */
static volatile sig_atomic_t packer = 0;

static void pass_on(int number) {
  if (packer > 0) kill((pid_t)packer, number);
}

static int cannot_run(const struct call* call, int error) {
  return refuse(call, call->arguments[1], " cannot be run: ", strerror(error), NULL);
}

/* In place of this process: nobody wants to hear what becomes of it. */
static int hand_over(const struct call* call) {
  if (call->pipe_signal_default) signal(SIGPIPE, SIG_DFL);
  execvp(call->arguments[1], call->arguments + 1);
  return cannot_run(call, errno);
}

/* The exit status of `git pack-objects`, or of a shell that ran it. */
static int make_pack(const struct call* call) {
  sigset_t restored;
  sigemptyset(&restored);
  if (call->pipe_signal_default) sigaddset(&restored, SIGPIPE);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &restored);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  signal(SIGCHLD, SIG_DFL);
  pid_t pid = 0;
  const int error = offer_input(call) ? posix_spawnp(&pid, call->arguments[1], NULL, &attributes,
                                                     call->arguments + 1, call->variables)
                                      : errno;
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return cannot_run(call, error);
  packer = pid;
  signal(SIGTERM, pass_on);
  signal(SIGINT, pass_on);
  signal(SIGHUP, pass_on);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 1;
  }
  packer = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run_pack_objects(struct call* call) {
  if (call->arguments[1] == NULL) {
    say("this is for uploadpack.packObjectsHook", NULL);
    advise("'rcx install --pull' puts it there");
    return 1;
  }
  if (!read_conf(call, &conf)) {
    drain_input();
    return 1;
  }
  if (call->probe) {
    if (!begin_request(call)) return 1;
    if (call->input_size != 0)
      return refuse(call, RCX_WIRE_PROBE " wants no input, got some", NULL);
    conf.allow = false;
    return talk(call, &conf);
  }
  if (!may_be_served(&conf, git_directory())) return hand_over(call);
  if (!begin_request(call) || talk(call, &conf) != 0) return 1;
  const int status = make_pack(call);
  if (status != 0) return status;
  /* The client has its pack: whatever is said now changes nothing. */
  call->post = true;
  call->hook = RCX_WIRE_PACK_SENT;
  if (begin_next_request(call)) talk(call, &conf);
  return 0;
}

int run_pull(struct call* call) {
  call->pull = true;
  if (is_front(call->hook)) return run_front(call, &conf);
  return run_pack_objects(call);
}
