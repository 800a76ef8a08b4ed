/* Part of the contract in rcx/abi.h, which includes it: reading deeper into what was pushed, and
 * into the repository that it was pushed to. rcx.files/1 is of minor release 0, the rest of 1. All
 * that the head of rcx/abi.h says about ownership, growth, bytes, threads and failing holds.
 *
 * What is read is read when it is asked for, once for all handlers of the event, and not at all
 * when nobody asks. Time spent here does not count against the handler. What `reading` in rcx.yaml
 * bounds is RCX_LIMIT when the bound is reached, never a shortened answer. */
#ifndef RCX_ABI_REPOSITORY_H
#define RCX_ABI_REPOSITORY_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

/* ---- Service rcx.files/1: what lies in the repository ---------------------------------------- */
#define RCX_SERVICE_FILES_1 "rcx.files/1"

/* One entry of a directory, as a commit has it. `name` is never empty and holds no slash. */
typedef struct rcx_entry {
  uint32_t size;
  uint32_t mode;  /* as git has it: those of rcx_change, and 0040000 for a directory */
  rcx_bytes name; /* bytes: without the directory it lies in */
  rcx_bytes id;   /* text: of the content, a directory's tree or a submodule's commit */
} rcx_entry;

/* Sizes and directories, read when asked for and shared by all handlers of the event. Pointers are
 * valid until the handler returns; time spent here does not count against it. */
typedef struct rcx_files {
  uint32_t size;
  uint32_t reserved;

  /* `*bytes` becomes the size of the content `id`, which is an id of an rcx_change or rcx_entry.
   * The content itself is not read. RCX_GONE where the repository does not hold it, as for a
   * submodule, whose id belongs to another repository. RCX_FAILED for what is no id.
   * [handler-thread] of a pre_push or push handler */
  rcx_status (*size_of)(const rcx_call* call, rcx_bytes id, uint64_t* bytes);

  /* `*entry` becomes the entry number `index` of `directory` as `commit` has it, in git's order of
   * names; RCX_END past the last, and at once where there is no such directory or it is a file.
   * `directory` is a path without a final slash, and empty for the root. RCX_LIMIT (counted apart)
   * and RCX_MISUSED as for `change`. [handler-thread], as above */
  rcx_status (*entry)(const rcx_call* call, const rcx_commit* commit, rcx_bytes directory,
                      uint64_t index, const rcx_entry** entry);
} rcx_files;

/* ---- Service rcx.repository/1: what is in it, and what it means -------------------------------
 */
#define RCX_SERVICE_REPOSITORY_1 "rcx.repository/1"

/* Lines that follow each other in the new content of a path. */
typedef struct rcx_line_run {
  uint32_t size;
  uint32_t reserved;
  uint64_t number; /* of the first line, counted from 1 */
  uint64_t count;  /* of lines */
  uint64_t offset; /* where in rcx_added.text they begin; they end where the next run begins */
} rcx_line_run;

#define RCX_ADDED_BINARY 0x1u /* in `flags`: one of the contents holds a NUL early on: no lines */

/* Lines that a commit added to one path: those of its new content that `git diff` marks with a `+`
 * against the commit's first parent; of a merge, against every parent. A line that was changed is
 * one that was added. */
typedef struct rcx_added {
  uint32_t size;
  uint32_t flags;           /* RCX_ADDED_* */
  rcx_bytes text;           /* bytes: all of the lines, each with its newline; the last line of a
                               content may have none */
  const rcx_line_run* runs; /* in order; may be null when the count is 0 */
  uint64_t run_count;
  uint32_t run_stride;
  uint32_t reserved;
} rcx_added;

#define RCX_CHANGED_BINARY 0x1u /* in the flags of `changed`: a NUL early on: no lines */

/* One `Key: value` of a message, from its last paragraph, as git-interpret-trailers(1) finds them.
 */
typedef struct rcx_trailer {
  uint32_t size;
  uint32_t reserved;
  rcx_bytes key;   /* bytes, such as `Signed-off-by` */
  rcx_bytes value; /* bytes: without the spaces around it */
} rcx_trailer;

/* What checking a signature came to: the letters of git's `%G?`, see git-log(1). */
#define RCX_SIGNATURE_NONE 0u        /* N: there is none */
#define RCX_SIGNATURE_GOOD 1u        /* G: by a key that is trusted */
#define RCX_SIGNATURE_UNTRUSTED 2u   /* U: right, and nobody vouches for the key */
#define RCX_SIGNATURE_BAD 3u         /* B: it does not fit the commit */
#define RCX_SIGNATURE_EXPIRED 4u     /* X: right, and no longer valid */
#define RCX_SIGNATURE_EXPIRED_KEY 5u /* Y: right, by a key that is no longer valid */
#define RCX_SIGNATURE_REVOKED_KEY 6u /* R: right, by a key that was revoked */
#define RCX_SIGNATURE_UNKNOWN 7u     /* E: it cannot be checked, as for want of the key */

/* Who signed. Empty members are those that git could not tell. */
typedef struct rcx_signature {
  uint32_t size;
  uint32_t result;       /* RCX_SIGNATURE_* */
  rcx_bytes key;         /* text: of OpenPGP its long id, of SSH its fingerprint */
  rcx_bytes fingerprint; /* text: of the key, such as `SHA256:...` for SSH */
  rcx_bytes signer; /* bytes: the key's user id, or the principal in the file of allowed signers */
} rcx_signature;

/* The certificate of `git push --signed`, as git has checked it: GIT_PUSH_CERT_* of githooks(5).
 * `result`, `key` and `signer` of one of OpenPGP or X.509 come from the keys that rcx.yaml names,
 * and the key is a fingerprint where the signature is good. `result` is RCX_SIGNATURE_BAD as well
 * where the certificate does not name every reference of the push, as it moves. */
