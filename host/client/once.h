/* A host for this one call, where no other answers (host/event/wire.h). */
#ifndef RCX_HOST_CLIENT_ONCE_H
#define RCX_HOST_CLIENT_ONCE_H

#include <stdbool.h>
#include <stddef.h>

struct call;
struct conf;
struct waiting;

/* Starts it, and puts the directory of its sockets in `directory`. It ends when this process does.
 * False after having said why there is none. */
bool start_once(const struct call* call, const struct conf* conf, struct waiting* waiting,
                char* directory, size_t size);

#endif /* RCX_HOST_CLIENT_ONCE_H */
