/* Part of the contract in rcx/abi.h, which includes it: what only Mercurial knows of a changeset.
 * Since minor release 1. All that the head of rcx/abi.h says about ownership, growth, bytes,
 * threads and failing holds. */
#ifndef RCX_ABI_MERCURIAL_H
#define RCX_ABI_MERCURIAL_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

/* The service. A host of this release has it, whatever systems it serves: for the event of another
 * system its functions are RCX_UNAVAILABLE. */
#define RCX_SERVICE_MERCURIAL_1 "rcx.mercurial/1"

/* In `phase`: whether a changeset may still be rewritten. What is pushed to a repository that
 * publishes, as most do, is public in the push event and in its pre_push already. */
#define RCX_PHASE_PUBLIC 0u
#define RCX_PHASE_DRAFT 1u
#define RCX_PHASE_SECRET 2u

/* In `flags`. */
#define RCX_HG_CLOSES_BRANCH 0x1u /* `hg commit --close-branch`: its branch has a head less */
#define RCX_HG_OBSOLETE 0x2u      /* rewritten or pruned, where obsolescence is enabled */

/* One entry of a changeset's extra data, such as `rebase_source`: whoever made it wrote what it
 * holds, and nothing of it is proven. */
typedef struct rcx_hg_extra {
  uint32_t size;
  uint32_t reserved;
  rcx_bytes key;   /* bytes */
  rcx_bytes value; /* bytes */
} rcx_hg_extra;

/* What a commit is besides, as Mercurial has it. */
typedef struct rcx_hg_changeset {
  uint32_t size;
  uint32_t phase; /* RCX_PHASE_*; others are to be taken as secret */
  uint32_t flags; /* RCX_HG_* */
  uint32_t bookmark_stride;
  rcx_bytes branch; /* bytes: the named branch that it is on for ever, such as `default` */
  const rcx_bytes* bookmarks; /* bytes: those that point at it, with this push; may be null when the
                                 count is 0 */
  uint64_t bookmark_count;
  const rcx_hg_extra*
      extras; /* in order of key, without `branch`; may be null when the count is 0 */
  uint64_t extra_count;
  uint32_t extra_stride;
  uint32_t reserved;
} rcx_hg_changeset;

typedef struct rcx_mercurial {
  uint32_t size;
  uint32_t reserved;

  /* `*changeset` becomes what Mercurial knows of `commit`; valid until the handler returns.
   * RCX_UNAVAILABLE where the event is one of another system, RCX_MISUSED for a commit of another
   * event and in `create`. [handler-thread] of a pre_push or push handler */
  rcx_status (*changeset)(const rcx_call* call, const rcx_commit* commit,
                          const rcx_hg_changeset** changeset);
} rcx_mercurial;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_MERCURIAL_H */
