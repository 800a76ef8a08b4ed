/* An extension as somebody wrote it in C for the first release, built against the headers of that
 * release. Refuses refs/heads/forbidden, with the reason from its settings and what the push
 * brings; thanks for what was accepted. */
#include <rcx/abi.h>
#include <stdio.h>
#include <stdlib.h>

static rcx_status create(const rcx_call* call, void** instance) {
  const rcx_value* reason = rcx_value_get(call->settings, "reason");
  if (reason == NULL || reason->kind != RCX_VALUE_TEXT) {
    call->host->fail(call, rcx_text("settings: wanted reason, a text"));
    return RCX_FAILED;
  }
  char* copy = calloc(reason->text.size + 1, 1);
  if (copy == NULL) return RCX_FAILED;
  memcpy(copy, reason->text.data, reason->text.size);
  *instance = copy;
  return RCX_OK;
}

static void destroy(void* instance) {
  free(instance);
}

/* How many commits, how many paths they change, and the message of the last. */
static rcx_status read_push(const rcx_call* call, uint64_t* commits, uint64_t* changes,
                            rcx_bytes* message) {
  const rcx_commits* service = call->host->service(RCX_SERVICE_COMMITS_1);
  if (service == NULL) return RCX_UNAVAILABLE;
  const rcx_commit* commit = NULL;
  rcx_status status = RCX_OK;
  while ((status = service->get(call, *commits, &commit)) == RCX_OK) {
    const rcx_change* change = NULL;
    uint64_t index = 0;
    while ((status = service->change(call, commit, index, &change)) == RCX_OK) ++index;
    if (status != RCX_END) return status;
    *message = commit->message;
    *changes += index;
    *commits += 1;
  }
  return status == RCX_END ? RCX_OK : status;
}

static rcx_status before_push(void* instance, const rcx_call* call, const rcx_pre_push* push) {
  const rcx_bytes forbidden = rcx_text("refs/heads/forbidden");
  uint64_t commits = 0;
  uint64_t changes = 0;
  rcx_bytes message = {NULL, 0};
  const rcx_status read = read_push(call, &commits, &changes, &message);
  if (read != RCX_OK) return read;
  for (uint64_t i = 0; i < push->ref_count; ++i) {
    const rcx_ref_update* ref = RCX_AT(rcx_ref_update, push->refs, push->ref_stride, i);
    if (ref->name.size != forbidden.size ||
        memcmp(ref->name.data, forbidden.data, forbidden.size) != 0) {
      continue;
    }
    char text[200];
    snprintf(text, sizeof text, "%s; %d commits, %d paths, last: %.*s", (const char*)instance,
             (int)commits, (int)changes, (int)message.size, message.data);
    const rcx_status status = rcx_reject_ref(call, i, text);
    if (status != RCX_OK) return status;
  }
  return RCX_OK;
}

static rcx_status after_push(void* instance, const rcx_call* call, const rcx_push* push) {
  (void)instance;
  char text[200];
  const rcx_bytes name = push->event->repository->name;
  snprintf(text, sizeof text, "thank you, says %s to %.*s",
           call->host->version.size > 0 ? "c" : "?", (int)name.size, name.data);
  return rcx_say(call, text);
}

static const rcx_handler handlers[] = {
    {.size = sizeof(rcx_handler), .event = RCX_EVENT_PRE_PUSH, .call.pre_push = before_push},
    {.size = sizeof(rcx_handler),
     .event = RCX_EVENT_PUSH,
     .delivery = RCX_INLINE,
     .call.push = after_push},
};

const rcx_plugin RCX_ENTRY = {
    .size = sizeof(rcx_plugin),
    .magic = RCX_ABI_MAGIC,
    .abi_major = RCX_ABI_MAJOR,
    .abi_minor = RCX_ABI_MINOR,
    .id = "first_release_c",
    .name = "First release, in C",
    .version = "1.0.0",
    .license = "MIT",
    .create = create,
    .destroy = destroy,
    .handlers = handlers,
    .handler_count = sizeof handlers / sizeof handlers[0],
    .handler_stride = sizeof handlers[0],
};
