/* What the host wrote down for its clients: `rcx-instance` beside the hook names the instance,
 * whose `client.conf` holds the rest (host/event/wire.h). */
#ifndef RCX_HOST_CLIENT_CONF_H
#define RCX_HOST_CLIENT_CONF_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call;

struct conf {
  char directory[PATH_MAX]; /* of the instance */
  char file[PATH_MAX];      /* the path of client.conf */
  char config_file[PATH_MAX];
  char socket_directory[PATH_MAX];
  char spool_directory[PATH_MAX]; /* empty where the host names none */
  uint64_t host_uid;              /* whose host listens there; UINT64_MAX: nobody said */
  bool allow;                     /* when_unreachable */
  bool run_once;                  /* the same */
  uint64_t timeout_ms;
  uint64_t connect_timeout_ms;
  char roots[2 * PATH_MAX]; /* one after the other, each ends with NUL; none: ask the host */
  size_t roots_size;
};

/* False after having said which file is missing or wrong, and what to do. */
bool read_conf(const struct call* call, struct conf* conf);

#endif /* RCX_HOST_CLIENT_CONF_H */
