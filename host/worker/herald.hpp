// Tells people who wait for a verdict what they wait for.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>

#include "host/dispatch/scoreboard.hpp"
#include "host/worker/connection.hpp"

namespace rcx::host {

// One per worker. A thread that serves somebody is a visit; another thread, at every beat, sees
// which visits last and tells them which extension runs: after a second, then at intervals that
// grow to nine seconds, so that the client, which speaks up after ten seconds of silence, need not.
class Herald {
 public:
  class Visit {
   public:
    // The thread whose slot is number `place` serves `connection`.
    Visit(Herald& herald, std::size_t place, Connection& connection);
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    Visit(Visit&&) = delete;
    Visit& operator=(Visit&&) = delete;
    ~Visit();

   private:
    Herald& herald_;
    std::size_t place_;
  };

  explicit Herald(const Block& block) : block_(block) {}

  // How long until it should be called again.
  std::chrono::milliseconds beat();

 private:
  struct Place {
    std::mutex mutex;
    Connection* connection = nullptr;
    std::int64_t since_ns = 0;
    std::size_t told = 0;
  };

  const Block& block_;
  std::array<Place, kSlotsPerBlock> places_;
};

}  // namespace rcx::host
