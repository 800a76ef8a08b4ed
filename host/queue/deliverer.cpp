#include "host/queue/deliverer.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "host/event/order.hpp"
#include "host/event/wire.h"
#include "host/event/worker_link.hpp"

namespace rcx::host {
namespace {

// Workers end what takes too long; this is for a worker that is stopped.
constexpr std::int64_t kPatienceNs = 600'000'000'000;
constexpr std::size_t kLongestText = 4096;

// The verdict of the worker; nothing where it is gone.
std::optional<std::pair<std::uint32_t, std::string>> verdict(WorkerLink& worker) {
  const std::int64_t deadline = monotonic_ns() + kPatienceNs;
  while (const auto frame = worker.receive(deadline)) {
    if (frame->type != RCX_WIRE_FRAME_VERDICT) continue;
    std::uint32_t status = kDeliveryFailed;
    if (frame->payload.size() < sizeof status) return std::nullopt;
    std::memcpy(&status, frame->payload.data(), sizeof status);
    return std::pair(
        status, printable(std::string_view(frame->payload).substr(sizeof status, kLongestText)));
  }
  return std::nullopt;
}

Delivered::End end_of(std::uint32_t status) {
  switch (status) {
    case kDelivered:
      return Delivered::End::kDone;
    case kNobodyThere:
      return Delivered::End::kAbsent;
    default:
      return Delivered::End::kFailed;
  }
}

}  // namespace

Delivered deliver_to(const fs::path& socket, const Lease& lease) {
  Delivered result{lease.event, lease.handler, lease.id, lease.attempt, {}, {}};
  const Result<Fd> call = sealed("rcx-request", lease.call);
  const Result<Fd> order =
      write_order({Part::kQueued, lease.handler, lease.attempt, {}}, lease.context);
  if (!call || !order) {
    result.end = Delivered::End::kUnreachable;
    result.text = call ? order.error().message : call.error().message;
    return result;
  }
  for (std::uint32_t attempt = 1; attempt <= RCX_WIRE_ATTEMPTS + 1; ++attempt) {
    std::optional<WorkerLink> worker = WorkerLink::open(socket);
    if (!worker) {
      result.end = Delivered::End::kUnreachable;
      result.text = "no worker listens";
      return result;
    }
    if (worker->send(call->get(), attempt, ::geteuid(), order->get())) {
      if (auto said = verdict(*worker)) {
        result.end = end_of(said->first);
        result.text = std::move(said->second);
        return result;
      }
    }
    if (worker->worker() == 0) {
      result.end = Delivered::End::kUnreachable;
      result.text = "no worker took it";
      return result;
    }
  }
  result.end = Delivered::End::kFailed;
  result.text = "several workers died over it";
  return result;
}

void Deliverer::give(Lease lease) {
  ++busy_;
  const std::scoped_lock lock(mutex_);
  waiting_.push_back(std::move(lease));
  if (waiting_.size() > idle_) {
    std::thread([this] { work(); }).detach();
  } else {
    given_.notify_one();
  }
}

std::vector<Delivered> Deliverer::take() {
  const std::scoped_lock lock(mutex_);
  busy_ -= delivered_.size();
  return std::exchange(delivered_, {});
}

void Deliverer::work() {
  // Nobody waits for it: not before pushes, as the rest of this process goes.
  constexpr int kBehind = 5;
  const auto own = static_cast<id_t>(::gettid());
  ::setpriority(PRIO_PROCESS, own, ::getpriority(PRIO_PROCESS, own) + kBehind);
  std::unique_lock lock(mutex_);
  while (true) {
    while (waiting_.empty()) {
      ++idle_;
      given_.wait(lock);
      --idle_;
    }
    const Lease lease = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Delivered result = deliver_to(socket_, lease);
    lock.lock();
    delivered_.push_back(std::move(result));
    wake_();
  }
}

}  // namespace rcx::host
