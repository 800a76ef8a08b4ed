// What the tests of queues share. An engine is tested by conformance_test.cpp when it stands in
// Engines: a type that opens a queue in a directory, and opens what another process left there.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>

#include "host/queue/sqlite_queue.hpp"
#include "tests/support/temp_dir.hpp"

namespace rcx::host {

inline constexpr std::int64_t kSecond = 1'000'000'000;
// When tests begin.
inline constexpr std::int64_t kNow = 1'700'000'000 * kSecond;

struct SqliteEngine {
  static std::unique_ptr<Queue> open(const fs::path& directory) {
    return std::move(*SqliteQueue::open(directory));
  }
};
using Engines = testing::Types<SqliteEngine>;

inline std::string event_id(unsigned number) {
  return fmt::format("{:08x}-0000-7000-8000-000000000000", number);
}

// Event number `number`, of that second, for those handlers.
inline NewEvent event_of(unsigned number, std::vector<std::string> handlers = {"mail"},
                         const std::string& repository = "app") {
  NewEvent event;
  event.id = event_id(number);
  event.kind = "push";
  event.repository = repository;
  event.path = "/srv/" + repository + ".git";
  event.caller = "ada";
  event.time_ns = kNow + number * kSecond;
  event.call = std::string("call\0 ", 6) + std::to_string(number);
  event.context = "context " + std::to_string(number);
  event.handlers = std::move(handlers);
  return event;
}

inline LeaseTerms many(std::int64_t order_hold_ns = 60 * kSecond) {
  return {1000, 1000, order_hold_ns, {}};
}

inline Settlement end_of(const Lease& lease, Settlement::End end, std::int64_t next_ns = 0,
                         std::string error = {}) {
  return {lease.event, lease.handler, end, next_ns, std::move(error)};
}

// `ID handler` of each, in order.
inline std::vector<std::string> names(const std::vector<Lease>& leases) {
  std::vector<std::string> all;
  for (const Lease& lease : leases) all.push_back(lease.id.substr(4, 4) + " " + lease.handler);
  return all;
}

// `ID handler state attempts` of each delivery that matches.
inline std::vector<std::string> states(Queue& queue, const EventQuery& query = {}) {
  std::vector<std::string> all;
  const Result<void> listed = queue.list(query, Sort::kOldestFirst, [&](const EventView& event) {
    for (const DeliveryView& one : event.deliveries) {
      if (!query.matches(one)) continue;
      all.push_back(fmt::format("{} {} {} {}", event.id.substr(4, 4), one.handler,
                                state_name(one.state), one.attempts));
    }
    return true;
  });
  EXPECT_TRUE(listed);
  return all;
}

}  // namespace rcx::host
