/* Part of the contract in rcx/abi.h, which includes it: users are created and deleted. Since minor
 * release 1. What the head of rcx/abi_repo_events.h says of where such events come from, of what is
 * not told, and of secrets holds here: a password is never among what a handler gets. No filter of
 * rcx.yaml keeps an extension from hearing of users. */
#ifndef RCX_ABI_USER_EVENTS_H
#define RCX_ABI_USER_EVENTS_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

#define RCX_EVENT_PRE_CREATE_USER 15u /* handlers may object */
#define RCX_EVENT_CREATE_USER 16u
#define RCX_EVENT_PRE_DELETE_USER 17u /* handlers may object */
#define RCX_EVENT_DELETE_USER 18u

/* A user of the forge: as they shall be, are, or were. Not `rcx_event.caller`, who does this to
 * them. Before a user is created, forges know what stands up to `active`, and `created_by`. */
typedef struct rcx_user {
  uint32_t size;
  uint32_t admin;                       /* 1: may do everything on the forge */
  uint32_t active;                      /* 1: may log in */
  uint32_t inherit_default_permissions; /* 1: has what everybody has besides what they are given */
  rcx_bytes username;                   /* text: what they log in with; not empty */
  rcx_bytes email;                      /* text: the main one */
  rcx_bytes firstname;                  /* text */
  rcx_bytes lastname;                   /* text */
  rcx_bytes user_id;                    /* text */
  rcx_bytes name;                       /* text: as forges call the first name elsewhere */
  rcx_bytes full_name;                  /* text */
  rcx_bytes full_name_or_username;      /* text */
  rcx_bytes full_contact;               /* text: such as `Ada Lovelace <ada@example.org>` */
  rcx_bytes short_contact;              /* text */
  rcx_bytes extern_type;                /* text: who vouches for them, such as `ldap` */
  rcx_bytes extern_name;                /* text: what they are called there */
  rcx_bytes created_by;                 /* text: user name */
  int64_t created_on;
  int64_t last_login;
  const rcx_bytes* emails; /* text: all of them; may be null when the count is 0 */
  uint64_t email_count;
  const rcx_bytes* ip_addresses; /* text: from where they may log in; empty: from anywhere */
  uint64_t ip_address_count;
  uint32_t email_stride;
  uint32_t ip_address_stride;
} rcx_user;

/* A user shall be created: by an administrator, by themselves, or because a directory knows them.
 */
typedef struct rcx_pre_create_user {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_user* user;
} rcx_pre_create_user;

typedef struct rcx_create_user {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_user* user;
} rcx_create_user;

typedef struct rcx_pre_delete_user {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_user* user;
  rcx_bytes deleted_by; /* text: user name; where not told, the caller's */
} rcx_pre_delete_user;

typedef struct rcx_delete_user {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const rcx_user* user;
  rcx_bytes deleted_by; /* text: user name; where not told, the caller's */
  int64_t deleted_on;
} rcx_delete_user;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_USER_EVENTS_H */
