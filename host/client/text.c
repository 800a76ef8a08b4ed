#include "text.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "call.h"

/* Two paths and some words. What is longer is cut, and still ends with a newline. */
enum { kLineMax = 2 * PATH_MAX + 512 };

struct line {
  size_t size;
  char text[kLineMax];
};

static void append(struct line* line, const char* text) {
  for (; *text != '\0' && line->size < kLineMax - 1; ++text) {
    const unsigned char byte = (unsigned char)*text;
    const bool control = byte < 0x20 || byte == 0x7f;
    line->text[line->size++] = *(control ? "?" : text);
  }
}

static struct answer answer;
static bool keeps;

static void append_parts(struct line* line, const char* part, va_list parts) {
  for (; part != NULL; part = va_arg(parts, const char*)) append(line, part);
}

static void end_line(struct line* line) {
  line->text[line->size++] = '\n';
}

const char* decimal(struct number* room, uint64_t value) {
  char* digit = room->text + sizeof room->text - 1;
  *digit = '\0';
  do {
    *--digit = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  memmove(room->text, digit, (size_t)(room->text + sizeof room->text - digit));
  return room->text;
}

const char* duration(struct number* room, uint64_t milliseconds) {
  const bool whole = milliseconds % 1000 == 0;
  decimal(room, whole ? milliseconds / 1000 : milliseconds);
  const char* unit = whole ? " s" : " ms";
  memcpy(room->text + strlen(room->text), unit, strlen(unit) + 1);
  return room->text;
}

bool join(char* out, size_t size, ...) {
  va_list parts;
  va_start(parts, size);
  size_t used = 0;
  bool fits = true;
  for (const char* part; fits && (part = va_arg(parts, const char*)) != NULL;) {
    size_t length = strlen(part);
    fits = length < size - used;
    if (!fits) length = size - used - 1;
    memcpy(out + used, part, length);
    used += length;
  }
  out[used] = '\0';
  va_end(parts);
  return fits;
}

void write_text(const void* data, size_t size) {
  const char* next = data;
  while (size > 0) {
    const ssize_t written = write(STDERR_FILENO, next, size);
    if (written >= 0) {
      next += written;
      size -= (size_t)written;
    } else if (errno == EAGAIN) {
      struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

static void write_line(const char* before, const char* part, va_list parts) {
  struct line line;
  line.size = 0;
  append(&line, before);
  append_parts(&line, part, parts);
  end_line(&line);
  write_text(line.text, line.size);
}

void say(const char* part, ...) {
  va_list parts;
  va_start(parts, part);
  write_line("rcx: ", part, parts);
  va_end(parts);
}

void tell(const char* part, ...) {
  va_list parts;
  va_start(parts, part);
  write_line("", part, parts);
  va_end(parts);
}

const char* what_of(const struct call* call) {
  return call->pull ? "pull" : "push";
}

const char* done_of(const struct call* call) {
  return call->pull ? "the pack was sent" : "the push was accepted";
}

void write_answer(const void* data, size_t size) {
  if (!keeps) {
    write_text(data, size);
    return;
  }
  const size_t room = sizeof answer.text - answer.size;
  memcpy(answer.text + answer.size, data, size < room ? size : room);
  answer.size += size < room ? size : room;
}

void keep_answer(void) {
  keeps = true;
}

const struct answer* kept_answer(void) {
  return &answer;
}

void show_answer(void) {
  keeps = false;
  write_text(answer.text, answer.size);
}

static void begin_refusal(struct line* line, const struct call* call) {
  append(line, "rcx: ");
  if (call->probe) return;
  if (!call->post) {
    append(line, "refused: ");
  } else {
    append(line, done_of(call));
    append(line, call->heard ? ", but the extensions may not have been told: "
                             : ", but the extensions have not been told: ");
  }
}

int refuse(const struct call* call, const char* part, ...) {
  struct line line;
  line.size = 0;
  begin_refusal(&line, call);
  va_list parts;
  va_start(parts, part);
  append_parts(&line, part, parts);
  va_end(parts);
  end_line(&line);
  write_answer(line.text, line.size);
  return 1;
}

int refuse_unless(bool allow, const struct call* call, const char* part, ...) {
  const bool warn = allow && !call->post;
  struct line line;
  line.size = 0;
  if (warn) {
    append(&line, "rcx: warning: ");
  } else {
    begin_refusal(&line, call);
  }
  va_list parts;
  va_start(parts, part);
  append_parts(&line, part, parts);
  va_end(parts);
  if (warn) {
    append(&line, "; the ");
    append(&line, what_of(call));
    append(&line, " is allowed nevertheless (when_unreachable=allow)");
  }
  end_line(&line);
  write_answer(line.text, line.size);
  return allow ? 0 : 1;
}

void advise(const char* how) {
  struct line line;
  line.size = 0;
  append(&line, "rcx: the administrator can mend this: ");
  append(&line, how);
  end_line(&line);
  write_answer(line.text, line.size);
}
