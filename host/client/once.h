/* A host for this one call, where no other answers (host/event/wire.h). */
#ifndef RCX_HOST_CLIENT_ONCE_H
#define RCX_HOST_CLIENT_ONCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct call;
struct conf;
struct waiting;

/* Starts it, and puts the directory of its sockets in `directory`. It ends when this process does.
 * False after having said why there is none. */
bool start_once(const struct call* call, const struct conf* conf, struct waiting* waiting,
                char* directory, size_t size);

/* Lets it end now. */
void end_once(void);

/* Whether what this user owns may decide here: root's, one's own, and that of whoever owns the
 * directory of the hook, which is executed already. */
bool trusted(const struct call* call, uid_t uid);

#endif /* RCX_HOST_CLIENT_ONCE_H */
