/* The contract between rcx and an extension, in C11.
 *
 * An extension is a shared library that exports one constant, `rcx_plugin_entry`. It says who the
 * extension is and which functions handle which events. The host loads the library, calls `create`
 * once in every worker process, then the handlers, and talks to them through `rcx_call`.
 *
 * Rules that hold for everything below:
 *
 *  - Ownership. No memory changes hands. What the host passes in belongs to the host, what an
 *    extension passes in is copied before the host's function returns. A pointer reached from an
 *    event or a call is valid until the handler that received it returns; one reached from
 *    `rcx_call.settings`, and `rcx_call.extension`, until `destroy` returns. Every pointer that is
 *    not marked "may be null" is not null, and the host does not check for null what it gets.
 *  - Growth. Every struct begins with its size as its author's compiler saw it. New members are
 *    only ever appended. Before reading a member that is newer than the release you require,
 *    compare (RCX_HAS). Arrays carry a stride, because their elements may be larger than you know:
 *    use RCX_AT, never `array[i]`. Reserved members are 0.
 *  - Bytes. Paths, reference names, authors and messages are bytes, as the version-control system
 *    has them. They may hold any byte and need not be UTF-8. Members said to be text are UTF-8.
 *    Neither ends with a NUL unless it is a `const char*`.
 *  - Threads. One instance is called by one thread at a time, not always by the same one, unless
 *    the descriptor says RCX_CONCURRENT. [handler-thread] marks functions that only the thread
 *    inside a handler (or `create`) may call, and only until that function returns; from another
 *    thread they do nothing and return RCX_MISUSED. [any-thread] marks the others. Once the handler
 *    has returned, its rcx_call is freed memory for every thread.
 *  - Processes. Several workers run at once, those for pre events apart from the others, and each
 *    has an instance of its own. They share `data_directory` and nothing else. A crash, exit() or
 *    an overrun deadline ends one worker: the extension counts as failed, the worker is replaced,
 *    and the events it had in hand are asked again, without the extension that did it.
 *  - Failing. Expected failures are status values. No C++ exception may leave an extension. From a
 *    handler or `create` it counts as a failure, from `destroy` it is logged; from a thread of your
 *    own it ends the worker. */
#ifndef RCX_ABI_H
#define RCX_ABI_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* NOLINTBEGIN(modernize-*): this is C */

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Versions ----------------------------------------------------------------------------------
 * The host loads an extension whose major equals its own and whose `abi_required` is at most its
 * own minor; others are refused, with the reason. A minor release only appends: structs grow at the
 * end, services and events are added. */
#define RCX_ABI_MAGIC 0x52435831u /* "RCX1" */
#define RCX_ABI_MAJOR 1u
#define RCX_ABI_MINOR 1u

/* The release of the SDK, which is the release of rcx. Build scripts read it from these lines. */
#define RCX_VERSION_MAJOR 0
#define RCX_VERSION_MINOR 1
#define RCX_VERSION_PATCH 0

/* ---- Reading what may have grown ------------------------------------------------------------- */

/* RCX_HAS: true when the struct behind `ptr` is large enough to hold `member`. RCX_AT: the element
 * `index` of an array of `type` whose elements lie `stride` bytes apart; not checked.
 *
 *     for (uint64_t i = 0; i < push->ref_count; ++i) {
 *       const rcx_ref_update* ref = RCX_AT(rcx_ref_update, push->refs, push->ref_stride, i); */
#ifdef __cplusplus
#define RCX_HAS(ptr, type, member) \
  ((ptr)->size >= offsetof(type, member) + sizeof(static_cast<const type*>(nullptr)->member))
#define RCX_AT(type, array, stride, index)                                                 \
  static_cast<const type*>(                                                                \
      static_cast<const void*>(static_cast<const char*>(static_cast<const void*>(array)) + \
                               static_cast<size_t>(stride) * static_cast<size_t>(index)))
