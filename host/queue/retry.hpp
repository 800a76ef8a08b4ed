// When a delivery that failed is tried again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace rcx::host {

// Between 0 and 1, evenly.
using Chance = std::function<double()>;
Chance chance();

// How long to wait after try number `attempt` (from 1 on) has failed: any length up to
// `first` * 2^(attempt - 1), and at most up to `most`. So those that failed together do not come
// back together.
std::chrono::nanoseconds retry_delay(std::uint32_t attempt, std::chrono::nanoseconds first,
                                     std::chrono::nanoseconds most, const Chance& chance);

}  // namespace rcx::host
