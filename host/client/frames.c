#include "frames.h"

#include <string.h>

#include "text.h"

void frames_reset(struct frames* frames) {
  frames->begin = 0;
  frames->end = 0;
  frames->sequence = 0;
  frames->wrong[0] = '\0';
}

unsigned char* frames_room(struct frames* frames, size_t* size) {
  if (frames->begin > 0) {
    memmove(frames->data, frames->data + frames->begin, frames->end - frames->begin);
    frames->end -= frames->begin;
    frames->begin = 0;
  }
  *size = sizeof frames->data - frames->end;
  return frames->data + frames->end;
}

static enum frame_state broken(struct frames* frames, const char* what, uint64_t got,
                               const char* but, uint64_t wanted) {
  struct number got_text;
  struct number wanted_text;
  join(frames->wrong, sizeof frames->wrong, what, decimal(&got_text, got), but,
       decimal(&wanted_text, wanted), NULL);
  return FRAME_BROKEN;
}

static enum frame_state check(struct frames* frames, const rcx_wire_frame* head) {
  if (head->size > RCX_WIRE_FRAME_MAX) {
    return broken(frames, "a frame of ", head->size, " bytes, the limit is ", RCX_WIRE_FRAME_MAX);
  }
  if (head->sequence != frames->sequence + 1) {
    return broken(frames, "a frame with number ", head->sequence, ", wanted ",
                  (uint64_t)frames->sequence + 1);
  }
  const bool numbered = head->type == RCX_WIRE_FRAME_HELLO || head->type == RCX_WIRE_FRAME_VERDICT;
  if (numbered && head->size < sizeof(uint32_t)) {
    return broken(frames, head->type == RCX_WIRE_FRAME_HELLO ? "a HELLO of " : "a VERDICT of ",
                  head->size, " bytes, wanted at least ", sizeof(uint32_t));
  }
  return FRAME_WHOLE;
}

enum frame_state frames_next(struct frames* frames, struct frame* frame) {
  const size_t have = frames->end - frames->begin;
  rcx_wire_frame head;
  if (have < sizeof head) return FRAME_NONE;
  memcpy(&head, frames->data + frames->begin, sizeof head);
  if (check(frames, &head) == FRAME_BROKEN) return FRAME_BROKEN;
  if (have < sizeof head + head.size) return FRAME_NONE;
  frame->type = head.type;
  frame->size = head.size;
  frame->payload = frames->data + frames->begin + sizeof head;
  frames->begin += sizeof head + head.size;
  frames->sequence = head.sequence;
  return FRAME_WHOLE;
}

uint32_t frame_number(const struct frame* frame) {
  uint32_t number = 0;
  memcpy(&number, frame->payload, sizeof number);
  return number;
}