#else
#define RCX_HAS(ptr, type, member) \
  ((ptr)->size >= offsetof(type, member) + sizeof(((const type*)0)->member))
#define RCX_AT(type, array, stride, index)                        \
  ((const type*)(const void*)((const char*)(const void*)(array) + \
                              (size_t)(stride) * (size_t)(index)))
#endif

/* ---- Bytes -------------------------------------------------------------------------------------
 * A view of `size` bytes. Not terminated by a NUL, and may hold one: strlen() and printf("%s") are
 * wrong, printf("%.*s") stops early. `data` may be null only when `size` is 0. */
typedef struct rcx_bytes {
  const char* data;
  uint64_t size;
} rcx_bytes;

/* ---- Status ------------------------------------------------------------------------------------
 * What a function returns to say whether it worked. For a handler this is not its verdict: a
 * handler that objects has worked, and every value but RCX_OK is a failure. Values not listed are
 * to be taken as RCX_FAILED. Output parameters are written with RCX_OK only. */
typedef uint32_t rcx_status;

#define RCX_OK 0u      /* it worked */
#define RCX_END 1u     /* an index is past the last element; not an error */
#define RCX_FAILED 2u  /* it did not work, such as for a damaged repository; see rcx_host.error */
#define RCX_MISUSED 3u /* the caller broke a rule of this header */
#define RCX_GONE 4u    /* it is not in the repository, or no longer: go on without it */
#define RCX_LIMIT 5u   /* a bound of the host or of rcx.yaml is reached; asking again is no use */
#define RCX_UNAVAILABLE 6u /* this call, repository or system cannot answer that question */

/* ---- Settings and other values from rcx.yaml ------------------------------------------------- */

/* As YAML 1.2's core schema has it: `yes` is text, 0o17 an integer, `"1"` text as all in quotes. */
#define RCX_VALUE_NULL 0u    /* `null`, `~` or nothing: extensions take it for a missing key */
#define RCX_VALUE_BOOLEAN 1u /* `integer` is 0 or 1 */
#define RCX_VALUE_INTEGER 2u /* `integer`, of 64 bits, and `number` as its nearest double */
#define RCX_VALUE_NUMBER 3u  /* `number`; finite, also an integer that is too large */
#define RCX_VALUE_TEXT 4u
#define RCX_VALUE_LIST 5u /* `items`, in the order of the file */
#define RCX_VALUE_MAP 6u  /* `items`, each with a unique `key`, in the order of the file */

/* One node of a tree of plain data: there is nothing to call and nothing to free. It never changes,
 * so any thread may read it. Reached from `settings` it lives until `destroy` returns, reached from
 * a field of a repository until the handler does. Members that do not belong to the kind are 0 or
 * empty. */
typedef struct rcx_value {
  uint32_t size;
  uint32_t kind;   /* RCX_VALUE_* */
  rcx_bytes where; /* text: file:line:column of this value, for messages to the operator */
  rcx_bytes key;   /* text: the key of an item of a map; empty elsewhere */
  rcx_bytes text;  /* text: every scalar as the file has it, so `1.10` can be read as a version */
  int64_t integer; /* also 1 for true */
  double number;
  const struct rcx_value* items; /* may be null when `count` is 0; use RCX_AT */
  uint64_t count;
  uint32_t stride; /* bytes from one item to the next */
  uint32_t reserved;
} rcx_value;

/* ---- What events are made of ----------------------------------------------------------------- */

/* One extra field of a repository: declared by the operator below `fields:` in rcx.yaml, and given
 * a value for the repositories that match. Those without a value are not listed. */
typedef struct rcx_field {
  uint32_t size;
  uint32_t reserved;
  rcx_bytes key;          /* text */
  rcx_bytes label;        /* text, may be empty */
  rcx_bytes description;  /* text, may be empty */
  const rcx_value* value; /* may be of kind RCX_VALUE_NULL */
} rcx_field;

