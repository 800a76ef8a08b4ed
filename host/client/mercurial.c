#include "mercurial.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "host/event/wire.h"

static bool is_one_of(const char* text, const char* const* all) {
  for (; text != NULL && *all != NULL; ++all) {
    if (strcmp(text, *all) == 0) return true;
  }
  return false;
}

bool is_mercurial(const char* name) {
  static const char* const hooks[] = {RCX_WIRE_HG_PRE_PUSH, RCX_WIRE_HG_PUSH, RCX_WIRE_HG_PRE_PULL,
                                      RCX_WIRE_HG_PULL, NULL};
  return is_one_of(name, hooks);
}

bool asks_of_mercurial(const struct call* call) {
  static const char* const pushes[] = {"push", "serve", NULL};
  static const char* const pulls[] = {"serve", "pull", "clone", NULL};
  /* Of clients that know no bundle2, which move bookmarks and phases one by one; hg gives no source
   * then, and calls what it does itself otherwise. */
  static const char* const by_key[] = {"bookmarks", "pushkey-phase", NULL};
  const char* source = getenv("HG_SOURCE");
  if (call->pull) return is_one_of(source, pulls);
  return is_one_of(source, pushes) || is_one_of(getenv("HG_TXNNAME"), by_key);
}
