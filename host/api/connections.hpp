// The connections of those who ask. Used by host/api alone.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>

#include "host/core/fd.hpp"

namespace rcx::host::api {

// A thread for each connection, so that one that says nothing keeps nobody else waiting. Where
// there are too many, the oldest whose request is not whole, or whose answer is not taken, is
// closed. Any thread.
class Connections {
 public:
  explicit Connections(std::size_t most) : most_(most) {}

  // Runs `work` in a thread of its own, as soon as there is room.
  void run(std::function<void()> work);
  // Closes those that wait for whoever asks, also those that come after.
  void stop();
  // Until all work is done.
  void wait();

  // One while it is served; made in its thread.
  class Served {
   public:
    Served(Connections& all, Fd socket);
    ~Served();
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;
    int socket() const noexcept { return place_->socket.get(); }
    // Whether it waits for the host, and not for whoever asks.
    void set_busy(bool busy);

   private:
    friend class Connections;
    struct Place {
      Fd socket;
      bool busy = false;
      bool cut = false;
    };
    Connections& all_;
    std::list<Place>::iterator place_;
  };

 private:
  bool cut_oldest();
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Served::Place> open_;  // the oldest first
  std::size_t running_ = 0;
  bool stopping_ = false;
};

}  // namespace rcx::host::api
