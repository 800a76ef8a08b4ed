/* Part of the contract in rcx/abi.h, which includes it: hooks that people call by name, with `rcx
 * call NAME key=value...`. Since minor release 1. All that the head of rcx/abi.h says about
 * ownership, growth, bytes, threads and failing holds.
 *
 * A hook is a row of the table of handlers, of event RCX_EVENT_CALL, whose `call.hook` points at
 * what it is called, and at its function. One call is for one hook of one extension. Its function
 * answers with rcx.answer/1, may
 * `say` things while it works, and may refuse with rcx_host.reject, whose reason the caller reads
 * and whose answer is then not shown; reject_ref is RCX_MISUSED. A handler that fails has failed,
 * whatever `fail` in rcx.yaml says.
 *
 *  - Who may. The host asks whether the caller has the permission that the hook names, before the
 *    handler runs. `rcx_event.caller` is who calls.
 *  - `rcx_event.repository` is the one that was named with `--repo`, with its extra fields; else
 *    `vcs` is RCX_VCS_NONE and the rest is empty. `repositories` of rcx.yaml holds for the first.
 *    There are no commits to read: rcx.commits/1 and its like answer RCX_UNAVAILABLE.
 *  - `rcx_event.action` is RCX_ACTION_CALLED, `hook_type` is `call`; `push_id` is empty.
 *  - Once is the rule. After a worker was lost, a call may come again under the same id, with the
 *    next `attempt`. A handler may act on the world, and does well to know the id. */
#ifndef RCX_ABI_CALL_H
#define RCX_ABI_CALL_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

#define RCX_EVENT_CALL 29u
#define RCX_ACTION_CALLED 0x20u

#define RCX_PARAMETER_REQUIRED 0x1u /* in `flags`: without it there is no call */

/* One parameter of a hook. Constant, like the descriptor. The host checks what is given: an unknown
 * name, a missing one and a value of another kind never reach the handler. */
typedef struct rcx_parameter {
  uint32_t size;
  uint32_t kind;  /* RCX_VALUE_BOOLEAN, _INTEGER, _NUMBER or _TEXT */
  uint32_t flags; /* RCX_PARAMETER_REQUIRED */
  uint32_t reserved;
  /* a-z, 0-9, `_`, `-`, 1 to 63, without `_base64` at its end; unique in its hook; ends with NUL */
  const char* name;
  const char* help; /* text for people, one sentence; ends with NUL */
} rcx_parameter;

struct rcx_named_hook;

/* Somebody calls a hook. */
typedef struct rcx_called {
  uint32_t size;
  uint32_t reserved;
  const rcx_event* event;
  const struct rcx_named_hook* hook; /* the one of the table */
  /* A map: of each parameter that was given, the value, of its kind. Until the handler returns. */
  const rcx_value* arguments;
} rcx_called;

/* As those in rcx/abi_handler.h. `instance` is what `create` made. */
typedef rcx_status (*rcx_called_fn)(void* instance, const rcx_call* call, const rcx_called* event);

#define RCX_HOOK_OF_REPOSITORY 0x1u /* in `flags`: it is always called for a repository */

/* What a hook is called, and what it takes. Constant, like the descriptor, and read before any of
 * the extension's functions is called. */
typedef struct rcx_named_hook {
  uint32_t size;
  uint32_t flags;   /* RCX_HOOK_OF_REPOSITORY */
  const char* name; /* a-z, 0-9, `_`, `-`, 1 to 63; unique in its extension; ends with NUL. Where
                       two extensions have one of that name, people say EXTENSION.NAME */
  const char* help; /* text for people, one sentence; ends with NUL */
  /* What the caller needs, such as `repository.read`, `repository.admin` or `admin`; ends with NUL.
   * Null or empty: `admin`. */
  const char* permission;
  const rcx_parameter* parameters; /* may be null when the count is 0 */
  uint32_t parameter_count;        /* at most 100 */
  uint32_t parameter_stride;       /* sizeof(rcx_parameter) */
  rcx_called_fn call;
} rcx_named_hook;

/* ---- Service rcx.answer/1: what a hook answers ----------------------------------------------- */
#define RCX_SERVICE_ANSWER_1 "rcx.answer/1"

#define RCX_ANSWER_BYTES 1u /* whatever it is: the caller gets it byte for byte */
#define RCX_ANSWER_JSON 2u  /* one JSON value, in UTF-8 */

typedef struct rcx_answer {
  uint32_t size;
  uint32_t reserved;

  /* Makes `content` the answer, of RCX_ANSWER_*, in place of one that this call gave before. A hook
   * that gives none has answered nothing. RCX_LIMIT above 16 MiB. RCX_MISUSED for what is no JSON
   * but says that it is, and in a handler of any other event. [handler-thread] */
  rcx_status (*give)(const rcx_call* call, uint32_t kind, rcx_bytes content);
} rcx_answer;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_CALL_H */
