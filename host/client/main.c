/* rcx-hook: the hook that git runs. It hands what git says to the host, and shows what the host
 * answers. It starts for every push, so it is small: no standard I/O, nothing allocated. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "chain.h"
#include "conf.h"
#include "host/event/wire.h"
#include "mercurial.h"
#include "own.h"
#include "place.h"
#include "pull.h"
#include "rcx/abi.h"
#include "request.h"
#include "single.h"
#include "talk.h"
#include "text.h"

#define QUOTE(number) #number
#define VERSION_TEXT(major, minor, patch) QUOTE(major) "." QUOTE(minor) "." QUOTE(patch)

/* Volatile, and read in main: no linker takes it for unused. */
static const volatile char client_mark[] = RCX_WIRE_CLIENT_MARK;

/* Descriptors 0 to 2 are open afterwards, so that no other can be mistaken for one of them. */
static bool have_standard_descriptors(void) {
  struct pollfd descriptors[] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};
  if (poll(descriptors, 3, 0) < 0) return false;
  for (int i = 0; i < 3; ++i) {
    if ((descriptors[i].revents & POLLNVAL) != 0 && open("/dev/null", O_RDWR) != i) return false;
  }
  return true;
}

static int print_version(void) {
  static const char text[] =
      "rcx-hook " VERSION_TEXT(RCX_VERSION_MAJOR, RCX_VERSION_MINOR, RCX_VERSION_PATCH) "\n";
  return write(STDOUT_FILENO, text, sizeof text - 1) == (ssize_t)sizeof text - 1 ? 0 : 1;
}

static int refuse_name(const char* name) {
  if (isatty(STDIN_FILENO) == 0) drain_input();
  say("this is a hook for pre-receive or post-receive, proc-receive or update, not for '", name,
      "'", NULL);
  advise("'rcx install <repository>' puts it in place");
  return 1;
}

/* Those of Subversion, but start-commit, after which much can still change. */
static bool is_subversion(const char* name) {
  static const char* const hooks[] = {RCX_WIRE_SVN_PRE_COMMIT,  RCX_WIRE_SVN_POST_COMMIT,
                                      RCX_WIRE_SVN_PRE_REVPROP, RCX_WIRE_SVN_POST_REVPROP,
                                      RCX_WIRE_SVN_PRE_LOCK,    RCX_WIRE_SVN_POST_LOCK,
                                      RCX_WIRE_SVN_PRE_UNLOCK,  RCX_WIRE_SVN_POST_UNLOCK};
  for (size_t i = 0; i < sizeof hooks / sizeof *hooks; ++i) {
    if (strcmp(name, hooks[i]) == 0) return true;
  }
  return false;
}

/* svn gives a hook a file as its input where it has some, lock tokens of pre-commit; otherwise that
 * of its own, which behind ssh is where the client talks: nothing of that may be read. hg has no
 * input for its hooks at all. */
static bool leave_input_alone(bool subversion) {
  struct stat status;
  if (subversion && fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) return true;
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0) return false;
  const bool done = dup2(nothing, STDIN_FILENO) == STDIN_FILENO;
  close(nothing);
  return done;
}

/* The directory of the hook, from the name that git gave it. For pulls that of the program itself,
 * which links may lead to. */
static bool find_directory(struct call* call, const char* program, const char* name) {
  if (name != program && !is_pull(name)) {
    size_t length = (size_t)(name - program) - 1;
    if (length >= sizeof call->directory) return false;
    memcpy(call->directory, program, length);
    call->directory[length] = '\0';
    return true;
  }
  const ssize_t size = readlink("/proc/self/exe", call->directory, sizeof call->directory - 1);
  if (size <= 0) return false;
  call->directory[size] = '\0';
  *strrchr(call->directory, '/') = '\0';
  return true;
}

static struct conf conf;

static bool know_conf(const struct call* call) {
  return conf.directory[0] != '\0' || read_conf(call, &conf);
}

