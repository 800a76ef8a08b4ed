// How rcx speaks to a running host: one line of JSON there, one back, over `<run>/control.sock`.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "host/config/config.hpp"
#include "host/supervisor/poll_set.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host {

// Whoever asked, until the answer is sent. Dropped without one, the asker sees the end of the
// connection.
class Asker {
 public:
  explicit Asker(Fd socket) : socket_(std::move(socket)) {}
  // Once. What the asker does not take at once is lost: the host waits for nobody.
  void answer(const boost::json::object& json);
  void refuse(const std::string& reason) { answer({{"error", reason}}); }

 private:
  Fd socket_;
};

// The host's end. Only root and the user of the host are heard. Belongs to one thread.
class ControlSocket {
 public:
  using Handle = std::function<void(const boost::json::object&, std::shared_ptr<Asker>)>;

  static Result<ControlSocket> open(const Config& config);

  // Whole questions go to `handle`.
  void watch(PollSet& waiting, const Handle& handle);
  // Takes the socket away, so that nobody connects any more.
  void close();

 private:
  struct Connection {
    Fd socket;
    std::string heard;
    std::int64_t since_ns = 0;  // monotonic
  };
  ControlSocket(fs::path path, Fd listener)
      : path_(std::move(path)), listener_(std::move(listener)) {}
  void accept();
  // Whether the connection has come to its end.
  bool read(Connection& connection, const Handle& handle);

  fs::path path_;
  Fd listener_;
  std::list<Connection> connections_;
};

// Asks the host of this instance. kUnavailable where none runs; kDenied for others than root and
// its user; an Error with its words where it refuses.
Result<boost::json::object> ask_host(const HostPlace& place, const boost::json::object& question,
                                     std::chrono::nanoseconds patience);

}  // namespace rcx::host
