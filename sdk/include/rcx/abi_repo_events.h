/* Part of the contract in rcx/abi.h, which includes it: repositories and groups of repositories are
 * created, deleted and renamed. Since minor release 1. All that the head of rcx/abi.h says about
 * ownership, growth, bytes, threads and failing holds.
 *
 * Of these events and those of rcx/abi_user_events.h and rcx/abi_review_events.h alike:
 *
 *  - Where they come from. No hook tells of them. A forge asks the host with `rcx emit`, before it
 *    acts (pre events) and afterwards, and is trusted to tell the truth and to obey:
 *    `rcx_event.action` is RCX_ACTION_EMITTED, `hook_type` is `emit`. Or rcx acts itself, as in
 *    `rcx repo create`: RCX_ACTION_PERFORMED and `perform`. What is not told is empty or 0, and no
 *    pointer is null for that. `push_id` and `push_options` are empty.
 *  - `rcx_event.repository` is the repository that the event is about, with its extra fields.
 *    `path` is empty where no such repository lies below a root of rcx.yaml. Where an event is
 *    about none (groups, users), `vcs` is RCX_VCS_NONE and the rest is empty.
 *  - `repositories` of rcx.yaml chooses by the name of the repository, of both names when it is
 *    renamed, and by the name of a group. Events of users are for every extension.
 *  - A handler of a pre event may reject (rcx_host.reject; reject_ref is RCX_MISUSED), may be
 *    called again after a worker was lost, and must not act on the world. A handler of any other is
 *    told of what has happened, perhaps more than once under one event id.
 *  - There are no commits to read: rcx.commits/1 and its like answer RCX_UNAVAILABLE.
 *  - No secret is in them: passwords are not told, and user names and passwords are cut out of
 * URLs.
 *  - Texts that say who or what it is (names, ids) are those of the forge. Times are nanoseconds
 *    since 1970-01-01 UTC, 0 where not told. */
#ifndef RCX_ABI_REPO_EVENTS_H
#define RCX_ABI_REPO_EVENTS_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

#define RCX_ACTION_EMITTED 0x8u    /* a forge tells of an action of its own */
#define RCX_ACTION_PERFORMED 0x10u /* rcx itself acts, as `rcx repo create` does */

#define RCX_EVENT_PRE_CREATE_REPO 5u /* handlers may object, as to all that begin with PRE */
#define RCX_EVENT_CREATE_REPO 6u     /* also of a fork */
#define RCX_EVENT_PRE_DELETE_REPO 7u
#define RCX_EVENT_DELETE_REPO 8u
#define RCX_EVENT_PRE_RENAME_REPO 9u /* also when it is moved into another group */
#define RCX_EVENT_RENAME_REPO 10u
#define RCX_EVENT_PRE_CREATE_REPO_GROUP 11u
#define RCX_EVENT_CREATE_REPO_GROUP 12u
#define RCX_EVENT_PRE_DELETE_REPO_GROUP 13u
#define RCX_EVENT_DELETE_REPO_GROUP 14u

/* A repository as the forge describes it: as it shall be, is, or was. Ids are empty before it
 * exists. */
typedef struct rcx_repo {
  uint32_t size;
  uint32_t repo_type;         /* RCX_VCS_* */
  uint32_t is_private;        /* 1: not everybody may read it */
  uint32_t enable_downloads;  /* 1: archives of it may be fetched */
  uint32_t enable_statistics; /* 1: the forge counts its commits */
  uint32_t reserved;
  rcx_bytes repo_name; /* bytes: with its groups, separated by `/`, such as `team/app`; not empty */
  rcx_bytes description; /* text */
  rcx_bytes clone_uri;   /* text: what it is a mirror of, without user and password */
  rcx_bytes repo_id;     /* text */
  rcx_bytes user_id;     /* text: its owner */
  rcx_bytes group_id;    /* text: the group that it lies in; empty at the root */
  rcx_bytes fork_id;     /* text: the repository that it is a fork of; empty for none */
  rcx_bytes fork_of;     /* bytes: that one's name */
  rcx_bytes created_by;  /* text: user name */
  int64_t created_on;
} rcx_repo;

/* A group of repositories. */
typedef struct rcx_repo_group {
  uint32_t size;
  uint32_t enable_locking;     /* 1: its repositories can be locked by who pulls */
  rcx_bytes group_name;        /* bytes: with the groups above, such as `team/apps`; not empty */
  rcx_bytes group_description; /* text */
  rcx_bytes group_id;          /* text */
  rcx_bytes group_parent_id;   /* text: empty at the root */
  rcx_bytes user_id;           /* text: its owner */
  rcx_bytes created_by;        /* text: user name */
  int64_t created_on;
} rcx_repo_group;

/* A repository shall be created. Nothing of it exists yet. */
typedef struct rcx_pre_create_repo {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo* repo;
} rcx_pre_create_repo;

/* A repository was created, perhaps as a fork. */
typedef struct rcx_create_repo {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo* repo;
} rcx_create_repo;

/* A repository shall be deleted. */
typedef struct rcx_pre_delete_repo {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo* repo;
  rcx_bytes deleted_by; /* text: user name; where not told, the caller's */
} rcx_pre_delete_repo;

/* A repository was deleted; `repo` is what it was. */
typedef struct rcx_delete_repo {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo* repo;
  rcx_bytes deleted_by; /* text: user name; where not told, the caller's */
  int64_t deleted_on;
} rcx_delete_repo;

/* A repository shall get another name; `repo` has the old one. */
typedef struct rcx_pre_rename_repo {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo* repo;
  rcx_bytes new_name;   /* bytes: with its groups; not empty */
  rcx_bytes renamed_by; /* text: user name; where not told, the caller's */
} rcx_pre_rename_repo;

/* A repository got another name; `repo` has the old one, `rcx_event.repository` the new one. */
typedef struct rcx_rename_repo {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo* repo;
  rcx_bytes new_name;   /* bytes: with its groups; not empty */
  rcx_bytes renamed_by; /* text: user name; where not told, the caller's */
} rcx_rename_repo;

typedef struct rcx_pre_create_repo_group {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo_group* group;
} rcx_pre_create_repo_group;

typedef struct rcx_create_repo_group {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo_group* group;
} rcx_create_repo_group;

typedef struct rcx_pre_delete_repo_group {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo_group* group;
  rcx_bytes deleted_by; /* text: user name; where not told, the caller's */
} rcx_pre_delete_repo_group;

typedef struct rcx_delete_repo_group {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_repo_group* group;
  rcx_bytes deleted_by; /* text: user name; where not told, the caller's */
  int64_t deleted_on;
} rcx_delete_repo_group;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_REPO_EVENTS_H */
