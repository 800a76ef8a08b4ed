// Hands deliveries to workers, several at the same time.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/queue/queue.hpp"

namespace rcx::host {

// What came of one.
struct Delivered {
  enum class End {
    kDone,
    kFailed,       // `text` says why
    kAbsent,       // the handler does not serve; `text` says more
    kUnreachable,  // there is no worker
  };
  std::int64_t event = 0;
  std::string handler;
  std::string id;
  std::uint32_t attempt = 1;
  End end = End::kDone;
  std::string text;
};

// Threads of its own, as many as were ever needed at once. The other functions belong to one
// thread. Never destroyed while one is at work: the process ends instead.
class Deliverer {
 public:
  // Workers listen at `socket`. `wake` is called from any thread when there is something to take.
  Deliverer(fs::path socket, std::function<void()> wake)
      : socket_(std::move(socket)), wake_(std::move(wake)) {}
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;
  Deliverer(Deliverer&&) = delete;
  Deliverer& operator=(Deliverer&&) = delete;
  ~Deliverer() = default;

  void give(Lease lease);
  std::vector<Delivered> take();
  // How many were given and not taken back.
  std::size_t busy() const noexcept { return busy_; }

 private:
  void work();

  fs::path socket_;
  std::function<void()> wake_;
  std::size_t busy_ = 0;
  std::mutex mutex_;  // over what follows
  std::condition_variable given_;
  std::deque<Lease> waiting_;
  std::vector<Delivered> delivered_;
  std::size_t idle_ = 0;
};

// Has the worker that listens at `socket` run one handler. Waits for the end; a worker that dies
// over it is followed by another, which finds out whose fault it was.
Delivered deliver_to(const fs::path& socket, const Lease& lease);

}  // namespace rcx::host
