#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "conf.h"
#include "request.h"
#include "text.h"

static bool copy(int from, int to) {
  struct stat status;
  if (fstat(from, &status) != 0) return false;
  off_t offset = 0;
  while (offset < status.st_size) {
    const ssize_t sent = sendfile(to, from, &offset, (size_t)(status.st_size - offset));
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
  }
  return fsync(to) == 0;
}

/* A name is there after a crash of the machine only when the directory was written as well. */
static bool keep_name(const char* directory) {
  const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool kept = fsync(fd) == 0;
  close(fd);
  return kept;
}

bool spool(struct call* call, const struct conf* conf) {
  char name[kRequestNameSize];
  char fresh[PATH_MAX];
  char path[PATH_MAX];
  if (conf->spool_directory[0] == '\0') {
    errno = ENOENT;
    return false;
  }
  if (!finish_request(call)) {
    errno = EINVAL;
    return false;
  }
  request_name(name);
  if (!join(fresh, sizeof fresh, conf->spool_directory, "/.", name, NULL) ||
      !join(path, sizeof path, conf->spool_directory, "/", name, NULL)) {
    errno = ENAMETOOLONG;
    return false;
  }
  const int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  if (copy(call->request, fd) && rename(fresh, path) == 0 && keep_name(conf->spool_directory)) {
    close(fd);
    return true;
  }
  const int error = errno;
  unlink(fresh);
  close(fd);
  errno = error;
  return false;
}
