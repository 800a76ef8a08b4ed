/* The request: what git gave the hook, in one sealed memfd (host/event/wire.h). */
#ifndef RCX_HOST_CLIENT_REQUEST_H
#define RCX_HOST_CLIENT_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

struct call;

/* Reads all of standard input, whatever else fails, so that git is never left writing into a pipe
 * that nobody reads. Returns the number of bytes. */
uint64_t drain_input(void);

/* An empty memfd that can be sealed, closed on exec; -1 and errno where there is none. */
int make_memfd(void);

/* Makes call->request and reads the input into it, unless call->place leaves that to git. Standard
 * input is at its end afterwards in any case. False after having said what is wrong. */
bool begin_request(struct call* call);

/* Makes another request with the same input, for another event. False as above. */
bool begin_next_request(struct call* call);

/* Adds the rest and seals it; once, however often it is called. Left until a worker has been woken,
 * because both then happen at the same time. False as above. */
bool finish_request(struct call* call);

/* A name for a file that holds this request: unique, and in order of time. After finish_request. */
enum { kRequestNameSize = 64 };
void request_name(char name[kRequestNameSize]);

#endif /* RCX_HOST_CLIENT_REQUEST_H */
