#include "front.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "conf.h"
#include "host/event/wire.h"
#include "place.h"
#include "request.h"
#include "talk.h"
#include "text.h"

enum { kPatience = 5000 }; /* milliseconds, for a client that is refused to hear it */

enum { kOptions = 8, kNotServed = 128, kWrongArguments = 129 };

struct request {
  bool http;
  bool post;            /* HTTP: what a client sends, not what it asks for */
  bool passed;          /* a push: its hooks ask the host */
  bool file;            /* a file of the repository, which git is told not to hand out */
  bool strict;          /* the directory is the repository itself: nothing else is tried */
  const char* name;     /* of the repository, as it was named */
  char asked[PATH_MAX]; /* HTTP: the name and what is wanted of it */
  char path[PATH_MAX];  /* HTTP: the name alone */
  char place[PATH_MAX]; /* the directory of the repository: git is told this, and nothing else */
  char* options[kOptions];
};

static bool is_http(const char* name) {
  return strcmp(name, RCX_WIRE_HTTP_BACKEND) == 0;
}

bool is_front(const char* name) {
  return is_http(name) || strcmp(name, RCX_WIRE_UPLOAD_PACK) == 0 ||
         strcmp(name, RCX_WIRE_UPLOAD_ARCHIVE) == 0;
}

static const char* variable(const char* name) {
  const char* value = getenv(name);
  return value == NULL ? "" : value;
}

/* The digits that `text` begins with. strtoul would bring standard I/O along. */
static uint64_t number_in(const char* text) {
  uint64_t value = 0;
  for (; *text >= '0' && *text <= '9' && value < UINT64_MAX / 100; ++text) {
    value = value * 10 + (uint64_t)(*text - '0');
  }
  return value;
}

/* Takes `end` off the name, where that ends with it. */
static bool cut_end(char* name, const char* end) {
  const size_t size = strlen(name);
  const size_t length = strlen(end);
  if (size < length || strcmp(name + size - length, end) != 0) return false;
  name[size - length] = '\0';
  return true;
}

/* Such paths lead out of GIT_PROJECT_ROOT, and git serves none of them. */
static bool is_aliased(const char* info) {
  if (info[0] != '/') return true;
  while (*info == '/') {
    const size_t size = strcspn(++info, "/");
    if (size == 0 && *info == '/') return true;
    if (size > 0 && size < 3 && strspn(info, ".") == size) return true;
    info += size;
  }
  return false;
}

/* As git's own http-backend reads it. What is none of the services is a file: `/HEAD`, or one below
 * `/objects/`. False where no repository has such a name. */
static bool read_http(struct request* request) {
  const char* root = variable("GIT_PROJECT_ROOT");
  const char* info = root[0] == '\0' ? "" : variable("PATH_INFO");
  const char* start = root[0] == '\0' ? variable("PATH_TRANSLATED") : root;
  char* name = request->path;
  request->http = true;
  request->post = strcmp(variable("REQUEST_METHOD"), "POST") == 0;
  request->name = request->asked;
  if (!join(request->asked, sizeof request->asked, start, info, NULL)) return false;
  if (root[0] != '\0' && is_aliased(info)) return false;
  request->name = name;
  join(name, sizeof request->path, request->asked, NULL);
  if (cut_end(name, "/info/refs")) {
    request->passed = strcmp(variable("QUERY_STRING"), "service=git-receive-pack") == 0;
  } else if (cut_end(name, "/git-receive-pack")) {
    request->passed = true;
  } else if (!cut_end(name, "/git-upload-pack") && !cut_end(name, "/git-upload-archive")) {
    request->file = true;
    char* objects = NULL;
    for (char* next = name; (next = strstr(next, "/objects/")) != NULL;) objects = next++;
    if (!cut_end(name, "/HEAD") && objects != NULL) *objects = '\0';
  }
  return true;
}

/* Of git-upload-pack: how many words the option takes, 0 for what is none. git understands more
 * ways to write them, which nobody needs. */
static int words_of_option(const char* word) {
  static const char* const alone[] = {"--strict", "--no-strict", "--stateless-rpc",
                                      "--advertise-refs", "--http-backend-info-refs"};
  for (size_t i = 0; i < sizeof alone / sizeof *alone; ++i) {
    if (strcmp(word, alone[i]) == 0) return 1;
  }
  if (strcmp(word, "--timeout") == 0) return 2;
  return strncmp(word, "--timeout=", strlen("--timeout=")) == 0 ? 1 : 0;
}