/* git gives these hooks no arguments, so nobody who pushes can ask for this; and with nothing to
 * read, nothing is pushed. The hook that was there before is left alone. */
static int run_probe(struct call* call) {
  if (call->input_size != 0) return refuse(call, RCX_WIRE_PROBE " wants no input, got some", NULL);
  if (!know_conf(call)) return 1;
  conf.allow = false;
  return talk(call, &conf);
}

/* Nothing is judged again here, so nothing passes because no host answers: a reference that was
 * rejected would. What pre-receive let pass unjudged passes. */
static int run_single(struct call* call) {
  if (!call->commands && !run_chained(call)) return 1;
  int status = 1;
  const bool unjudged = passed_unjudged();
  if (unjudged) {
    status = 0;
  } else if (know_conf(call)) {
    conf.allow = false;
    status = talk(call, &conf);
  }
  if (!call->commands) return status;
  if (unjudged) forget_unjudged();
  if (call->reported) return status;
  return report_all(call, unjudged ? NULL : "the verdict of rcx on this push cannot be had");
}

/* git ignores the status of post-receive; it is for whoever runs the hook by hand. */
static int run(struct call* call) {
  if (!begin_request(call)) return 1;
  if (call->probe) return run_probe(call);
  if (call->single) return run_single(call);
  const bool chained = run_chained(call);
  if (!chained && !call->post) return 1;
  const int status = know_conf(call) ? talk(call, &conf) : 1;
  return chained ? status : 1;
}

/* git also takes a repository that lies elsewhere for one below a root where a link there names
 * it. */
static int run_forwarder(struct call* call) {
  char own[PATH_MAX];
  if (!asks_host(call, call->hook)) return become_own_hook(call);
  if (call->probe) return run(call);
  if (call->commands && find_own_hook(call, call->hook, own)) return become_own_hook(call);
  if (!know_conf(call)) {
    drain_input();
    return 1;
  }
  return may_be_served(&conf, git_directory()) ? run(call) : become_own_hook(call);
}

int main(int argc, char** argv) {
  static struct call call;
  if (client_mark[0] == '\0' || !have_standard_descriptors()) return 1;
  const char* program = argc > 0 ? argv[0] : "";
  const char* slash = strrchr(program, '/');
  const char* name = slash == NULL ? program : slash + 1;
  if (argc == 2 && strcmp(name, "rcx-hook") == 0 && strcmp(argv[1], "--version") == 0) {
    return print_version();
  }
  call.pipe_signal_default = signal(SIGPIPE, SIG_IGN) == SIG_DFL;
  const bool subversion = is_subversion(name);
  const bool mercurial = is_mercurial(name);
  call.pull = strcmp(name, RCX_WIRE_HG_PRE_PULL) == 0 || strcmp(name, RCX_WIRE_HG_PULL) == 0;
  call.post = strcmp(name, "post-receive") == 0 || strcmp(name, RCX_WIRE_HG_PUSH) == 0 ||
              strcmp(name, RCX_WIRE_HG_PULL) == 0 ||
              (subversion && strncmp(name, "post-", sizeof "post-" - 1) == 0);
  call.commands = strcmp(name, "proc-receive") == 0;
  call.single = call.commands || strcmp(name, "update") == 0;
  call.hook = name;
  call.arguments = argv;
  call.probe = argc == 2 && strcmp(argv[1], RCX_WIRE_PROBE) == 0;
  call.variables = environ;
  if (!find_directory(&call, program, name)) {
    drain_input();
    return refuse(&call, "cannot tell the directory of this hook", NULL);
  }
  if (is_pull(name)) return run_pull(&call);
  call.forwards = stands_for_many(&call);
  if (call.forwards) return run_forwarder(&call);
  if (mercurial && !call.probe && !asks_of_mercurial(&call)) return 0;
  if ((subversion || mercurial) && !leave_input_alone(subversion)) return 1;
  const bool known =
      call.post || call.single || subversion || mercurial || strcmp(name, "pre-receive") == 0;
  return known ? run(&call) : refuse_name(name);
}
