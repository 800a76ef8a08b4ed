/* The client's end of the socket: what a worker sends, in pieces of a size that the first byte
 * says. Includes the source for what no header shows. */
#include <stdlib.h>
#include <unistd.h>

#define write_text write_text_nowhere
#include "host/client/talk.c" /* NOLINT(bugprone-suspicious-include) */
#undef write_text

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer names it */
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static volatile unsigned char seen;

void write_text_nowhere(const void* data, size_t size) {
  const unsigned char* bytes = data;
  for (size_t i = 0; i < size; ++i) seen = seen ^ bytes[i];
}

static void require(bool holds) {
  if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static struct call call;
  static struct conf conf;
  int ends[2];
  require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  struct talk talk = {.call = &call,
                      .conf = &conf,
                      .attempt = 1,
                      .link = {.socket = ends[0], .worker = -1},
                      .status = -1};
  frames_reset(&frames);
  const size_t piece = (size_t)data[0] + 1;
  enum outcome outcome = MORE;
  for (size_t at = 1; at < size && outcome != BROKEN && outcome != VERDICT; at += piece) {
    const size_t part = size - at < piece ? size - at : piece;
    require(send(ends[1], data + at, part, MSG_NOSIGNAL) == (ssize_t)part);
    do {
      outcome = receive(&talk);
    } while (outcome == MORE);
    require(outcome == DRAINED || outcome == BROKEN || outcome == VERDICT);
    require(frames.begin <= frames.end && frames.end <= sizeof frames.data);
  }
  require(outcome != VERDICT || (talk.worker != 0 && (talk.status == 0 || talk.status == 1)));
  require(outcome != BROKEN || frames.wrong[0] != '\0');
  link_close(&talk.link);
  close(ends[1]);
  return 0;
}
