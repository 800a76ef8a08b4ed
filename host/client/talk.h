/* Asking the host about one call, through as many workers as it takes. */
#ifndef RCX_HOST_CLIENT_TALK_H
#define RCX_HOST_CLIENT_TALK_H

struct call;
struct conf;

/* Shows what the host has to say, and returns the status to exit with, 0 or 1. */
int talk(struct call* call, const struct conf* conf);

#endif /* RCX_HOST_CLIENT_TALK_H */
