#include "host/queue/retry.hpp"

#include <algorithm>
#include <memory>
#include <random>

namespace rcx::host {

Chance chance() {
  auto engine = std::make_shared<std::mt19937_64>(std::random_device()());
  return [engine] { return std::uniform_real_distribution<double>(0, 1)(*engine); };
}

std::chrono::nanoseconds retry_delay(std::uint32_t attempt, std::chrono::nanoseconds first,
                                     std::chrono::nanoseconds most, const Chance& chance) {
  std::chrono::nanoseconds longest = std::min(first, most);
  for (std::uint32_t i = 1; i < attempt && longest < most; ++i) {
    longest = longest > most / 2 ? most : longest * 2;
  }
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(longest.count()) * chance()));
}

}  // namespace rcx::host
