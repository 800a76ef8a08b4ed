// What a build with a sanitizer does where the environment says nothing, as that of a host for one
// call: signals end the process as in any other build, and leaving it takes no second.

extern "C" const char* __asan_default_options();  // NOLINT(*-reserved-identifier)
extern "C" const char* __tsan_default_options();  // NOLINT(*-reserved-identifier)

extern "C" const char* __asan_default_options() {  // NOLINT(*-reserved-identifier)
  return "handle_segv=0:handle_sigbus=0:handle_abort=0:intercept_tls_get_addr=0";
}

extern "C" const char* __tsan_default_options() {  // NOLINT(*-reserved-identifier)
  return "handle_segv=0:handle_sigbus=0:handle_abort=0:atexit_sleep_ms=0";
}
