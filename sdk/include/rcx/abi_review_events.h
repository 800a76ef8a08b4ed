/* Part of the contract in rcx/abi.h, which includes it: pull requests, and comments on them and on
 * commits. Since minor release 1. What the head of rcx/abi_repo_events.h says of where such events
 * come from, of what is not told, and of secrets holds here. `rcx_event.repository` is the target
 * of the pull request, or the repository of the commit; `rcx_event.caller` is who did it: who
 * opened, reviewed, merged, commented.
 *
 * What people write (titles, descriptions, comments) is text as they wrote it, markup, control
 * characters and all. The host shows it safely; a program that is given it must not take it for a
 * command or for HTML. Whoever keeps something of a pull request or a comment keeps it under its
 * id, and takes what is told later for the truth: both may change. Whether a vote is enough to
 * merge is a rule, and stands with whoever makes it: only `rcx_pull_request.review_status` and the
 * reviewers say what the forge makes of votes. */
#ifndef RCX_ABI_REVIEW_EVENTS_H
#define RCX_ABI_REVIEW_EVENTS_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

#define RCX_EVENT_CREATE_PULL_REQUEST 19u
#define RCX_EVENT_UPDATE_PULL_REQUEST 20u    /* other commits, title, description, reviewers */
#define RCX_EVENT_REVIEW_PULL_REQUEST 21u    /* the caller has approved, rejected, or taken back */
#define RCX_EVENT_PRE_MERGE_PULL_REQUEST 22u /* handlers may object */
#define RCX_EVENT_MERGE_PULL_REQUEST 23u
#define RCX_EVENT_CLOSE_PULL_REQUEST 24u /* without having been merged */
#define RCX_EVENT_COMMENT_PULL_REQUEST 25u
#define RCX_EVENT_COMMENT_EDIT_PULL_REQUEST 26u
#define RCX_EVENT_COMMENT_COMMIT 27u
#define RCX_EVENT_COMMENT_EDIT_COMMIT 28u
/* 29 is RCX_EVENT_CALL; see rcx/abi_call.h. */

/* Of a pull request, or what one reviewer says of it. 0 where not told. */
#define RCX_REVIEW_NOT_REVIEWED 1u
#define RCX_REVIEW_UNDER_REVIEW 2u
#define RCX_REVIEW_APPROVED 3u
#define RCX_REVIEW_REJECTED 4u

/* 0 where not told. */
#define RCX_PULL_REQUEST_NEW 1u
#define RCX_PULL_REQUEST_OPEN 2u
#define RCX_PULL_REQUEST_CLOSED 3u

/* What a pull request merges, or merges into: where it stood when the forge saw it last. Somebody
 * may have pushed meanwhile. */
typedef struct rcx_reference {
  uint32_t size;
  uint32_t reserved;
  rcx_bytes name;      /* bytes: such as `main`, without what stands before it in the repository */
  rcx_bytes type;      /* text: `branch`, `tag`, `bookmark`, as the forge has it */
  rcx_bytes commit_id; /* text: at which it stands */
} rcx_reference;

/* One end of a pull request. */
typedef struct rcx_pull_request_end {
  uint32_t size;
  uint32_t reserved;
  rcx_bytes repository; /* bytes: its name */
  rcx_bytes clone_url;  /* text: without user and password */
  const rcx_reference* reference;
} rcx_pull_request_end;

/* Somebody who was asked for a review, or has given one. */
typedef struct rcx_reviewer {
  uint32_t size;
  uint32_t review_status;   /* RCX_REVIEW_* */
  rcx_bytes user;           /* text: user name; not empty */
  const rcx_bytes* reasons; /* text: why they were asked; may be null when the count is 0 */
  uint64_t reason_count;
  uint32_t reason_stride;
  uint32_t reserved;
} rcx_reviewer;

/* Whether a pull request could be merged now. */
typedef struct rcx_mergeable {
  uint32_t size;
  uint32_t status;   /* 1: it could; 0 also where not told */
  rcx_bytes message; /* text: why not, or under which condition */
} rcx_mergeable;

