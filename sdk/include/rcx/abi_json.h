/* Part of the contract in rcx/abi.h, which includes it: an event as JSON, for extensions that hand
 * events on as they are. Since minor release 1. */
#ifndef RCX_ABI_JSON_H
#define RCX_ABI_JSON_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

#define RCX_SERVICE_EVENT_JSON_1 "rcx.event.json/1"

/* What the host itself writes of an event. Members that are there for every event: `event` (its
 * name), `event_id`, `time`, `attempt`, `hook_type`, `server_url`, `caller` {username, ip,
 * user_agent, auth_method}; `repository` {vcs, name, path, fields} where it is about one, and
 * `push_id` where it has one. Then
 *
 *  - of a pre_push and push: `action`, `refs` [{name, kind, change, forced, old_id, new_id}],
 *    `push_options` [], and `commit_ids` [], of which the first 10 000 are told and
 *    `commit_ids_left_out` counts the others; where they cannot be had any more,
 *    `commit_ids_error` says why, and there are none;
 *  - of a pre_pull and pull: `action`, `is_clone`, `shallow`, `filter`, `wanted` [{id, name}];
 *  - of all others the fields that `rcx emit` takes, under the same names.
 *
 * Text that is empty, and what was not told, is left out. Where `x` is no UTF-8, each invalid byte
 * of it is U+FFFD, and `x_base64` beside it holds the bytes; of a list, those of each item that is
 * none, null for the others. Later releases add members. */
typedef struct rcx_event_json {
  uint32_t size;
  uint32_t reserved;

  /* `*json` becomes the event of this call: text, one object on one line, valid until the handler
   * returns. Made when first asked for, and shared by all handlers of the event. RCX_FAILED where
   * the repository cannot be read. RCX_MISUSED in `create`. [handler-thread] */
  rcx_status (*text)(const rcx_call* call, rcx_bytes* json);
} rcx_event_json;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_JSON_H */
