/* One call of a hook by git: what the rest of the client knows about it. */
#ifndef RCX_HOST_CLIENT_CALL_H
#define RCX_HOST_CLIENT_CALL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct call {
  const char* hook;         /* a hook, or what host/event/wire.h says of pulls */
  bool forwards;            /* serves many repositories, which have hooks of their own */
  bool probe;               /* asked by `rcx doctor`, not by git: nothing is pushed */
  bool post;                /* the push is accepted, or the pack sent: nothing can be refused */
  bool pull;                /* a fetch or clone, else a push */
  const char* place;        /* before git: the repository it will serve; the input is git's */
  bool commands;            /* proc-receive: git talks in packets, and reads what is reported */
  bool single;              /* that or update: asks what pre-receive heard of single references */
  bool reported;            /* some of what git reads there is written */
  char directory[PATH_MAX]; /* that holds the hook, as git named it; may be relative */
  char** arguments;         /* as main has them, with argv[0] */
  char** variables;         /* the environment */
  int request;              /* the memfd that workers are sent */
  bool finished;            /* and it is whole and sealed */
  uint64_t input_offset;    /* in the request: where what git wrote to the hook begins */
  uint64_t input_size;
  bool pipe_signal_default; /* SIGPIPE was not ignored when git ran the hook */
  bool heard;               /* a worker has taken the call: it may have told extensions */
};

#endif /* RCX_HOST_CLIENT_CALL_H */
