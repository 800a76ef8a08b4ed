#include "host/supervisor/delivery.hpp"

#include <poll.h>
#include <sys/mman.h>

#include <boost/json.hpp>

#include "host/event/wire.h"
#include "host/queue/spool.hpp"
#include "host/supervisor/instance.hpp"

namespace rcx::host {
namespace {

constexpr std::int64_t kLookNs = 1'000'000'000;
constexpr std::int64_t kPauseNs = 10'000'000'000;

}  // namespace

Delivery::Delivery(const Config& config, fs::path program)
    : spool_(config.state / kSpool),
      program_(std::move(program)),
      order_(boost::json::serialize(
          boost::json::object{{"spool", spool_.string()},
                              {"socket", (config.run / RCX_WIRE_POST_SOCKET).string()},
                              {"log_file", config.log.file},
                              {"log_level", config.log.level}})) {}

void Delivery::watch(PollSet& waiting) {
  if (process_) waiting.add(process_->pidfd(), [] {});
}

void Delivery::tend() {
  if (process_) {
    pollfd ended{process_->pidfd(), POLLIN, 0};
    if (::poll(&ended, 1, 0) != 1) return;
    const std::string end = process_->wait();
    if (end != "exit status 0")
      log("supervisor").warn("calls that waited are delivered later: {}", end);
    process_.reset();
    next_look_ns_ = monotonic_ns() + (end == "exit status 0" ? kLookNs : kPauseNs);
    return;
  }
  if (monotonic_ns() < next_look_ns_) return;
  next_look_ns_ = monotonic_ns() + kLookNs;
  if (spooled(spool_).empty()) return;
  const Fd order(::memfd_create("rcx-order", MFD_CLOEXEC));
  if (!order || !write_all(order.get(), order_, "a memfd")) return;
  Result<Process> process =
      Process::start(program_, {program_.string(), "--role=deliver"}, {order.get()});
  if (process) {
    process_.emplace(std::move(*process));
  } else {
    log("supervisor").error("{}", process.error().message);
  }
}

void Delivery::stop() {
  if (process_) process_->kill();
  process_.reset();
}

}  // namespace rcx::host
