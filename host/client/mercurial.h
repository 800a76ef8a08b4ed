/* Hooks of Mercurial as programs of their own, where those inside of hg's process cannot be. */
#ifndef RCX_HOST_CLIENT_MERCURIAL_H
#define RCX_HOST_CLIENT_MERCURIAL_H

#include <stdbool.h>

struct call;

bool is_mercurial(const char* name);

/* Whether what hg does is asked about: a push or a pull of somebody else, by what hg says in the
 * environment. Local commits run these hooks too. */
bool asks_of_mercurial(const struct call* call);

#endif /* RCX_HOST_CLIENT_MERCURIAL_H */
