/* Which process ran the hook: all that the hooks of one push have in common. */
#ifndef RCX_HOST_CLIENT_PARENT_H
#define RCX_HOST_CLIENT_PARENT_H

#include <stdint.h>

/* `start` is field 22 of /proc/PID/stat, which tells two processes with one pid apart; 0 where
 * /proc does not say. */
void read_parent(uint32_t* pid, uint64_t* start);

#endif /* RCX_HOST_CLIENT_PARENT_H */
