/* What the hook client (rcx-hook) and the host say to each other, in C11 because the client is C.
 *
 * A hook call is one sealed memfd, the request: a fixed header, then sections. It never changes, so
 * the client hands the same one to the next worker when a worker dies. All integers have the byte
 * order of the machine; both ends are on one machine.
 *
 *   client                                   worker
 *     | connect to <run>/pre.sock or post.sock
 *     | rcx_wire_hello + SCM_RIGHTS(request) --> |
 *     | <-- frame HELLO (pid of the worker)      |
 *     | <-- frame TEXT ...                       |   shown at once
 *     | <-- frame VERDICT (status, last text)    |   the client exits with that status
 *
 * A worker that has sent HELLO tells people with TEXT what they wait for: after a second, then at
 * intervals below ten seconds. A client that hears nothing for longer says itself that it waits.
 *
 * HELLO comes first and once, its pid is not 0, and sequence numbers have no gap; a host that
 * refuses at once sends it as well. Reserved fields are sent as 0 and ignored. `version` goes up
 * when an old reader would misunderstand, not when fields are appended.
 *
 * The client reads nothing of what git gave it but its standard input; the host decides which
 * variables count. A client of an earlier release is served: fields are appended, `version` tells.
 */
#ifndef RCX_HOST_EVENT_WIRE_H
#define RCX_HOST_EVENT_WIRE_H

#include <stdint.h> /* NOLINT(modernize-deprecated-headers): C */

/* NOLINTBEGIN(modernize-macro-to-enum,modernize-use-using): C */

#define RCX_WIRE_MAGIC 0x52435848u /* "RCXH" */
#define RCX_WIRE_VERSION 1u

/* The largest request that a client makes and a worker accepts, in bytes. */
#define RCX_WIRE_REQUEST_MAX 268435456u /* 256 MiB */
/* The largest payload of one frame, in bytes. */
#define RCX_WIRE_FRAME_MAX 1048576u /* 1 MiB */

/* How often an event is tried before the host refuses it unheard: attempts 1 to 3 run handlers, the
 * fourth only asks for the verdict on what happened to those three. */
#define RCX_WIRE_ATTEMPTS 3u

/* A part of the request: bytes from `offset`, counted from the start of the request. */
typedef struct rcx_wire_section {
  uint64_t offset;
  uint64_t size;
} rcx_wire_section;

/* The head of the request. */
typedef struct rcx_wire_request {
  uint32_t magic;
  uint16_t version;
  uint16_t header_size; /* sizeof(rcx_wire_request) of the client */
  uint8_t event_id[16]; /* UUID version 7, made by the client once */
  int64_t time_ns;      /* realtime clock, when the hook was called */
  uint32_t parent_pid;  /* of the process that ran the hook: receive-pack */
  uint32_t reserved;
  uint64_t parent_start;      /* field 22 of /proc/PID/stat, 0 where unknown */
  rcx_wire_section hook;      /* `pre-receive` */
  rcx_wire_section arguments; /* each ends with NUL, without argv[0] */
  rcx_wire_section variables; /* the whole environment, each NAME=VALUE ends with NUL */
  rcx_wire_section directory; /* the working directory */
  /* All of standard input. Of proc-receive: the payload of each packet, on a line of its own. */
  rcx_wire_section input;
} rcx_wire_request;

/* In `flags` of a hello: the last descriptor that comes with it is a door. Who wants to know more
 * of the call than the request says sends one end of a socket through it, with one byte; the client
 * answers there until the verdict. See host/vcs/hg/wire.hpp. */
#define RCX_WIRE_HELLO_DOOR 0x1u

/* The first message on a connection, sent with one descriptor: the request. */
typedef struct rcx_wire_hello {
  uint32_t magic;
  uint16_t version;
  uint16_t flags;   /* RCX_WIRE_HELLO_* */
  uint32_t attempt; /* 1, and one more each time a worker was lost; at most RCX_WIRE_ATTEMPTS + 1 */
  uint32_t behalf;  /* of a call that was spooled: the uid of who made it, and 1; else 0. Only
                       root and the host's own user are believed. */
} rcx_wire_hello;

/* A client that has kept its call in a file says so with this byte behind the hello: a worker that
 * has not begun with the call leaves it alone then. */
#define RCX_WIRE_WITHDRAWN 'W'

