/* In front of git-upload-pack, git-upload-archive and git-http-backend: the host is asked before
 * git says a word, so that a refusal is one clean line, and no name of a reference is told. */
#ifndef RCX_HOST_CLIENT_FRONT_H
#define RCX_HOST_CLIENT_FRONT_H

#include <stdbool.h>

struct call;
struct conf;

/* Whether the client stands before the program of that name. */
bool is_front(const char* name);

/* Becomes that program, or refuses in its name. Returns the exit status then. */
int run_front(struct call* call, struct conf* conf);

#endif /* RCX_HOST_CLIENT_FRONT_H */