/* Options may stand behind the directory as well. git-upload-archive has none. */
static bool read_arguments(const struct call* call, struct request* request) {
  const bool options = strcmp(call->hook, RCX_WIRE_UPLOAD_PACK) == 0;
  size_t used = 0;
  for (char** next = call->arguments + 1; *next != NULL; ++next) {
    int words = options ? words_of_option(*next) : 0;
    if (words == 0) {
      if (request->name != NULL || (options && **next == '-')) return false;
      request->name = *next;
      continue;
    }
    if (strcmp(*next, "--strict") == 0) request->strict = true;
    if (strcmp(*next, "--no-strict") == 0) request->strict = false;
    for (; words > 0; --words) {
      if (*next == NULL || used == kOptions) return false;
      request->options[used++] = *next;
      if (words > 1) ++next;
    }
  }
  return request->name != NULL;
}

/* ---- Becoming git ---- */

static bool set_config(unsigned place, const char* key, const char* value) {
  struct number number;
  char name[64];
  join(name, sizeof name, "GIT_CONFIG_KEY_", decimal(&number, place), NULL);
  if (setenv(name, key, 1) != 0) return false;
  join(name, sizeof name, "GIT_CONFIG_VALUE_", decimal(&number, place), NULL);
  return setenv(name, value, 1) == 0;
}

/* git starts a shell for what is no plain path. */
static bool quote(const char* path, char* out, size_t size) {
  static const char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,@%";
  if (path[strspn(path, plain)] == '\0') return join(out, size, path, NULL);
  return strchr(path, '\'') == NULL && join(out, size, "'", path, "'", NULL);
}

/* Every pack is asked about, whatever git is configured to, and nothing leaves that is no pack. */
static bool configure(const struct call* call) {
  char path[PATH_MAX];
  char hook[PATH_MAX + 2];
  struct number number;
  const uint64_t before = number_in(variable("GIT_CONFIG_COUNT"));
  if (before > 1000) return false;
  const unsigned place = (unsigned)before;
  return join(path, sizeof path, call->directory, "/" RCX_WIRE_PACK_OBJECTS, NULL) &&
         quote(path, hook, sizeof hook) && set_config(place, "uploadpack.packObjectsHook", hook) &&
         set_config(place + 1, "http.getanyfile", "false") &&
         set_config(place + 2, "http.uploadarchive", "false") &&
         setenv("GIT_CONFIG_COUNT", decimal(&number, place + 3), 1) == 0;
}

static int cannot_run(void) {
  say("git cannot be run: ", strerror(errno), NULL);
  return 1;
}

/* `git http-backend` would be a process more, since it is no part of git itself: the link leads to
 * where those programs are. */
static int become_backend(const struct call* call) {
  static char* const arguments[] = {"git", "http-backend", NULL};
  char path[PATH_MAX];
  if (call->pipe_signal_default) signal(SIGPIPE, SIG_DFL);
  if (join(path, sizeof path, call->directory, "/exec-path/" RCX_WIRE_HTTP_BACKEND, NULL)) {
    execv(path, call->arguments);
  }
  execvp(arguments[0], arguments);
  return cannot_run();
}

/* git looks for the repository again, and must find the one that was asked about: it is told where
 * that lies. */
static int become_git(const struct call* call, struct request* request) {
  if (request->http) {
    const char* wanted = request->asked + strlen(request->path);
    if (!join(request->path, sizeof request->path, request->place, wanted, NULL)) {
      errno = ENAMETOOLONG;
      return cannot_run();
    }
    unsetenv("GIT_PROJECT_ROOT");
    return setenv("PATH_TRANSLATED", request->path, 1) == 0 ? become_backend(call) : cannot_run();
  }
  static char command[64];
  char* arguments[kOptions + 4] = {"git", command};
  join(command, sizeof command, call->hook + strlen("git-"), NULL);
  size_t count = 2;
  for (char** option = request->options; count < kOptions + 2 && *option != NULL; ++option) {
    arguments[count++] = *option;
  }
  arguments[count] = request->place;
  if (call->pipe_signal_default) signal(SIGPIPE, SIG_DFL);
  execvp(arguments[0], arguments);
  return cannot_run();
}

