#include "single.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "host/event/wire.h"
#include "own.h"
#include "packets.h"
#include "parent.h"
#include "text.h"

enum { kMarkSize = 96 };

bool client_stands(const struct call* call, const char* hook) {
  char path[PATH_MAX];
  if (!join(path, sizeof path, call->directory, "/", hook, NULL) || !is_client(path)) return false;
  if (!call->forwards) return true;
  /* A repository's own proc-receive runs instead; its update runs as well. */
  return asks_host(call, hook) &&
         (strcmp(hook, "proc-receive") != 0 || !find_own_hook(call, hook, path));
}

/* In the working directory, which is the repository. False where the process cannot be told from a
 * later one with its pid: then there is no such file. */
static bool mark_name(char name[kMarkSize]) {
  uint32_t parent = 0;
  uint64_t start = 0;
  struct number pid_text;
  struct number start_text;
  read_parent(&parent, &start);
  return start != 0 && join(name, kMarkSize, "rcx-unjudged-", decimal(&pid_text, parent), "-",
                            decimal(&start_text, start), NULL);
}

void tell_unjudged(const struct call* call) {
  if (!client_stands(call, "proc-receive") && !client_stands(call, "update")) return;
  char name[kMarkSize];
  if (!mark_name(name)) return;
  const int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0) close(fd);
}

bool passed_unjudged(void) {
  char name[kMarkSize];
  return mark_name(name) && access(name, F_OK) == 0;
}

void forget_unjudged(void) {
  char name[kMarkSize];
  if (mark_name(name)) unlink(name);
}

/* `ok REF` and that git shall go on with it, or `ng REF REASON`. */
static bool report(const char* ref, size_t size, const char* reason) {
  static const char fall_through[] = "option fall-through";
  static char line[PATH_MAX + 512];
  const size_t more = reason == NULL ? 0 : 1 + strlen(reason);
  if (3 + size + more > sizeof line) return false;
  memcpy(line, reason == NULL ? "ok " : "ng ", 3);
  memcpy(line + 3, ref, size);
  if (reason != NULL) {
    line[3 + size] = ' ';
    memcpy(line + 4 + size, reason, more - 1);
  }
  return write_packet(line, 3 + size + more) &&
         (reason != NULL || write_packet(fall_through, sizeof fall_through - 1));
}

/* The name in `OLD NEW NAME`. */
static const char* find_name(const char* line, const char* end) {
  for (int space = 0; space < 2 && line != NULL; ++space) {
    line = memchr(line, ' ', (size_t)(end - line));
    if (line != NULL) ++line;
  }
  return line;
}

static bool report_lines(const char* line, const char* end, const char* reason) {
  bool command = false; /* the first line is what git offers */
  while (line < end) {
    const char* next = memchr(line, '\n', (size_t)(end - line));
    if (next == NULL) return false;
    const char* name = command ? find_name(line, next) : NULL;
    if (command && (name == NULL || !report(name, (size_t)(next - name), reason))) return false;
    command = true;
    line = next + 1;
  }
  return write_flush();
}

int report_all(const struct call* call, const char* reason) {
  const size_t size = (size_t)(call->input_offset + call->input_size);
  char* request = mmap(NULL, size, PROT_READ, MAP_PRIVATE, call->request, 0);
  if (request == MAP_FAILED) return 1;
  const bool told = report_lines(request + call->input_offset, request + size, reason);
  munmap(request, size);
  return told ? 0 : 1;
}