#define RCX_VCS_NONE 0u
#define RCX_VCS_GIT 1u
#define RCX_VCS_MERCURIAL 2u
#define RCX_VCS_SUBVERSION 3u

typedef struct rcx_repository {
  uint32_t size;
  uint32_t vcs;   /* RCX_VCS_* */
  rcx_bytes name; /* bytes: path below its root, with `/`, without a final `.git`, `/.git` */
  rcx_bytes
      path; /* bytes: absolute path of the git directory, or of what holds .hg, links followed */
  rcx_bytes id;            /* text: an id that survives a rename; empty in this release */
  const rcx_field* fields; /* in the order of rcx.yaml; may be null when the count is 0 */
  uint64_t field_count;
  uint32_t field_stride;
  uint32_t reserved;
} rcx_repository;

/* Where the name of the caller comes from. Variables count only when the user who ran the hook is
 * one of `identity.trusted_users` in rcx.yaml, since everybody can set them. So does whom svn names
 * as the author: as a variable, whose name is `svn:author`, or `svn` where nothing is committed. */
#define RCX_CALLER_FROM_UID 1u      /* the system's user database, for the peer's uid */
#define RCX_CALLER_FROM_VARIABLE 2u /* an environment variable; `source` is its name */
#define RCX_CALLER_FROM_FORGE 3u    /* a forge that emits the event says so; `source` is `emit` */

/* Who caused an event. `ip` and `user_agent` are empty where variables do not count. */
typedef struct rcx_caller {
  uint32_t size;
  uint32_t name_from;    /* RCX_CALLER_FROM_* */
  rcx_bytes name;        /* bytes: who it is; `uid:1234` for a uid that has no name */
  rcx_bytes source;      /* text: what `name` was read from, such as `uid 1000` or `REMOTE_USER` */
  rcx_bytes ip;          /* text: REMOTE_ADDR, or that of SSH_CONNECTION; not checked to be one */
  rcx_bytes user_agent;  /* bytes: HTTP_USER_AGENT, which the pusher chooses */
  rcx_bytes auth_method; /* text: `http` or `ssh` by the variable that gave `ip`, else `local` */
  uint32_t uid;          /* of the process that ran the hook, as the kernel reports it */
  uint32_t reserved;
} rcx_caller;

/* What an action did to cause an event. A handler is called for the actions in its mask. This
 * release reports every push as RCX_ACTION_PUSH, also one from the server itself. */
#define RCX_ACTION_PUSH 0x1u       /* a push through a transport of the server */
#define RCX_ACTION_PULL 0x2u       /* a fetch or clone */
#define RCX_ACTION_PUSH_LOCAL 0x4u /* a change made on the server itself */
/* Of Subversion, as pre_push and push, without commits: somebody sets a property of a revision
 * (`refs/revprops/PROPERTY`, an update of the revision to itself), or locks or unlocks paths
 * (`refs/locks/PATH`, created or deleted). Values and comments: rcx/abi_subversion.h. */
#define RCX_ACTION_REVISION_PROPERTY 0x40u
#define RCX_ACTION_LOCK 0x80u
#define RCX_ACTION_UNLOCK 0x100u

/* Events. The number of an event never changes; later releases append. Those of pulls, 3 and 4, are
 * in rcx/abi_pull.h; those of repositories, users and reviews, 5 to 28, in rcx/abi_repo_events.h,
 * rcx/abi_user_events.h and rcx/abi_review_events.h, and so are their actions. */
#define RCX_EVENT_PRE_PUSH 1u /* before references move; handlers may object */
#define RCX_EVENT_PUSH 2u     /* after references have moved */

