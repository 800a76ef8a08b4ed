#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "host/event/wire.h"
#include "packets.h"
#include "parent.h"
#include "text.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

/* Where the request grows. The first failure stays, and `end` goes on counting, so that the reading
 * of standard input need not stop for it. */
struct writer {
  int fd;
  int error; /* errno; EFBIG: above RCX_WIRE_REQUEST_MAX */
  uint64_t end;
};

static unsigned char chunk[64 * 1024];

static void fail(struct writer* out, int error) {
  if (out->error == 0) out->error = error;
  /* Nobody needs what has come so far, and git may have much more to say. */
  if (out->fd >= 0) close(out->fd);
  out->fd = -1;
}

static void write_at(struct writer* out, const void* data, size_t size, uint64_t offset) {
  const char* next = data;
  while (size > 0 && out->error == 0) {
    const ssize_t written = pwrite(out->fd, next, size, (off_t)offset);
    if (written < 0) {
      if (errno != EINTR) fail(out, errno);
      continue;
    }
    next += written;
    size -= (size_t)written;
    offset += (uint64_t)written;
  }
}

static void put(struct writer* out, const void* data, size_t size) {
  if (out->error == 0 && out->end + size > RCX_WIRE_REQUEST_MAX) fail(out, EFBIG);
  write_at(out, data, size, out->end);
  out->end += size;
}

/* One piece of standard input in `chunk`: its size, 0 at the end, -1 and errno. */
static ssize_t read_input(void) {
  for (;;) {
    const ssize_t size = read(STDIN_FILENO, chunk, sizeof chunk);
    if (size >= 0) return size;
    if (errno == EAGAIN) {
      struct pollfd more = {.fd = STDIN_FILENO, .events = POLLIN};
      poll(&more, 1, -1);
    } else if (errno != EINTR) {
      return -1;
    }
  }
}

uint64_t drain_input(void) {
  uint64_t total = 0;
  for (ssize_t size; (size = read_input()) > 0;) total += (uint64_t)size;
  return total;
}

int make_memfd(void) {
  const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  int fd = memfd_create("rcx-request", flags | MFD_NOEXEC_SEAL);
  /* Linux before 6.3 does not know the flag; later ones can be told to insist on it. */
  if (fd < 0 && errno == EINVAL) fd = memfd_create("rcx-request", flags);
  return fd;
}

/* The payloads of packets, each as one line, until a flush. */
static bool put_packets(struct writer* to) {
  for (;;) {
    const ssize_t size = read_packet((char*)chunk, sizeof chunk);
    if (size < 0) fail(to, errno);
    if (size < 0 || size == kFlushed) return size == kFlushed;
    put(to, chunk, (size_t)size);
    if (chunk[size - 1] != '\n') put(to, "\n", 1);
  }
}

/* What git offers, which is answered, then its commands. It keeps the pipe open for the report. */
static void put_commands(struct writer* to) {
  static const char version[] = "version=1\n";
  const bool known = put_packets(to);
  if (known && write_packet(version, sizeof version - 1) && write_flush()) {
    put_packets(to);
  } else if (known) {
    fail(to, errno);
  }
}

/* Strings that follow each other in memory, as the kernel lays them out, are written at once. */
static rcx_wire_section put_strings(struct writer* out, char** strings) {
  rcx_wire_section section = {.offset = out->end};
  while (*strings != NULL) {
    const char* begin = *strings;
    const char* end = begin;
    while (*strings != NULL && *strings == end) end += strlen(*strings++) + 1;
    put(out, begin, (size_t)(end - begin));
  }
  section.size = out->end - section.offset;
  return section;
}

static rcx_wire_section put_text(struct writer* out, const char* text) {
  const rcx_wire_section section = {.offset = out->end, .size = strlen(text)};
  put(out, text, section.size);
  return section;
}

static rcx_wire_section put_directory(struct writer* out) {
  char directory[PATH_MAX];
  if (getcwd(directory, sizeof directory) == NULL) {
    fail(out, errno);
    directory[0] = '\0';
  }
  return put_text(out, directory);
}

