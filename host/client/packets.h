/* What git and its proc-receive hook say to each other: packets (gitprotocol-common(5)). */
#ifndef RCX_HOST_CLIENT_PACKETS_H
#define RCX_HOST_CLIENT_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { kFlushed = 0 };

/* Reads one packet from standard input: the size of its payload, kFlushed for a flush, -1 and errno
 * where there is none. One without a payload is none. */
ssize_t read_packet(char* payload, size_t room);

/* To standard output. False and errno where git does not read. */
bool write_packet(const char* payload, size_t size);
bool write_flush(void);
/* Packets that somebody else made. */
bool write_report(const void* packets, size_t size);

#endif /* RCX_HOST_CLIENT_PACKETS_H */
