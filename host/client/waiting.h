/* Time: how long the call may take, and telling the user while it does. Milliseconds. */
#ifndef RCX_HOST_CLIENT_WAITING_H
#define RCX_HOST_CLIENT_WAITING_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct waiting {
  uint64_t start;
  uint64_t deadline;    /* of the whole call */
  uint64_t next_notice; /* when to tell the user that the client waits */
  const char* notice;   /* the file in which the host says why, if it does; NULL: do not look */
};

uint64_t clock_ms(void);

void waiting_start(struct waiting* waiting, uint64_t timeout_ms);

/* Tells the user that the client waits, when it is time for that. */
void waiting_notice(struct waiting* waiting);

/* The user has just been shown something: the next notice can wait. */
void waiting_shown(struct waiting* waiting);

/* A worker has the call. It says itself what takes long, after a second; the client speaks up where
 * it does not. */
void waiting_served(struct waiting* waiting);

/* Waits until a descriptor is ready: true. False once `until` or the deadline has come. */
bool wait_until(struct waiting* waiting, struct pollfd* descriptors, nfds_t count, uint64_t until);

#endif /* RCX_HOST_CLIENT_WAITING_H */
