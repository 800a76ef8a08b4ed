/* Hooks that ask what became of single references of a push: proc-receive, for all of them, and
 * update, for one. The host answers from what it found in pre-receive. */
#ifndef RCX_HOST_CLIENT_SINGLE_H
#define RCX_HOST_CLIENT_SINGLE_H

#include <stdbool.h>

struct call;

/* Whether git would run a client of rcx as `hook`, beside the hook that runs. */
bool client_stands(const struct call* call, const char* hook);

/* pre-receive lets this push pass without a verdict: leaves that in the repository for the two
 * hooks, where there is one. A file that names the process which runs them all; where it cannot be
 * written, they refuse. */
void tell_unjudged(const struct call* call);
bool passed_unjudged(void);
void forget_unjudged(void);

/* Reports the same of every reference of a call of proc-receive: rejected for that reason, or,
 * where it is NULL, left to git. Returns the status to exit with. */
int report_all(const struct call* call, const char* reason);

#endif /* RCX_HOST_CLIENT_SINGLE_H */
