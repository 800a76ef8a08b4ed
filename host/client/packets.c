#include "packets.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { kHead = 4 };

static bool read_whole(char* out, size_t size) {
  while (size > 0) {
    const ssize_t got = read(STDIN_FILENO, out, size);
    if (got == 0) errno = EPROTO;
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return false;
    if (got < 0 && errno == EAGAIN) {
      struct pollfd more = {.fd = STDIN_FILENO, .events = POLLIN};
      poll(&more, 1, -1);
    }
    if (got < 0) continue;
    out += got;
    size -= (size_t)got;
  }
  return true;
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

ssize_t read_packet(char* payload, size_t room) {
  char head[kHead];
  if (!read_whole(head, sizeof head)) return -1;
  size_t size = 0;
  for (int i = 0; i < kHead; ++i) {
    const int value = digit(head[i]);
    if (value < 0) size = kHead;
    if (value < 0) break;
    size = size * 16 + (size_t)value;
  }
  if (size == 0) return kFlushed;
  if (size <= kHead || size - kHead > room) {
    errno = EPROTO;
    return -1;
  }
  return read_whole(payload, size - kHead) ? (ssize_t)(size - kHead) : -1;
}

bool write_report(const void* packets, size_t size) {
  const char* next = packets;
  while (size > 0) {
    const ssize_t written = write(STDOUT_FILENO, next, size);
    if (written < 0 && errno == EAGAIN) {
      struct pollfd room = {.fd = STDOUT_FILENO, .events = POLLOUT};
      poll(&room, 1, -1);
    } else if (written < 0 && errno != EINTR) {
      return false;
    }
    if (written < 0) continue;
    next += written;
    size -= (size_t)written;
  }
  return true;
}

bool write_packet(const char* payload, size_t size) {
  static const char digits[] = "0123456789abcdef";
  const size_t whole = size + kHead;
  const char head[kHead] = {digits[whole >> 12 & 15], digits[whole >> 8 & 15],
                            digits[whole >> 4 & 15], digits[whole & 15]};
  return write_report(head, sizeof head) && write_report(payload, size);
}

bool write_flush(void) {
  return write_report("0000", kHead);
}
