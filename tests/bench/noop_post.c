/* A queued handler of pushes that returns at once. */
#include <rcx/abi.h>

static rcx_status after(void* instance, const rcx_call* call, const rcx_push* push) {
  (void)instance;
  (void)call;
  (void)push;
  return RCX_OK;
}

static const rcx_handler handlers[] = {
    {sizeof(rcx_handler), RCX_EVENT_PUSH, 0, RCX_QUEUED, {.push = after}}};

const rcx_plugin RCX_ENTRY = {sizeof(rcx_plugin),
                              RCX_ABI_MAGIC,
                              RCX_ABI_MAJOR,
                              RCX_ABI_MINOR,
                              0,
                              RCX_CONCURRENT,
                              "noop_post",
                              "No operation",
                              "1.0.0",
                              "MIT",
                              NULL,
                              NULL,
                              handlers,
                              sizeof handlers / sizeof handlers[0],
                              sizeof(rcx_handler)};