/* What all events carry. All of it was read before the handler was called. */
typedef struct rcx_event {
  uint32_t size;
  uint32_t kind;     /* RCX_EVENT_* */
  uint8_t id[16];    /* UUID version 7 (RFC 9562), the same for every attempt and every handler */
  rcx_bytes id_text; /* text: `id` in 36 characters; the decision id that people read */
  rcx_bytes push_id; /* text: the same for the pre and the post event of one push or pack */
  uint32_t attempt;  /* 1, and one more each time a worker was lost during this event */
  uint32_t depth;    /* 0, and one more for an event that a handler caused; 0 in this release */
  int64_t time_ns;   /* nanoseconds since 1970-01-01 UTC, when the hook was called */
  uint32_t action;   /* one of RCX_ACTION_* */
  uint32_t reserved;
  rcx_bytes hook_type;  /* text: the raw hook, such as `pre_receive` or `pack_objects` */
  rcx_bytes server_url; /* text: from rcx.yaml, empty where not set */
  const rcx_caller* caller;
  const rcx_repository* repository;
  const rcx_bytes* push_options; /* bytes: `git push -o`, in order, at most 1000; may be null */
  uint64_t push_option_count;
  uint32_t push_option_stride;
  uint32_t reserved2;
} rcx_event;

#define RCX_REF_BRANCH 1u
#define RCX_REF_TAG 2u
#define RCX_REF_OTHER 3u

#define RCX_CHANGE_CREATE 1u
#define RCX_CHANGE_UPDATE 2u
#define RCX_CHANGE_DELETE 3u

/* In `flags`: an update of a branch, or of a bookmark of Mercurial, that loses commits it had; or
 * of a named branch of Mercurial that has more open heads after it. */
#define RCX_REF_FORCED 0x1u

/* One reference of a push. Ids are hexadecimal text of any length (40 for SHA-1); a missing one is
 * empty, never zeros. In a pre_push `old_id`, and so `change`, is what the client claims: the host
 * has compared it for a deletion, else git does, and refuses, when it moves the reference. Objects
 * of `new_id` are there and complete; it may be a tag object, or outside of branches any other.
 * References of Mercurial are `refs/heads/` (named branches, by their last open head),
 * `refs/bookmarks/`, `refs/tags/`, and `refs/phases/public` and `refs/obsolete`, which are updates
 * of a changeset to itself: the last that became so.
 * Of Subversion ids are numbers of revisions, in a pre_push `new_id` is the transaction. References
 * are `refs/heads/trunk`, `refs/heads/` and `refs/tags/` for what is below branches/ and tags/, and
 * `refs/svn/root` for the rest. */
typedef struct rcx_ref_update {
  uint32_t size;
  uint32_t kind;        /* RCX_REF_* */
  uint32_t change;      /* RCX_CHANGE_* */
  uint32_t flags;       /* RCX_REF_FORCED */
  rcx_bytes name;       /* bytes: the whole name, such as `refs/heads/main`; valid for git */
  rcx_bytes short_name; /* bytes: without `refs/heads/` or `refs/tags/`; else as `name` */
  rcx_bytes old_id;     /* empty when created, and when what is deleted is not there */
  rcx_bytes new_id;     /* empty when deleted */
} rcx_ref_update;

/* Before references move. Objections go through rcx_host.reject and reject_ref. A handler may be
 * called again for the same push after a worker was lost, and others may still refuse the push, so
 * it must not act on the world. */
typedef struct rcx_pre_push {
  uint32_t size;
  uint32_t ref_stride;
  const rcx_event* event;
  const rcx_ref_update* refs; /* never empty */
  uint64_t ref_count;
} rcx_pre_push;

/* After references have moved. Comes again, under one event id, after a worker was lost: make what
 * a handler does repeatable. Does not come where no host runs, nor after three lost workers. */
typedef struct rcx_push {
  uint32_t size;
  uint32_t ref_stride;
  const rcx_event* event;
  const rcx_ref_update* refs; /* those that moved; never empty */
  uint64_t ref_count;
} rcx_push;

/* ---- The host, as an extension sees it ------------------------------------------------------- */

