#include "own.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "host/event/wire.h"
#include "place.h"
#include "text.h"

bool is_client(const char* path) {
  static const char mark[] = RCX_WIRE_CLIENT_MARK;
  if (access(path, X_OK) != 0) return false;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  bool found = false;
  if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > 0) {
    const size_t size = (size_t)status.st_size;
    void* bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    found = bytes != MAP_FAILED && memmem(bytes, size, mark, sizeof mark - 1) != NULL;
    if (bytes != MAP_FAILED) munmap(bytes, size);
  }
  if (fd >= 0) close(fd);
  return found;
}

/* A short file beside a hook, with an end of line before and behind all of it. */
struct beside {
  size_t size;
  char text[PATH_MAX + 3];
};

static bool read_beside(const char* directory, const char* name, struct beside* file) {
  char path[PATH_MAX];
  if (!join(path, sizeof path, directory, "/", name, NULL)) return false;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t size = read(fd, file->text + 1, PATH_MAX);
  close(fd);
  if (size < 0) return false;
  file->size = (size_t)size + 2;
  file->text[0] = '\n';
  file->text[file->size - 1] = '\n';
  file->text[file->size] = '\0';
  return true;
}

bool stands_for_many(const struct call* call) {
  char path[PATH_MAX];
  return join(path, sizeof path, call->directory, "/" RCX_WIRE_FORWARDS_FILE, NULL) &&
         access(path, F_OK) == 0;
}

bool asks_host(const struct call* call, const char* hook) {
  struct beside forwards;
  char line[PATH_MAX];
  return read_beside(call->directory, RCX_WIRE_FORWARDS_FILE, &forwards) &&
         join(line, sizeof line, "\n", hook, "\n", NULL) && strstr(forwards.text, line) != NULL;
}

static bool same_instance(const char* one, const char* other) {
  struct beside first;
  struct beside second;
  if (!read_beside(one, RCX_WIRE_INSTANCE_FILE, &first) ||
      !read_beside(other, RCX_WIRE_INSTANCE_FILE, &second)) {
    return false;
  }
  const size_t size = strcspn(first.text + 1, "\n");
  return size == strcspn(second.text + 1, "\n") &&
         memcmp(first.text + 1, second.text + 1, size) == 0;
}

bool find_own_hook(const struct call* call, const char* hook, char path[PATH_MAX]) {
  char repository[PATH_MAX];
  char hooks[PATH_MAX];
  if (!common_directory(repository) || !join(hooks, sizeof hooks, repository, "/hooks", NULL) ||
      !join(path, PATH_MAX, hooks, "/", hook, NULL)) {
    return false;
  }
  if (!is_client(path) || !same_instance(call->directory, hooks)) return access(path, X_OK) == 0;
  return join(path, PATH_MAX, hooks, "/", hook, RCX_WIRE_CHAINED_SUFFIX, NULL) &&
         access(path, X_OK) == 0;
}