/* ---- Refusing ---- */

static void put(const char* data, size_t size) {
  while (size > 0) {
    const ssize_t written = write(STDOUT_FILENO, data, size);
    if (written < 0 && errno != EINTR) return;
    if (written <= 0) continue;
    data += written;
    size -= (size_t)written;
  }
}

static void put_text(const char* text) {
  put(text, strlen(text));
}

/* `fatal: remote error: TEXT`, in every version of git's protocol. */
static void put_error(void) {
  static const char digits[] = "0123456789abcdef";
  const struct answer* answer = kept_answer();
  size_t used = answer->size;
  while (used > 0 && answer->text[used - 1] == '\n') --used;
  const size_t size = 4 + strlen("ERR ") + used;
  const char length[] = {digits[size >> 12 & 15], digits[size >> 8 & 15], digits[size >> 4 & 15],
                         digits[size & 15]};
  put(length, sizeof length);
  put_text("ERR ");
  put(answer->text, used);
}

/* A client that still talks must not be hung up on before it listens. */
static void hear_out(const char* limit) {
  static char chunk[16 * 1024];
  uint64_t left = limit[0] == '\0' ? UINT64_MAX : number_in(limit);
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  while (left > 0 && poll(&input, 1, kPatience) > 0) {
    const size_t room = left < sizeof chunk ? (size_t)left : sizeof chunk;
    const ssize_t size = read(STDIN_FILENO, chunk, room);
    if (size <= 0) return;
    left -= (uint64_t)size;
  }
}

#define NOT_CACHED                                                 \
  "Expires: Fri, 01 Jan 1980 00:00:00 GMT\r\nPragma: no-cache\r\n" \
  "Cache-Control: no-cache, max-age=0, must-revalidate\r\n"

static int refuse_http(const struct request* request) {
  if (request->post) hear_out(variable("CONTENT_LENGTH"));
  put_text(NOT_CACHED "Content-Type: ");
  if (request->post) {
    put_text("application/x-git-upload-pack-result\r\n\r\n");
  } else {
    put_text(
        "application/x-git-upload-pack-advertisement\r\n\r\n"
        "001e# service=git-upload-pack\n0000");
  }
  put_error();
  /* The web server would make an error of its own of anything else. */
  return 0;
}

static int refuse_pull(const struct request* request) {
  if (request->http) return refuse_http(request);
  put_error();
  close(STDOUT_FILENO);
  hear_out("");
  return 1;
}

/* As git itself would say it. */
static int not_found(const struct request* request) {
  if (request->http) {
    put_text("Status: 404 Not Found\r\n" NOT_CACHED "\r\n");
    say("not a git repository: '", request->name, "'", NULL);
    return 0;
  }
  tell("fatal: '", request->name, "' does not appear to be a git repository", NULL);
  if (request->name[0] == '~') {
    say("homes are looked up in /etc/passwd: name the repository by its whole path", NULL);
  }
  return kNotServed;
}

static int wrong_arguments(const struct call* call) {
  const bool options = strcmp(call->hook, RCX_WIRE_UPLOAD_PACK) == 0;
  tell("usage: ", call->hook, options ? " [--strict] [--timeout=SECONDS]" : "", " DIRECTORY", NULL);
  return kWrongArguments;
}

int run_front(struct call* call, struct conf* conf) {
  static struct request request;
  const bool http = is_http(call->hook);
  const bool readable = http ? read_http(&request) : read_arguments(call, &request);
  if (http && request.passed) return become_backend(call);
  if (!http && !readable) return wrong_arguments(call);
  /* From here on: what the client says is for the person, in the words of git's protocol. */
  keep_answer();
  if (!read_conf(call, conf)) return refuse_pull(&request);
  if (!readable || !find_repository(request.name, request.strict, request.place)) {
    return not_found(&request);
  }
  if (!may_be_served(conf, request.place)) return become_git(call, &request);
  if (!request.file) {
    call->place = request.place;
    if (!begin_request(call) || talk(call, conf) != 0) return refuse_pull(&request);
  }
  if (!configure(call)) {
    refuse(call, "cannot configure git from ", call->directory, NULL);
    return refuse_pull(&request);
  }
  show_answer();
  return become_git(call, &request);
}