struct rcx_host;
struct rcx_extension; /* opaque: this extension in this worker process */

/* One call of an extension by the host: of `create` or of a handler. Valid until that returns. */
typedef struct rcx_call {
  uint32_t size;
  uint32_t reserved;
  const struct rcx_host* host;           /* lives as long as the process */
  const struct rcx_extension* extension; /* lives until `destroy` returns */
  const rcx_value* settings; /* `settings` of rcx.yaml, always a map; until `destroy` returns */
  rcx_bytes data_directory;  /* bytes: absolute path; exists, is its own; until `destroy` returns */
} rcx_call;

/* Levels of the log; rcx.yaml says which are kept. Other numbers count as the nearest. */
#define RCX_LOG_DEBUG 1u
#define RCX_LOG_INFO 2u
#define RCX_LOG_WARNING 3u
#define RCX_LOG_ERROR 4u

/* The functions of the host. Text that a person will read is made safe by the host: control
 * characters, a NUL among them, are removed, bytes that are not UTF-8 are shown as `\xNN`, length
 * and number of lines are bounded. So pass bytes as they are. None of them throws. */
typedef struct rcx_host {
  uint32_t size;
  uint32_t abi_minor; /* of the host; its major equals yours, or you would not be loaded */
  rcx_bytes version;  /* text: the release of rcx */

  /* Writes one line into the host's log under this extension's id; newlines become spaces, and only
   * the first 4096 bytes are kept. [any-thread], at any time until `destroy` returns */
  void (*log)(const struct rcx_extension* extension, uint32_t level, rcx_bytes text);

  /* Shows lines to the person who waits for this event, at once, while the handler still runs. For
   * queued handlers the text goes to the log. Empty lines are dropped, each is cut at
   * `output.line_length` bytes (300 unless set). RCX_LIMIT once this call has said `output.lines`
   * (100 unless set): what is over is not shown. RCX_OK does not mean that anybody reads it; a slow
   * reader makes this wait. [handler-thread], not in `create` */
  rcx_status (*say)(const rcx_call* call, rcx_bytes text);

  /* Objects to the whole event; the reason should come first and fit one line. The handler goes on,
   * so that it can name every fault, and may return what it likes: only its process dying undoes
   * this. Ten lines of a reason are shown, 16 KiB kept; empty is "no reason given". The first
   * `output.objections` of all (20 unless set) are shown, others logged. Of more than 1000 in one
   * call the rest is counted, without reasons, against the reference that all of it is about, or
   * else against the whole event. With `mode: observe` they are only logged. RCX_MISUSED where the
   * event knows no veto.
   * [handler-thread], not in `create` */
  rcx_status (*reject)(const rcx_call* call, rcx_bytes reason);

  /* Objects to one reference of a push, by its index; beyond the last is RCX_MISUSED. Its name is
   * shown before the reason. The push is refused as a whole, or, where rcx.yaml says `partial:
   * true`, without those that nobody objects to. Who objects to a commit with its `ref` need not
   * name further references: where this extension has asked for commits, the host refuses all that
   * bring one of those whose `ref` this is. Who learns of commits otherwise names every reference.
   * As `reject` otherwise. */
  rcx_status (*reject_ref)(const rcx_call* call, uint64_t ref, rcx_bytes reason);

  /* Says why this call is about to return a status other than RCX_OK, for the pusher and the log.
   * The last text counts, its first 16 KiB; with RCX_OK it means nothing. [handler-thread] */
  void (*fail)(const rcx_call* call, rcx_bytes reason);

  /* Why the last function of the host that this call used did not return RCX_OK; empty when it did.
   * `*reason` may quote bytes, and is valid
   * until the next function of the host. [handler-thread]; empty on another */
  void (*error)(const rcx_call* call, rcx_bytes* reason);

  /* Nanoseconds left to this call, 0 when its budget is spent: the extension's `deadline` or
   * `budget.extension` in rcx.yaml, and at most what is left of `budget.event` for all handlers
   * together (`budget.load` in `create`). Time in which rcx.commits/1 and rcx.files/1 read is given
   * back, within `budget.event`. 250 ms after it the worker is killed and the extension counts as
   * failed. [any-thread] until the call returns */
  uint64_t (*remaining)(const rcx_call* call);

  /* 1 once the host would like this call to end: its budget is spent, or the person who waited for
   * a pre event has gone. A handler that loops asks now and then, and then fails: RCX_OK would let
   * pass what it has not looked at. [any-thread] until the call returns */
  uint32_t (*cancelled)(const rcx_call* call);

  /* The table of functions with this id (`rcx.commits/1`), or null where this host has none. Lives
   * as long as the process. A service keeps its id for ever; a breaking change makes a new id.
   * [any-thread] */
  const void* (*service)(const char* id);
} rcx_host;

