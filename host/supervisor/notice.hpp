// What callers of a pool wait for while none of its workers can take them: a file beside the
// socket, which hook clients show to those who wait for more than a second.
#pragma once

#include "host/supervisor/generation.hpp"

namespace rcx::host {

// Writes the file, renews it, or takes it away, as the workers of `pool` are now. Cheap where
// nothing changed.
void renew_notice(Pool& pool, const Config& config, Scoreboard& scoreboard);

}  // namespace rcx::host
