// What a worker may use of the machine, and what it does use.
#pragma once

#include <cstdint>

#include "host/config/config.hpp"

namespace rcx::host {

// Whether memory is limited and counted. Not with sanitizers, which reserve more than any machine
// has, and keep what is freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kCountsMemory = false;
#else
inline constexpr bool kCountsMemory = true;
#endif

// Sets the limits of this process, which what it starts inherits, and how much of the memory that
// was given back it keeps. Once, before extensions load.
void set_limits(const LimitsConfig& limits);

// Bytes of memory that no file backs. 0 where it cannot be read. Some microseconds.
std::uint64_t memory_in_use();

// The lowest number but one that no open descriptor has; -1 where there is none any more. Cheap: it
// grows with descriptors that nobody closes. Not the lowest: that one was the last event's request.
int lowest_free_descriptor(int any_open);
// How many are open. Some microseconds for each hundred.
int descriptors_in_use();

}  // namespace rcx::host
