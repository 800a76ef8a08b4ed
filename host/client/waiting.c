#include "waiting.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

enum { kFirstNotice = 1000, kNextNotice = 10000, kServedNotice = 2500 };

static uint64_t earlier(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

uint64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void waiting_start(struct waiting* waiting, uint64_t timeout_ms) {
  waiting->start = clock_ms();
  waiting->deadline = waiting->start + timeout_ms;
  waiting->next_notice = waiting->start + kFirstNotice;
  waiting->notice = NULL;
}

void waiting_shown(struct waiting* waiting) {
  waiting->next_notice = clock_ms() + kNextNotice;
}

void waiting_served(struct waiting* waiting) {
  const uint64_t next = clock_ms() + kServedNotice;
  if (waiting->next_notice < next) waiting->next_notice = next;
}

/* One line, without its end. Empty where the host says nothing. */
static void read_notice(const char* path, char* line, size_t size) {
  line[0] = '\0';
  const int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return;
  const ssize_t got = read(fd, line, size - 1);
  close(fd);
  line[got > 0 ? got : 0] = '\0';
  line[strcspn(line, "\n")] = '\0';
}

void waiting_notice(struct waiting* waiting) {
  const uint64_t now = clock_ms();
  if (now < waiting->next_notice) return;
  const uint64_t waited = (now - waiting->start) / 1000;
  char why[200];
  read_notice(waiting->notice, why, sizeof why);
  const char* before = why[0] == '\0' ? "" : ": ";
  if (waited < kNextNotice / 1000) {
    say("waiting for the host to answer", before, why, NULL);
  } else {
    struct number number;
    say("waiting for the host to answer, for ", decimal(&number, waited), " s so far", before, why,
        NULL);
  }
  waiting->next_notice = waiting->start + (waited / 10 + 1) * kNextNotice;
}

bool wait_until(struct waiting* waiting, struct pollfd* descriptors, nfds_t count, uint64_t until) {
  until = earlier(until, waiting->deadline);
  for (;;) {
    const uint64_t now = clock_ms();
    if (now >= until) return false;
    waiting_notice(waiting);
    const uint64_t wake = earlier(until, waiting->next_notice);
    if (poll(descriptors, count, (int)(wake - now)) > 0) return true;
  }
}
