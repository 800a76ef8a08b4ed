/* The smallest extension, in C: it greets whoever pushes, before and after.
 *
 * Read it from the bottom up: the host looks at the descriptor first, and only then calls what
 * that names. rcx/abi.h is the manual to everything that begins with rcx_ or RCX_. */
#include <rcx/abi.h>

/* Called before references move. `event` holds what is about to happen; here a handler could say
 * rcx_reject(call, "the reason"). The first argument is what `create` made: nothing, since there
 * is none. RCX_OK says that the handler did its work, whether it objected or not. */
static rcx_status before_push(void* instance, const rcx_call* call, const rcx_pre_push* event) {
  (void)instance;
  (void)event;
  return rcx_say(call, "hello from C, before your push");
}

/* Called after references have moved. Names are bytes with a length, not C strings, which is why
 * they are handed on as they are. */
static rcx_status after_push(void* instance, const rcx_call* call, const rcx_push* event) {
  (void)instance;
  rcx_say(call, "hello from C, after your push to");
  return call->host->say(call, event->event->repository->name);
}

/* Which function handles which event. Structs begin with their size, so that the host knows how
 * much of them this extension was compiled with. RCX_INLINE: run while the person still waits, or
 * nobody would read what we say. */
static const rcx_handler handlers[] = {
    {.size = sizeof(rcx_handler), .event = RCX_EVENT_PRE_PUSH, .call.pre_push = before_push},
    {.size = sizeof(rcx_handler),
     .event = RCX_EVENT_PUSH,
     .delivery = RCX_INLINE,
     .call.push = after_push},
};

/* The one symbol that the library exports: who we are. */
const rcx_plugin RCX_ENTRY = {
    .size = sizeof(rcx_plugin),
    .magic = RCX_ABI_MAGIC,
    .abi_major = RCX_ABI_MAJOR,
    .abi_minor = RCX_ABI_MINOR,
    .id = "hello_c",
    .name = "Hello from C",
    .version = "1.0.0",
    .license = "MIT",
    .handlers = handlers,
    .handler_count = sizeof handlers / sizeof handlers[0],
    .handler_stride = sizeof handlers[0],
};