/* RFC 9562, version 7: milliseconds since 1970 in 48 bits, the rest random. */
static bool make_event_id(uint8_t id[16], const struct timespec* now) {
  if (getrandom(id, 16, 0) != 16) return false;
  const uint64_t milliseconds = (uint64_t)now->tv_sec * 1000 + (uint64_t)now->tv_nsec / 1000000;
  for (unsigned i = 0; i < 6; ++i) id[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
  id[6] = (uint8_t)(0x70 | (id[6] & 0x0f));
  id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
  return true;
}

static bool explain(const struct call* call, const struct writer* out) {
  if (out->error == EFBIG) {
    struct number size;
    struct number limit;
    refuse(call, "the request of this hook has ", decimal(&size, out->end), " bytes, the limit is ",
           decimal(&limit, RCX_WIRE_REQUEST_MAX), NULL);
    say(call->pull ? "fetch less at a time" : "push fewer references at a time", NULL);
  } else {
    refuse(call, "cannot make the request for the host: ", strerror(out->error), NULL);
  }
  return false;
}

static rcx_wire_request head = {
    .magic = RCX_WIRE_MAGIC, .version = RCX_WIRE_VERSION, .header_size = sizeof head};
static struct writer out;

bool begin_request(struct call* call) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  head.time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;

  /* The input comes first, right behind the head: reading it depends on nothing. */
  out.fd = make_memfd();
  out.end = sizeof head;
  if (out.fd < 0) fail(&out, errno);
  head.input.offset = out.end;
  if (call->commands && !call->probe) {
    put_commands(&out);
  } else if (call->place == NULL) {
    ssize_t size = 0;
    while ((size = read_input()) > 0) put(&out, chunk, (size_t)size);
    if (size < 0 && out.error == 0) fail(&out, errno);
  }
  head.input.size = out.end - head.input.offset;
  if (!make_event_id(head.event_id, &now)) fail(&out, errno);
  if (out.error != 0) return explain(call, &out);

  call->request = out.fd;
  call->input_offset = head.input.offset;
  call->input_size = head.input.size;
  return true;
}

bool begin_next_request(struct call* call) {
  const int first = call->request;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  head.time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
  out = (struct writer){.fd = make_memfd(), .end = sizeof head};
  if (out.fd < 0) fail(&out, errno);
  off_t from = (off_t)call->input_offset;
  while (out.error == 0 && out.end < sizeof head + call->input_size) {
    const ssize_t size = pread(first, chunk, sizeof chunk, from);
    if (size <= 0) {
      if (size == 0 || errno != EINTR) fail(&out, size == 0 ? EIO : errno);
      continue;
    }
    const uint64_t left = sizeof head + call->input_size - out.end;
    put(&out, chunk, (uint64_t)size < left ? (size_t)size : (size_t)left);
    from += size;
  }
  if (!make_event_id(head.event_id, &now)) fail(&out, errno);
  close(first);
  if (out.error != 0) return explain(call, &out);
  call->request = out.fd;
  call->finished = false;
  call->heard = false;
  return true;
}

bool finish_request(struct call* call) {
  if (call->finished) return true;
  head.hook = put_text(&out, call->hook);
  head.arguments = put_strings(&out, call->arguments + 1);
  head.variables = put_strings(&out, call->variables);
  head.directory = call->place == NULL ? put_directory(&out) : put_text(&out, call->place);
  read_parent(&head.parent_pid, &head.parent_start);
  write_at(&out, &head, sizeof head, 0);
  if (out.error == 0 &&
      fcntl(out.fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    fail(&out, errno);
  }
  if (out.error != 0) return explain(call, &out);
  call->finished = true;
  return true;
}

/* Nanoseconds since 1970 in 16 digits, then the event's id. */
void request_name(char name[kRequestNameSize]) {
  static const char digits[] = "0123456789abcdef";
  size_t used = 0;
  for (int shift = 60; shift >= 0; shift -= 4) {
    name[used++] = digits[((uint64_t)head.time_ns >> shift) & 15];
  }
  name[used++] = '-';
  for (unsigned i = 0; i < sizeof head.event_id; ++i) {
    name[used++] = digits[head.event_id[i] >> 4];
    name[used++] = digits[head.event_id[i] & 15];
  }
  name[used] = '\0';
}
