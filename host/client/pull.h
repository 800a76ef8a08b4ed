/* Fetches and clones: the client as uploadpack.packObjectsHook, and in front of git's programs
 * (RCX_WIRE_GIT_DIRECTORY in host/event/wire.h). */
#ifndef RCX_HOST_CLIENT_PULL_H
#define RCX_HOST_CLIENT_PULL_H

#include <stdbool.h>

struct call;

/* Whether the client has one of those names. */
bool is_pull(const char* name);

/* Asks the host, and has git do its work where that agrees; both as the name in `call->hook` says.
 * Pulls of repositories that are none of the host's go to git at once. Returns the exit status
 * where the process is not replaced. */
int run_pull(struct call* call);

#endif /* RCX_HOST_CLIENT_PULL_H */
