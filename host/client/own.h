/* Where git runs one client for many repositories: the hooks that each has of its own. */
#ifndef RCX_HOST_CLIENT_OWN_H
#define RCX_HOST_CLIENT_OWN_H

#include <limits.h>
#include <stdbool.h>

struct call;

/* Whether the file can be executed, and is a client of any release. */
bool is_client(const char* path);

/* Whether the hook that runs is such a client: RCX_WIRE_FORWARDS_FILE stands beside it. */
bool stands_for_many(const struct call* call);

/* Whether that file says that `hook` asks the host, and does not only run the repository's own. */
bool asks_host(const struct call* call, const char* hook);

/* The hook of that name in the repository that git serves. Where rcx was installed there as well,
 * with the same instance, that is the one which was there before. False where there is none that
 * can be executed: git passes over others, too. */
bool find_own_hook(const struct call* call, const char* hook, char path[PATH_MAX]);

#endif /* RCX_HOST_CLIENT_OWN_H */
