#include "host/api/connections.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <thread>

namespace rcx::host::api {

Connections::Served::Served(Connections& all, Fd socket) : all_(all) {
  const std::scoped_lock lock(all_.mutex_);
  place_ = all_.open_.insert(all_.open_.end(), Place{std::move(socket)});
  if (all_.stopping_) ::shutdown(place_->socket.get(), SHUT_RDWR);
  all_.changed_.notify_all();
}

Connections::Served::~Served() {
  const std::scoped_lock lock(all_.mutex_);
  all_.open_.erase(place_);
}

void Connections::Served::set_busy(bool busy) {
  const std::scoped_lock lock(all_.mutex_);
  if (place_->busy == busy) return;
  place_->busy = busy;
  all_.changed_.notify_all();
}

// Its thread sees that, and ends.
bool Connections::cut_oldest() {
  const auto oldest = std::find_if(open_.begin(), open_.end(),
                                   [](const Served::Place& one) { return !one.busy && !one.cut; });
  if (oldest == open_.end()) return false;
  oldest->cut = true;
  ::shutdown(oldest->socket.get(), SHUT_RDWR);
  return true;
}

void Connections::run(std::function<void()> work) {
  std::unique_lock lock(mutex_);
  // Each that comes takes the place of one; the rest waits in the backlog of the kernel.
  for (bool cut = false; running_ >= most_;) {
    if (!cut) cut = cut_oldest();
    changed_.wait(lock);
  }
  ++running_;
  lock.unlock();
  std::thread([this, work = std::move(work)] {
    work();
    const std::scoped_lock done(mutex_);
    --running_;
    changed_.notify_all();
  }).detach();
}

void Connections::stop() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  for (const Served::Place& one : open_) {
    if (!one.busy) ::shutdown(one.socket.get(), SHUT_RDWR);
  }
}

void Connections::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return running_ == 0; });
}

}  // namespace rcx::host::api