/* ---- Service rcx.commits/1: what a push brought ---------------------------------------------- */
#define RCX_SERVICE_COMMITS_1 "rcx.commits/1"

/* Author or committer, as whoever made the commit chose: nothing of it is proven. */
typedef struct rcx_person {
  uint32_t size;
  int32_t offset_minutes; /* of the zone, east of UTC: -450 for -0730 */
  rcx_bytes name;         /* bytes, in any encoding; may be empty, as may `email` */
  rcx_bytes email;        /* bytes */
  int64_t time;           /* seconds since 1970-01-01 UTC */
} rcx_person;

/* One commit that is new. Hand on the pointer that `get` gave: a copy is not known. */
typedef struct rcx_commit {
  uint32_t size;
  uint32_t parent_stride;
  uint64_t index;           /* its place in this push */
  uint64_t ref;             /* index of the first reference of the push that brings this commit */
  rcx_bytes id;             /* text */
  const rcx_bytes* parents; /* text, in order; may be null when the count is 0: a root */
  uint64_t parent_count;
  const rcx_person* author;
  const rcx_person* committer;
  rcx_bytes message; /* bytes: as stored, not converted, up to the first NUL byte */
} rcx_commit;

#define RCX_PATH_ADDED 1u
#define RCX_PATH_MODIFIED 2u /* content or mode; with equal ids only the mode */
#define RCX_PATH_DELETED 3u
#define RCX_PATH_RETYPED 4u /* file, symbolic link or submodule became another of these */

/* One path that a commit changed. Of modes only the type (`mode & 0170000`) is certain: old
 * repositories hold other permission bits. */
typedef struct rcx_change {
  uint32_t size;
  uint32_t kind;     /* RCX_PATH_* */
  rcx_bytes path;    /* bytes: from the top, with `/`, none in front; any byte but NUL */
  uint32_t old_mode; /* as git has it (0100644, 0100755, 0120000, 0160000), 0 when added */
  uint32_t new_mode; /* 0 when deleted */
  rcx_bytes old_id;  /* text: id of the content, empty when added */
  rcx_bytes new_id;  /* text: empty when deleted */
} rcx_change;

/* The commits that were not reachable from any reference before this push, each once, parents
 * before children. They are read when first asked for, kept until the event ends, and shared by all
 * its handlers; time spent here does not count against the handler. Pointers are valid until the
 * handler returns. A push sees what its pre_push found; where that was not asked, the list is made
 * from references that have moved, and may lack what another push brought meanwhile. RCX_FAILED
 * where the repository cannot be read: then a check should fail too. RCX_MISUSED in `create`.
 */
