/* Calls that nobody has heard, kept in files until the host is back. */
#ifndef RCX_HOST_CLIENT_SPOOL_H
#define RCX_HOST_CLIENT_SPOOL_H

#include <stdbool.h>

struct call;
struct conf;

/* Writes the request into the directory that the host has for that, so that it is there whole and
 * safe on the disk, or not at all. False and errno where that is impossible. */
bool spool(struct call* call, const struct conf* conf);

#endif /* RCX_HOST_CLIENT_SPOOL_H */
