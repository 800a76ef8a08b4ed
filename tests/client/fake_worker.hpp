// A worker made of a thread: it listens, and each connection goes through the next of the given
// scripts.
#ifndef RCX_TESTS_CLIENT_FAKE_WORKER_HPP
#define RCX_TESTS_CLIENT_FAKE_WORKER_HPP

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/event/wire.h"

namespace rcx::test {

// A request as a worker sees it.
struct Request {
  rcx_wire_request head{};
  std::string bytes;  // all of it
  int seals = 0;
  std::string section(const rcx_wire_section& section) const {
    return bytes.substr(section.offset, section.size);
  }
};

// One connection, after the client has said hello.
class Connection {
 public:
  explicit Connection(int socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const rcx_wire_hello& hello() const { return hello_; }
  const Request& request() const { return request_; }
  int socket() const { return socket_; }

  void send_hello(std::uint32_t pid);
  void send_text(std::string_view text);
  void send_verdict(std::uint32_t status, std::string_view text = {});
  // The payload, under a head that is right.
  void send_frame(std::uint32_t type, std::string_view payload);
  void send_bytes(std::string_view bytes) const;
  // Until the client hangs up.
  void wait_for_end() const;

 private:
  void receive();

  int socket_;
  std::uint32_t sequence_ = 0;
  rcx_wire_hello hello_{};
  Request request_;
};

using Script = std::function<void(Connection&)>;

// What a worker saw of one connection.
struct Seen {
  rcx_wire_hello hello{};
  Request request;
};

// A socket at that path that does not listen yet.
int bound_socket(const std::filesystem::path& path);

class FakeWorker {
 public:
  FakeWorker(const std::filesystem::path& socket, std::vector<Script> scripts);
  ~FakeWorker();
  FakeWorker(const FakeWorker&) = delete;
  FakeWorker& operator=(const FakeWorker&) = delete;

  // Ends listening; what has been seen until then.
  const std::vector<Seen>& finish();

 private:
  void serve();

  int listener_;
  std::vector<Script> scripts_;
  std::vector<Seen> seen_;
  std::thread thread_;
};

// Says hello in the name of this process, then the verdict.
Script verdict(std::uint32_t status, std::string_view text = {});

// A process that waits to be killed: a worker that dies.
class Mortal {
 public:
  Mortal();
  ~Mortal();
  Mortal(const Mortal&) = delete;
  Mortal& operator=(const Mortal&) = delete;
  // Any thread.
  std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_.load()); }
  void kill();

 private:
  std::atomic<int> pid_ = -1;
};

}  // namespace rcx::test

#endif  // RCX_TESTS_CLIENT_FAKE_WORKER_HPP