typedef struct rcx_commits {
  uint32_t size;
  uint32_t reserved;

  /* `*commit` becomes the commit number `index`, counted from 0; those before it are read as well.
   * RCX_END past the last one, at once for a push of nothing new. [handler-thread] of a pre_push or
   * push handler */
  rcx_status (*get)(const rcx_call* call, uint64_t index, const rcx_commit** commit);

  /* `*change` becomes the change number `index` of `commit`, in order of path by bytes; RCX_END
   * past the last. Compared with the first parent; of a merge, only paths that differ from every
   * parent. Renames are a deletion and an addition. RCX_LIMIT when the commits looked at change
   * more than two million paths, or 256 MiB of them. RCX_MISUSED for a commit of another event.
   * [handler-thread], as above */
  rcx_status (*change)(const rcx_call* call, const rcx_commit* commit, uint64_t index,
                       const rcx_change** change);

  /* `*reached` becomes 1 when reference number `ref` of the push reaches `commit`, else 0. Several
   * may, while `rcx_commit.ref` names the first only: a rule about one branch asks here.
   * RCX_MISUSED for a `ref` that the push does not have. [handler-thread], as above */
  rcx_status (*reached_by)(const rcx_call* call, const rcx_commit* commit, uint64_t ref,
                           uint32_t* reached);
} rcx_commits;

/* ---- Service rcx.hook/1: the raw hook behind an event ---------------------------------------- */
#define RCX_SERVICE_HOOK_1 "rcx.hook/1"

/* For extensions that run programs which expect to be hooks themselves. */
typedef struct rcx_hook {
  uint32_t size;
  uint32_t reserved;

  /* `*value` becomes the value of the environment variable `name`, as the version-control system
   * gave it to the hook; bytes, valid until the handler returns. Handed on are the variables that
   * say where pushed objects wait for the verdict, because a program can read them only with these:
   * GIT_QUARANTINE_PATH, GIT_OBJECT_DIRECTORY and GIT_ALTERNATE_OBJECT_DIRECTORIES. Any other one,
   * and one that was not set or is empty (all three in a push), is RCX_UNAVAILABLE. Set them for
   * the program only, not with setenv(). [handler-thread], not in `create` */
  rcx_status (*variable)(const rcx_call* call, rcx_bytes name, rcx_bytes* value);
} rcx_hook;

/* ---- What an extension exports --------------------------------------------------------------- */

#include <rcx/abi_json.h>       /* rcx.event.json/1 */
#include <rcx/abi_mercurial.h>  /* rcx.mercurial/1 */
#include <rcx/abi_pull.h>       /* these need what stands above */
#include <rcx/abi_repository.h> /* rcx.files/1, rcx.repository/1 */
#include <rcx/abi_subversion.h> /* rcx.subversion/1 */
/* Events that no hook tells of, in this order. */
#include <rcx/abi_repo_events.h>
#include <rcx/abi_review_events.h>
#include <rcx/abi_user_events.h>
/* Hooks that people call by name. */
#include <rcx/abi_call.h>
/* Handlers for all of them. */
#include <rcx/abi_handler.h>

/* A queued handler is called after the event was stored, so that it is told of it at least once,
 * whatever dies: usually after the hook has returned, and, when it fails, again under the same id,
 * with the next `attempt`, before later events of the repository for a while. A host that has no
 * queue (one for a single call) calls it once, before the hook returns. */
#define RCX_QUEUED 0u /* nobody waits for it, so what it says goes to the log */
#define RCX_INLINE 1u /* it runs while the person waits, and may `say` things */

/* One row of the table. One for an event that the host does not know is never called. Two may name
 * the same event. */
typedef struct rcx_handler {
  uint32_t size;
  uint32_t event;    /* RCX_EVENT_* */
  uint32_t actions;  /* mask of RCX_ACTION_*; 0: the event's own, such as RCX_ACTION_PUSH */
  uint32_t delivery; /* RCX_QUEUED or RCX_INLINE; pre events are always inline */
  rcx_handler_fn call;
} rcx_handler;

/* In `flags`: any number of threads may be inside one instance at once. Without it they wait, for
 * at most `budget.event`; then the extension counts as failed. */
#define RCX_CONCURRENT 0x1u

