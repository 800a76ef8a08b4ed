/* Frames from a worker (host/event/wire.h): bytes go in as they come, whole frames come out. */
#ifndef RCX_HOST_CLIENT_FRAMES_H
#define RCX_HOST_CLIENT_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "host/event/wire.h"

struct frames {
  size_t begin; /* of the first byte that is no part of a frame already taken */
  size_t end;
  uint32_t sequence; /* of the last frame taken */
  char wrong[128];   /* after FRAME_BROKEN: what is */
  unsigned char data[sizeof(rcx_wire_frame) + RCX_WIRE_FRAME_MAX];
};

struct frame {
  uint32_t type;
  uint32_t size;
  const unsigned char* payload; /* until the next frames_room */
};

enum frame_state { FRAME_NONE, FRAME_WHOLE, FRAME_BROKEN };

/* Forgets everything: a new connection. */
void frames_reset(struct frames* frames);

/* Where the next bytes go, and how many may; never 0 once frames_next has said FRAME_NONE. Add what
 * came to `end`. */
unsigned char* frames_room(struct frames* frames, size_t* size);

enum frame_state frames_next(struct frames* frames, struct frame* frame);

/* The number that the payload of a HELLO or VERDICT frame begins with. */
uint32_t frame_number(const struct frame* frame);

#endif /* RCX_HOST_CLIENT_FRAMES_H */
