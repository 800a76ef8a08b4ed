/* An extension that returns at once: what is left is the way there and back. */
#include <rcx/abi.h>

static rcx_status check(void* instance, const rcx_call* call, const rcx_pre_push* push) {
  (void)instance;
  (void)call;
  (void)push;
  return RCX_OK;
}

static const rcx_handler handlers[] = {
    {sizeof(rcx_handler), RCX_EVENT_PRE_PUSH, 0, RCX_QUEUED, {.pre_push = check}},
};

const rcx_plugin RCX_ENTRY = {
    sizeof(rcx_plugin),
    RCX_ABI_MAGIC,
    RCX_ABI_MAJOR,
    RCX_ABI_MINOR,
    0,
    0,
    "noop",
    "Noop",
    "1.0.0",
    "MIT",
    NULL,
    NULL,
    handlers,
    1,
    sizeof(rcx_handler),
};
