#include "parent.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

/* The name of the program, field 2, may hold spaces and parentheses: what counts comes behind the
 * last one that closes. */
static uint64_t parse_start(const char* stat) {
  enum { kNameField = 2, kStartField = 22 };
  const char* next = strrchr(stat, ')');
  for (int field = kNameField; next != NULL && field < kStartField; ++field) {
    next = strchr(next, ' ');
    if (next != NULL) ++next;
  }
  uint64_t start = 0;
  for (; next != NULL && *next >= '0' && *next <= '9'; ++next) {
    start = start * 10 + (uint64_t)(*next - '0');
  }
  return start;
}

void read_parent(uint32_t* pid, uint64_t* start) {
  *pid = (uint32_t)getppid();
  *start = 0;
  struct number number;
  char path[64];
  join(path, sizeof path, "/proc/", decimal(&number, *pid), "/stat", NULL);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  char stat[1024];
  const ssize_t size = read(fd, stat, sizeof stat - 1);
  close(fd);
  if (size <= 0) return;
  stat[size] = '\0';
  *start = parse_start(stat);
}
