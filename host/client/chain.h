/* The hook that the repository had before rcx was installed, or has beside it. */
#ifndef RCX_HOST_CLIENT_CHAIN_H
#define RCX_HOST_CLIENT_CHAIN_H

#include <stdbool.h>

struct call;

/* Runs it, where there is one, as git would, and waits for it. True where it succeeded or is
 * absent. Like git, it passes over a file that is not executable. Needs the request: the input is
 * there. */
bool run_chained(const struct call* call);

/* Becomes the repository's own hook, which reads from git what git says: for what is none of the
 * host's. Returns the status to exit with where there is no such hook, or it cannot be run. */
int become_own_hook(const struct call* call);

/* Puts the input on standard input, as a file of its own. False with errno. Needs the request. */
bool offer_input(const struct call* call);

#endif /* RCX_HOST_CLIENT_CHAIN_H */
