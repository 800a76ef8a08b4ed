/* Part of the contract in rcx/abi.h, which includes it: what only Subversion knows of a commit, of
 * properties of revisions and of locks. Since minor release 1. All that the head of rcx/abi.h says
 * about ownership, growth, bytes, threads and failing holds.
 *
 * What is read is read when it is asked for, once for all handlers of the event, and not at all
 * when nobody asks. Time spent here does not count against the handler. */
#ifndef RCX_ABI_SUBVERSION_H
#define RCX_ABI_SUBVERSION_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

/* The service. A host of this release has it, whatever systems it serves: for the event of another
 * system its functions are RCX_UNAVAILABLE. */
#define RCX_SERVICE_SUBVERSION_1 "rcx.subversion/1"

/* In `kind` of an rcx_svn_path, besides RCX_PATH_ADDED, _MODIFIED and _DELETED: what was there was
 * deleted, and something else added, perhaps as a copy. */
#define RCX_SVN_REPLACED 5u

/* In `flags` of an rcx_svn_path. */
#define RCX_SVN_DIRECTORY 0x1u  /* of what is deleted: that it was one */
#define RCX_SVN_CONTENT 0x2u    /* the content of a file was written */
#define RCX_SVN_PROPERTIES 0x4u /* so were properties of it: `property` tells which */

/* In `flags` of an rcx_svn_lock. */
#define RCX_SVN_FORCED 0x1u /* `svn lock --force`, `svn unlock --force`: whoever else holds it */

/* One path of a commit, file or directory, as `svn log --verbose` has it: of a directory that was
 * copied or deleted, nothing of what lies below but what the same commit changed there. Changes of
 * rcx.commits/1 are those of files, one by one. */
typedef struct rcx_svn_path {
  uint32_t size;
  uint32_t kind; /* RCX_PATH_ADDED, _MODIFIED, _DELETED or RCX_SVN_REPLACED */
  uint32_t flags;
  uint32_t reserved;
  rcx_bytes path;           /* bytes: without a slash at either end; empty for the root */
  rcx_bytes copied_from;    /* bytes: the same of what it was copied from; see below */
  uint64_t copied_revision; /* of that; 0: it was not copied, and `copied_from` is empty */
} rcx_svn_path;

/* A property that differs. Of a path it is compared with what the path was before, or with what it
 * or a directory around it was copied from; so that a copy alone changes none. */
typedef struct rcx_svn_property {
  uint32_t size;
  uint32_t change;     /* RCX_CHANGE_* */
  rcx_bytes name;      /* bytes, such as `svn:externals` */
  rcx_bytes old_value; /* bytes; empty when created */
  rcx_bytes new_value; /* bytes; empty when deleted */
} rcx_svn_property;

/* What is known of one lock that comes or goes. */
typedef struct rcx_svn_lock {
  uint32_t size;
  uint32_t flags;    /* RCX_SVN_FORCED, in a pre_push alone: later svn does not tell */
  rcx_bytes comment; /* bytes: of the lock that comes, or of the one that goes; may be empty */
  rcx_bytes holder;  /* bytes: in a pre_push who holds it now; empty: nobody */
} rcx_svn_lock;

/* All functions: [handler-thread] of a pre_push or push handler; RCX_MISUSED in `create` and for a
 * commit of another event; RCX_UNAVAILABLE where the event is one of another system. Pointers are
 * valid until the handler returns. */
typedef struct rcx_subversion {
  uint32_t size;
  uint32_t reserved;

  /* `*path` becomes path number `index` of `commit`, in order of path; RCX_END past the last.
   * RCX_LIMIT where they are more than `reading.paths` or `reading.path_bytes`. */
  rcx_status (*path)(const rcx_call* call, const rcx_commit* commit, uint64_t index,
                     const rcx_svn_path** path);

  /* `*property` becomes change number `index` of the properties of path number `path`, in order of
   * name; RCX_END past the last, and at once of a path that was deleted or has no such changes.
   * RCX_LIMIT for a value larger than `reading.content`, and where all that was asked for is more
   * than `reading.messages` together. */
  rcx_status (*property)(const rcx_call* call, const rcx_commit* commit, uint64_t path,
                         uint64_t index, const rcx_svn_property** property);

  /* `*property` becomes what an event of RCX_ACTION_REVISION_PROPERTY changes, and
   * RCX_UNAVAILABLE for other events. In a push event `new_value` is what the property is by the
   * time that somebody asks. RCX_LIMIT for a value larger than `reading.content`. */
  rcx_status (*revision_property)(const rcx_call* call, const rcx_svn_property** property);

  /* `*lock` becomes what is known of reference number `ref` of an event of RCX_ACTION_LOCK or
   * RCX_ACTION_UNLOCK; RCX_UNAVAILABLE for other events, and after an unlock, of which svn tells
   * the path alone; RCX_GONE where a lock that was made is there no more. RCX_MISUSED for an index
   * beyond the last. */
  rcx_status (*lock)(const rcx_call* call, uint64_t ref, const rcx_svn_lock** lock);
} rcx_subversion;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_SUBVERSION_H */
