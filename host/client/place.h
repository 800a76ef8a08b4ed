/* Which repository a pull is about, and whether that may be one of the host's. */
#ifndef RCX_HOST_CLIENT_PLACE_H
#define RCX_HOST_CLIENT_PLACE_H

#include <limits.h>
#include <stdbool.h>

struct conf;

/* Where git's own child finds its repository. */
const char* git_directory(void);

/* The git directory of the hook that runs, which may be one of a work tree: where its hooks/ and
 * all else lies that work trees share. Absolute, links followed. False where there is none. */
bool common_directory(char found[PATH_MAX]);

/* The git directory that git would serve for `name`, as `enter_repo` of git finds it: `name`, with
 * `/.git`, `.git` or `.git/.git` behind it, `~` and `~user` in front, and a file that names another
 * directory; `strict`: `name` alone. Absolute, links followed, and git serves the same for what was
 * found. False where there is none, or none that is found here: users are looked up in the first
 * 256 KiB of /etc/passwd alone. */
bool find_repository(const char* name, bool strict, char found[PATH_MAX]);

/* False where `directory` lies below none of the roots, so that the host need not be asked. It
 * decides itself. */
bool may_be_served(const struct conf* conf, const char* directory);

#endif /* RCX_HOST_CLIENT_PLACE_H */