#define RCX_WIRE_FRAME_HELLO 1u   /* payload: uint32_t pid of the worker */
#define RCX_WIRE_FRAME_TEXT 2u    /* payload: whole lines for standard error, safe for a terminal */
#define RCX_WIRE_FRAME_VERDICT 3u /* payload: uint32_t exit status (0 or 1), then text as TEXT */
/* payload: a piece of what one extension answered, from a worker that has it alone to the worker
 * that asks for the verdict; see host/worker/answer.hpp. VERDICT follows. */
#define RCX_WIRE_FRAME_ANSWER 4u

/* payload: a piece of what git reads from proc-receive, in its packets; VERDICT follows. */
#define RCX_WIRE_FRAME_REPORT 5u

/* payload: a piece of what a hook answered that was called by name: before the first piece uint32_t
 * RCX_ANSWER_*; VERDICT follows. */
#define RCX_WIRE_FRAME_RESULT 6u

/* Exit statuses of a VERDICT for pre-receive that refuses some references only. The client exits
 * with 0 where the hook that git asks about each of them is a client as well, beside it; else, as a
 * client of an earlier release, with 1. */
#define RCX_WIRE_SOME_BY_PROC_RECEIVE 2u
#define RCX_WIRE_SOME_BY_UPDATE 3u

/* The head of every frame from worker to client, followed by `size` bytes of payload. */
typedef struct rcx_wire_frame {
  uint32_t type;     /* RCX_WIRE_FRAME_*; a client skips types it does not know */
  uint32_t size;     /* of the payload, at most RCX_WIRE_FRAME_MAX */
  uint32_t sequence; /* 1 for the first frame of a connection, then one more each */
  uint32_t reserved;
} rcx_wire_frame;

/* The file beside the hooks of a repository that names the instance directory (one line), and the
 * file in that directory which the host writes for clients (lines of key=value):
 *
 *   version=1
 *   socket_directory=PATH        holds the two sockets below
 *   when_unreachable=refuse      or allow, or run-once
 *   timeout_ms=60000             for the whole call
 *   connect_timeout_ms=1000      for finding a host that listens
 *   spool_directory=PATH         where requests of post-receive wait for a host, one file each
 *   config_file=PATH             of the instance, for run-once
 *   host_uid=NUMBER              whom the host runs as, where rcx.yaml says that
 *   root=PATH                    once for each root, or not at all: pulls of what lies below none
 *                                are none of the host's, which else decides that itself
 *
 * With `run-once`, a client that finds no host executes the link `rcxd` in the instance directory
 * with --config, --role=once and --pool=pre or post. Descriptor RCX_WIRE_ONCE_FD of that process is
 * one end of a socket. It says one line there, `socket_directory=PATH` or `error=TEXT`, then serves
 * in that directory until the other end is closed.
 */
#define RCX_WIRE_INSTANCE_FILE "rcx-instance"
#define RCX_WIRE_CLIENT_CONF "client.conf"
#define RCX_WIRE_PROGRAM "rcxd"
#define RCX_WIRE_ONCE_FD 3
#define RCX_WIRE_PRE_SOCKET "pre.sock"
#define RCX_WIRE_POST_SOCKET "post.sock"

/* The name of a socket and this suffix: a file with one line that says what callers wait for, which
 * is there only while no worker can take them. */
#define RCX_WIRE_NOTICE_SUFFIX ".waiting"

/* What `rcx_wire_request.hook` says of pulls. The client stands in the subdirectory
 * RCX_WIRE_GIT_DIRECTORY of the instance, beside a RCX_WIRE_INSTANCE_FILE, under the first four
 * names:
 *
 *   pack-objects         uploadpack.packObjectsHook: the arguments and the input are those of
 *                        `git pack-objects`, which is run when the host agrees
 *   git-upload-pack, git-upload-archive, git-http-backend
 *                        in front of the program of that name; `directory` is the repository that
 *                        it is about to serve, and the input is empty
 *   pack-sent            the pack was sent; the rest as in the call of pack-objects before it */
#define RCX_WIRE_GIT_DIRECTORY "git"
#define RCX_WIRE_PACK_OBJECTS "pack-objects"
#define RCX_WIRE_UPLOAD_PACK "git-upload-pack"
#define RCX_WIRE_UPLOAD_ARCHIVE "git-upload-archive"
#define RCX_WIRE_HTTP_BACKEND "git-http-backend"
#define RCX_WIRE_PACK_SENT "pack-sent"

