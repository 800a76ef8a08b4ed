/* Handlers of pulls that return at once. */
#include <rcx/abi.h>

static rcx_status before(void* instance, const rcx_call* call, const rcx_pre_pull* pull) {
  (void)instance;
  (void)call;
  (void)pull;
  return RCX_OK;
}

static rcx_status after(void* instance, const rcx_call* call, const rcx_pull* pull) {
  (void)instance;
  (void)call;
  (void)pull;
  return RCX_OK;
}

static const rcx_handler handlers[] = {
    {sizeof(rcx_handler), RCX_EVENT_PRE_PULL, 0, RCX_INLINE, {.pre_pull = before}},
    {sizeof(rcx_handler), RCX_EVENT_PULL, 0, RCX_INLINE, {.pull = after}}};

const rcx_plugin RCX_ENTRY = {sizeof(rcx_plugin),
                              RCX_ABI_MAGIC,
                              RCX_ABI_MAJOR,
                              RCX_ABI_MINOR,
                              RCX_ABI_MINOR,
                              RCX_CONCURRENT,
                              "noop_pull",
                              "No operation",
                              "1.0.0",
                              "MIT",
                              NULL,
                              NULL,
                              handlers,
                              2,
                              sizeof(rcx_handler)};
