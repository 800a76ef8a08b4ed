/* The connection to one worker. */
#ifndef RCX_HOST_CLIENT_LINK_H
#define RCX_HOST_CLIENT_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

struct link {
  int socket; /* -1: none */
  int worker; /* pidfd, -1 where the worker has not named itself, or cannot be seen from here */
};

/* Connects to the path, which wakes a worker: true. Else errno; never waits. */
bool link_open(struct link* link, const struct sockaddr_un* address);

/* Sends the request: true. Else errno. */
bool link_send(const struct link* link, int request, uint32_t attempt);

/* Tells a worker that has not begun with the call that it need not. */
void link_withdraw(const struct link* link);

/* The worker has said who it is. */
void link_watch(struct link* link, uint32_t pid);

void link_close(struct link* link);

/* Whether it is worth trying again soon, after link_open failed with this errno. */
bool link_may_recover(int error);

#endif /* RCX_HOST_CLIENT_LINK_H */