/* The descriptor. Constant-initialised: the host reads it before it calls any of your functions. It
 * does so in a process that only looks, too, where static constructors run for nothing. */
typedef struct rcx_plugin {
  uint32_t size;         /* sizeof(rcx_plugin) */
  uint32_t magic;        /* RCX_ABI_MAGIC */
  uint32_t abi_major;    /* RCX_ABI_MAJOR */
  uint32_t abi_minor;    /* RCX_ABI_MINOR: what the header offered */
  uint32_t abi_required; /* the least minor of the host that this extension can live with */
  uint32_t flags;        /* RCX_CONCURRENT */
  const char* id;      /* name in rcx.yaml and of its data: a-z, 0-9, `_`, `-`, 1 to 63; for ever */
  const char* name;    /* for people; text, ends with NUL */
  const char* version; /* text, ends with NUL */
  const char* license; /* SPDX expression, ends with NUL */

  /* Makes the one instance of this process; may be null, then the instance is null. Called before
   * any handler, within `budget.load` (10 seconds unless set). `*instance` is null on entry. A
   * status other than RCX_OK keeps the extension out; say why with rcx_host.fail. `destroy` is then
   * not called, and the library stays loaded without being used: free what was made, end threads.
   */
  rcx_status (*create)(const rcx_call* call, void** instance);

  /* Ends an instance, which may be null; may be null itself. Called when no handler runs any more,
   * with five seconds to end every thread that was started. Not called when the process dies, so
   * nothing may depend on it. */
  void (*destroy)(void* instance);

  const rcx_handler* handlers; /* 1 to 1000, none with a null function */
  uint32_t handler_count;
  uint32_t handler_stride; /* sizeof(rcx_handler) */
} rcx_plugin;

/* The name of the one symbol that an extension exports. It never changes. */
#define RCX_ENTRY rcx_plugin_entry
#define RCX_ENTRY_NAME "rcx_plugin_entry"

#if defined(_WIN32)
#define RCX_EXPORT __declspec(dllexport)
#else
#define RCX_EXPORT __attribute__((visibility("default")))
#endif

/* What an extension defines: `const rcx_plugin RCX_ENTRY = { sizeof(rcx_plugin), ... };` Two
 * libraries with one `id` are both refused. */
extern RCX_EXPORT const rcx_plugin RCX_ENTRY;

/* ---- Conveniences for C ---------------------------------------------------------------------- */

/* A view of a string that ends with NUL, without the NUL; not null. Lives as long as the string. */
static inline rcx_bytes rcx_text(const char* text) {
  rcx_bytes bytes;
  bytes.data = text;
  bytes.size = strlen(text);
  return bytes;
}

/* rcx_host.say, reject and reject_ref for a string that ends with NUL. */
static inline rcx_status rcx_say(const rcx_call* call, const char* text) {
  return call->host->say(call, rcx_text(text));
}

static inline rcx_status rcx_reject(const rcx_call* call, const char* reason) {
  return call->host->reject(call, rcx_text(reason));
}

static inline rcx_status rcx_reject_ref(const rcx_call* call, uint64_t ref, const char* reason) {
  return call->host->reject_ref(call, ref, rcx_text(reason));
}

#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast" /* C has no other */
#endif
/* The member `key` of a map, or null where there is none and where `map` is no map. `map` itself
 * must not be null. */
static inline const rcx_value* rcx_value_get(const rcx_value* map, const char* key) {
  const uint64_t length = strlen(key);
  for (uint64_t i = 0; map->kind == RCX_VALUE_MAP && i < map->count; ++i) {
    const rcx_value* item = RCX_AT(rcx_value, map->items, map->stride, i);
    if (item->key.size == length && memcmp(item->key.data, key, (size_t)length) == 0) return item;
  }
  return NULL;
}

#if defined(__cplusplus) && defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#ifdef __cplusplus
}
#endif

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_H */
