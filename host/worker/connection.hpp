// The worker's end of a connection from a hook client: wire.h.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "host/dispatch/call.hpp"
#include "host/event/wire.h"

namespace rcx::host {

// Owns the socket. A client that reads nothing for five seconds is given up: what is sent to it
// later is dropped, the event goes on.
class Connection : public Listener {
 public:
  explicit Connection(Fd socket);

  int socket() const noexcept { return socket_.get(); }

  struct Hello {
    std::uint32_t attempt = 1;
    std::optional<uid_t> behalf;  // whose call it was, where it was spooled
    bool withdrawn = false;       // the client has kept the call in a file, and is gone
    Fd request;
    Fd door;   // where the client can be asked for more
    Fd order;  // of another part of the host, where there is one; see order.hpp
  };
  // The client's first message, which must come within five seconds.
  Result<Hello> receive();

  // To another worker, which reads when it is done with others: what is said and has no room waits
  // here until the answer, and that may wait for `length`.
  void never_block_handlers(std::chrono::nanoseconds length);

  // For a stranger: lets go what it has sent so far, unread, so that an answer reaches it.
  void forget_request();

  // Tells the client now which process serves it, so that it can watch it: before anything runs
  // that may take long, or take the process down. Otherwise that goes with the first thing that is
  // sent, which saves waking the client twice.
  void announce();
  void say(std::string_view lines) override;
  // The same from any thread, for what may as well not be said: before the verdict, and only where
  // it can be sent at once.
  void notice(std::string_view lines);
  bool gone() const override;
  std::uint32_t harm() const override;
  // The last frame: `status` 0 or 1, and text as verdict_text makes it.
  void send_verdict(std::uint32_t status, std::string_view text);
  // Before it, to proc-receive: the packets that git reads.
  void send_report(std::string_view packets);
  // Before it, to who called a hook by name: what that answered.
  void send_result(std::uint32_t kind, std::string_view content);
  // Instead of that, to another worker: see answer.hpp.
  void send_answer(std::string_view answer);

 private:
  void send(std::uint32_t type, std::string_view head, std::string_view text);
  void put(std::string_view bytes, int flags);
  void send_locked(std::uint32_t type, std::string_view head, std::string_view text, int flags);
  std::string frame(std::uint32_t type, std::string_view head, std::string_view text);

  Fd socket_;
  std::uint64_t inode_ = 0;  // of the socket
  std::mutex sending_;       // over what follows
  std::uint32_t sequence_ = 0;
  bool announced_ = false;
  bool decided_ = false;
  bool broken_ = false;
  bool keeps_ = false;  // what has no room
  std::string kept_;
};

}  // namespace rcx::host