typedef struct rcx_push_certificate {
  uint32_t size;
  uint32_t result;        /* RCX_SIGNATURE_* */
  rcx_bytes id;           /* text: of the blob that holds it */
  rcx_bytes key;          /* text */
  rcx_bytes signer;       /* bytes */
  rcx_bytes nonce;        /* text: as the client gave it back */
  rcx_bytes nonce_status; /* text: OK, SLOP, BAD, MISSING or UNSOLICITED; empty: none was asked */
} rcx_push_certificate;

/* In the answer of `facts`. */
#define RCX_PUSH_INITIAL 0x1u /* the repository had no reference before: an import begins */

/* All functions: [handler-thread] of a pre_push or push handler; RCX_MISUSED in `create`;
 * RCX_UNAVAILABLE for an event that is no push, and for what the repository's system has not: of
 * Mercurial, `signature` and `verify`. Ids of its contents count in the event that named them, and
 * its directories have none. Pointers are valid until the handler returns, unless
 * it is said otherwise. Ids are hexadecimal text; what is none is RCX_FAILED. */
typedef struct rcx_reading {
  uint32_t size;
  uint32_t reserved;

  /* `*bytes` becomes up to `most` bytes of the content `id` from `offset` on, empty behind its end;
   * rcx_files.size_of tells its size first. Valid until the next call of this function: what shall
   * stay, copy. RCX_GONE where the repository does not hold it; RCX_LIMIT for a content larger than
   * `reading.content` (64 MiB unless set), whatever range is asked for. */
  rcx_status (*content)(const rcx_call* call, rcx_bytes id, uint64_t offset, uint64_t most,
                        rcx_bytes* bytes);

  /* `*added` becomes what `commit` added to the path of its change number `index`; nothing for a
   * path that was deleted and for a submodule. RCX_END past the last change. RCX_LIMIT when the
   * contents to compare are larger than `reading.content`, or the lines of this push than
   * `reading.lines` (256 MiB unless set) together. */
  rcx_status (*added)(const rcx_call* call, const rcx_commit* commit, uint64_t index,
                      const rcx_added** added);

  /* `*trailer` becomes the trailer number `index` of the message; RCX_END past the last. */
  rcx_status (*trailer)(const rcx_call* call, const rcx_commit* commit, uint64_t index,
                        const rcx_trailer** trailer);

  /* `*block` becomes the armoured signature of `commit` as it stands there, OpenPGP, SSH or X.509;
   * empty where there is none. Nothing is checked. */
  rcx_status (*signature)(const rcx_call* call, const rcx_commit* commit, rcx_bytes* block);

  /* `*signature` becomes what git says of it, with the keys that `signatures` in rcx.yaml names.
   * Takes milliseconds for each signed commit. */
  rcx_status (*verify)(const rcx_call* call, const rcx_commit* commit,
                       const rcx_signature** signature);

  /* `*id` becomes what the reference `name` (whole, such as `refs/heads/main`, or `HEAD`) points at
   * now, symbolic ones followed: in a pre_push before it moves. RCX_GONE where there is none. */
  rcx_status (*resolve)(const rcx_call* call, rcx_bytes name, rcx_bytes* id);

  /* `*reached` becomes 1 when `to` is `from` or one of its ancestors, else 0. Both name commits, or
   * tags of commits, of the push or of the repository; others are RCX_GONE. */
  rcx_status (*reaches)(const rcx_call* call, rcx_bytes from, rcx_bytes to, uint32_t* reached);

  /* `*entry` becomes what lies at `path` in the tree of `id`: a commit of the push or the
   * repository, a tag of one, or a tree. RCX_END where nothing lies there; RCX_GONE where there is
   * no such commit. So can a policy lie in the repository that it is for: ask for a file at the
   * commit that `resolve` gives for HEAD. */
  rcx_status (*find)(const rcx_call* call, rcx_bytes id, rcx_bytes path, const rcx_entry** entry);

  /* As rcx_files.entry, in the tree of `id` as for `find`. */
  rcx_status (*list)(const rcx_call* call, rcx_bytes id, rcx_bytes directory, uint64_t index,
                     const rcx_entry** entry);

  /* `*id` becomes the id of commit number `index` that reference number `ref` of the push reached
   * before it and does not reach after, newest first; RCX_END past the last, at once where the
   * update is not forced. Of a deleted reference these are the commits that no other one of the
   * push or the repository reaches. RCX_LIMIT beyond 100 000. */
  rcx_status (*lost)(const rcx_call* call, uint64_t ref, uint64_t index, rcx_bytes* id);

  /* `*flags` becomes what the push is, as RCX_PUSH_* flags. */
  rcx_status (*facts)(const rcx_call* call, uint32_t* flags);

  /* `*certificate` becomes that of the push; RCX_END where it was not signed. Known in a push event
   * as in its pre_push. */
  rcx_status (*certificate)(const rcx_call* call, const rcx_push_certificate** certificate);

  /* `*part` becomes whole lines of the new content of change number `index` of `commit`, among
   * which are all that `added` tells, and lines between them that were there before: what begins
   * and ends as the old content is left out. Costs a fraction of `added`. `*flags` becomes
   * RCX_CHANGED_*: of a binary content `*part` is empty, and all of a text that was binary before.
   * Nothing for a path that was deleted and for a submodule. Valid until the next call of this
   * function. RCX_END past the last change; RCX_LIMIT where a content is larger than
   * `reading.content`. */
  rcx_status (*changed)(const rcx_call* call, const rcx_commit* commit, uint64_t index,
                        uint32_t* flags, rcx_bytes* part);
} rcx_reading;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_REPOSITORY_H */