/* A pull request as it stands now. */
typedef struct rcx_pull_request {
  uint32_t size;
  uint32_t status;           /* RCX_PULL_REQUEST_* */
  uint32_t review_status;    /* RCX_REVIEW_*: of all reviewers together */
  uint32_t commit_id_stride; /* of `commit_ids` below */
  rcx_bytes pull_request_id; /* text: its number on the forge; not empty */
  rcx_bytes url;             /* text: of its page, without user and password */
  rcx_bytes title;           /* text */
  rcx_bytes description;     /* text */
  rcx_bytes author;          /* text: user name */
  int64_t created_on;
  int64_t updated_on;
  const rcx_bytes* commit_ids; /* text: what it brings; may be null when the count is 0 */
  uint64_t commit_id_count;
  const rcx_reviewer* reviewers; /* may be null when the count is 0 */
  uint64_t reviewer_count;
  uint32_t reviewer_stride;
  uint32_t reserved;
  const rcx_mergeable* mergeable;
  const rcx_pull_request_end* source; /* what is merged */
  const rcx_pull_request_end* target; /* into what; `rcx_event.repository` is its repository */
} rcx_pull_request;

/* A comment on a pull request or a commit. */
typedef struct rcx_comment {
  uint32_t size;
  uint32_t comment_status;       /* RCX_REVIEW_*: the vote that came with it, 0 for none */
  rcx_bytes comment_id;          /* text */
  rcx_bytes comment_type;        /* text: such as `note` or `todo` */
  rcx_bytes comment_text;        /* text: as it was written, markup and all */
  rcx_bytes comment_f_path;      /* bytes: the file that it stands beside; empty for none */
  rcx_bytes comment_lineno;      /* text: the line there, such as `n12` or `o7` of new or old */
  rcx_bytes comment_author;      /* text: user name; where not told, the caller's */
  rcx_bytes comment_resolved_by; /* text: id of the comment that answers this one, a `todo` */
  int64_t comment_created_on;
} rcx_comment;

/* The commit that was commented on. */
typedef struct rcx_commented_commit {
  uint32_t size;
  uint32_t parent_stride;
  rcx_bytes raw_id;         /* text: its whole id; not empty */
  rcx_bytes short_id;       /* text */
  rcx_bytes message;        /* bytes */
  rcx_bytes author;         /* bytes: such as `Ada Lovelace <ada@example.org>` */
  rcx_bytes branch;         /* bytes: where the system knows of which branch it is */
  const rcx_bytes* parents; /* text: ids; may be null when the count is 0 */
  uint64_t parent_count;
  int64_t revision; /* its number, where the system or the forge counts commits */
  int64_t date;     /* when it was made */
} rcx_commented_commit;

/* A pull request was opened: by `author`, who mostly is the caller too. */
typedef struct rcx_create_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
} rcx_create_pull_request;

/* It has other commits, another title or description, or other reviewers. What it was before is not
 * told. */
typedef struct rcx_update_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
} rcx_update_pull_request;

/* The caller has reviewed it. What they say stands with their name among the reviewers. */
typedef struct rcx_review_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
} rcx_review_pull_request;

/* A pull request shall be merged. The push by which the forge does it, if it pushes, is asked about
 * as any other. */
typedef struct rcx_pre_merge_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
} rcx_pre_merge_pull_request;

/* It was merged. Another event tells of the push, where that was one. */
typedef struct rcx_merge_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
} rcx_merge_pull_request;

/* It was closed without having been merged, and may be opened again, as an update. */
typedef struct rcx_close_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
} rcx_close_pull_request;

/* Somebody has commented on it. A vote that came along is mostly told as a review too. */
typedef struct rcx_comment_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
  const rcx_comment* comment;
} rcx_comment_pull_request;

/* `comment` is as it reads now. */
typedef struct rcx_comment_edit_pull_request {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_pull_request* pull_request;
  const rcx_comment* comment;
} rcx_comment_edit_pull_request;

/* Somebody has commented on a commit. Nothing here was read from the repository. */
typedef struct rcx_comment_commit {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_comment* comment;
  const rcx_commented_commit* commit;
  const rcx_repo* repo; /* as the forge describes it; its name is always told */
} rcx_comment_commit;

/* `comment` is as it reads now. */
typedef struct rcx_comment_edit_commit {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_comment* comment;
  const rcx_commented_commit* commit;
  const rcx_repo* repo; /* as the forge describes it; its name is always told */
} rcx_comment_edit_commit;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_REVIEW_EVENTS_H */