/* What it says of Mercurial, whose hooks run in hg's own process: the clients are the modules in
 * the subdirectory RCX_WIRE_HG_DIRECTORY of the instance (host/client/mercurial). `directory` is
 * the repository's root; host/vcs/hg/wire.hpp says what the rest holds.
 * Where they stand in the subdirectory RCX_WIRE_HG_HOOKS instead, beside a RCX_WIRE_INSTANCE_FILE,
 * hg executes clients: without arguments and input, with what it tells of a transaction in HG_*. */
#define RCX_WIRE_HG_PRE_PUSH "pretxnclose"
#define RCX_WIRE_HG_PUSH "txnclose"
#define RCX_WIRE_HG_PRE_PULL "preoutgoing"
#define RCX_WIRE_HG_PULL "outgoing"
#define RCX_WIRE_HG_DIRECTORY "mercurial"
#define RCX_WIRE_HG_MODULE "rcx_mercurial.py"
#define RCX_WIRE_HG_HOOKS RCX_WIRE_HG_DIRECTORY "/hooks"

/* What it says of Subversion. The arguments are those that svn gives the hook; the environment is
 * empty, and the first argument is the repository. */
#define RCX_WIRE_SVN_PRE_COMMIT "pre-commit"
#define RCX_WIRE_SVN_POST_COMMIT "post-commit"
#define RCX_WIRE_SVN_PRE_REVPROP "pre-revprop-change"
#define RCX_WIRE_SVN_POST_REVPROP "post-revprop-change"
#define RCX_WIRE_SVN_PRE_LOCK "pre-lock"
#define RCX_WIRE_SVN_POST_LOCK "post-lock"
#define RCX_WIRE_SVN_PRE_UNLOCK "pre-unlock"
#define RCX_WIRE_SVN_POST_UNLOCK "post-unlock"

/* Where one installation serves many repositories, core.hooksPath leads git to the subdirectory
 * RCX_WIRE_FORWARDERS of the instance. Each hook there is a client, which runs the hook of that
 * name that the repository has of its own, in hooks/ of its git directory. RCX_WIRE_FORWARDS_FILE
 * beside them has a line for each that asks the host as well; the others do nothing else. A client
 * of the same instance among a repository's own hooks is passed over, and the one that it kept
 * runs. */
#define RCX_WIRE_FORWARDERS RCX_WIRE_GIT_DIRECTORY "/hooks"
#define RCX_WIRE_FORWARDS_FILE "rcx-forwards"

/* What `rcx_wire_request.hook` says where a forge tells of an action of its own: the only argument
 * is the name of the event, the input its fields in JSON. Only root, the host's own user and those
 * of `identity.trusted_users` are heard. */
#define RCX_WIRE_EMIT "emit"
/* The same of an action of rcx itself. */
#define RCX_WIRE_PERFORM "perform"

/* What `rcx_wire_request.hook` says where somebody calls a hook of an extension by name: the only
 * argument is that name, alone or as EXTENSION.NAME; the input is JSON {"arguments": {...},
 * "repository": NAME or absolute path, "caller": {...}, "permission": NAME}, of which each may be
 * missing. Of those that RCX_WIRE_EMIT hears, `caller` is believed. `permission` is what `caller`
 * was found to have: a hook that needs another one is not called. Of an empty name the answer lists
 * all hooks.
 * Statuses of the VERDICT: */
#define RCX_WIRE_CALL "call"
#define RCX_WIRE_CALL_DONE 0u
#define RCX_WIRE_CALL_REFUSED 1u /* by the hook, or it failed */
#define RCX_WIRE_CALL_WRONG 2u   /* there is no such hook or repository, or wrong arguments */
#define RCX_WIRE_CALL_DENIED 3u  /* the caller may not */

/* A hook that was there before is kept under its name and this suffix, and runs first. */
#define RCX_WIRE_CHAINED_SUFFIX ".before-rcx"

/* The only argument of a hook that is asked whether it reaches its host. Its input is empty, no
 * extension hears of it, and the text of the verdict begins with RCX_WIRE_PROBE_ANSWER. Hosts and
 * clients of the first release take it for a push that updates nothing. */
#define RCX_WIRE_PROBE "--probe"
#define RCX_WIRE_PROBE_ANSWER "rcx: probe: "

/* A client binary holds this text, so that an installed one can be told from any other file. */
#define RCX_WIRE_CLIENT_MARK "rcx-hook-client/1"

/* NOLINTEND(modernize-macro-to-enum,modernize-use-using) */

#endif /* RCX_HOST_EVENT_WIRE_H */
