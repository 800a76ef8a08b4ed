/* Part of the contract in rcx/abi.h, which includes it: fetches and clones. Since minor release 1.
 * All that the head of rcx/abi.h says about ownership, growth, bytes, threads and failing holds.
 *
 * How a pull comes about. A client asks for the list of references (the advertisement), says which
 * objects it wants and which it has, and is sent a pack. Events are made at two places:
 *
 *  - Where git is about to make the pack. All is known then: the event has RCX_PULL_TOLD.
 *  - Where rcx stands before git, in front of ssh or a web server, also before the advertisement.
 *    Nothing is known then but who asks, and for which repository: RCX_PULL_TOLD is missing, every
 *    other member says nothing. A refusal here is one clean line for the person, and keeps
 *    the names of references from them too.
 *
 * So one fetch may ask a pre_pull handler several times: over ssh once before and once with what is
 * wanted, over HTTP before each request as well, as each is a process of its own on the server; and
 * no pack leaves without having been asked about with RCX_PULL_TOLD. A rule about who may read
 * which repository answers every time. A rule about clones, filters or branches passes what is not
 * told yet, and answers when it is. A client that finds nothing new asks for no pack: then only the
 * first question comes, and no pull event.
 *
 * With Mercurial a pre_pull tells nothing, and the pull, made while the changesets are sent, has
 * one `wanted`: the first of these. `hook_type` is `preoutgoing` or `outgoing`.
 *
 * No pull can be seen that git does not serve: a clone by path, which copies files, and files from
 * a web server. `git archive --remote` is seen where the host's program stands in front of git. */
#ifndef RCX_ABI_PULL_H
#define RCX_ABI_PULL_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

/* `rcx_event.action` of both is RCX_ACTION_PULL, `push_options` is empty, `hook_type` names where
 * the question was asked: `pack_objects`, `upload_pack`, `upload_archive` or `http_backend`.
 * `push_id` is the same for the pre_pull and the pull of one pack. */
#define RCX_EVENT_PRE_PULL 3u /* before git sends anything; handlers may object */
#define RCX_EVENT_PULL 4u     /* after a pack was sent */

/* One object that the client wants, and the name of a reference that pointed at it when the handler
 * was called. An object at which several references point is listed once for each, one at which
 * none does (old by now, or asked for by its id) once with an empty name. The names come from the
 * repository and not from the client, which asks for ids alone; they are all empty where the
 * repository keeps references in a way that this release cannot read. */
typedef struct rcx_wanted {
  uint32_t size;
  uint32_t kind;        /* RCX_REF_*; 0 where `name` is empty */
  rcx_bytes id;         /* text: hexadecimal, of any length; may be a tag, or any object */
  rcx_bytes name;       /* bytes: the whole name, such as `refs/heads/main`; may be empty */
  rcx_bytes short_name; /* bytes: without `refs/heads/` or `refs/tags/`; else as `name` */
} rcx_wanted;

/* In `flags`. */
#define RCX_PULL_TOLD 0x1u     /* the client has said what it wants; else nothing below is known */
#define RCX_PULL_SHALLOW 0x2u  /* the client's history is cut off, or will be: `--depth` */
#define RCX_PULL_FILTERED 0x4u /* it leaves objects out: `--filter`; see `filter` */

/* Before git sends anything. rcx_host.reject refuses the pull; reject_ref is RCX_MISUSED, as a pack
 * is sent whole or not. A handler may be called several times for one fetch (above), and again
 * after a worker was lost, and others may still refuse, so it must not act on the world. There are
 * no commits to read: rcx.commits/1 and rcx.files/1 answer RCX_UNAVAILABLE. */
typedef struct rcx_pre_pull {
  uint32_t size;
  uint32_t wanted_stride;
  const rcx_event* event;
  const rcx_wanted* wanted; /* in the order in which the client asked; null without TOLD */
  uint64_t wanted_count;
  uint32_t is_clone; /* 1: the client has named no commit that it has; 0 without TOLD */
  uint32_t flags;    /* RCX_PULL_* */
  rcx_bytes filter;  /* text: the filter as git has it, such as `blob:none`; empty for none */
} rcx_pre_pull;

/* After a pack was sent: git has made all of it and the client's connection took it. That the
 * client kept it is not known. Always has RCX_PULL_TOLD. Comes again, under one event id, after a
 * worker was lost: make what a handler does repeatable. Members are those of rcx_pre_pull. */
typedef struct rcx_pull {
  uint32_t size;
  uint32_t wanted_stride;
  const rcx_event* event;
  const rcx_wanted* wanted; /* never empty */
  uint64_t wanted_count;
  uint32_t is_clone;
  uint32_t flags;
  rcx_bytes filter;
} rcx_pull;

/* Handlers of these events, as rcx_pre_push_fn and rcx_push_fn: RCX_OK when they did their work. */
typedef rcx_status (*rcx_pre_pull_fn)(void* instance, const rcx_call* call,
                                      const rcx_pre_pull* event);
typedef rcx_status (*rcx_pull_fn)(void* instance, const rcx_call* call, const rcx_pull* event);

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_PULL_H */
