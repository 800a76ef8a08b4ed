// The bytes of one request and its answer, with bounds that httplib does not have. Used by host/api
// alone.
#pragma once

#include <httplib.h>

#include <optional>
#include <string>

#include "host/api/connections.hpp"
#include "host/api/reply.hpp"

namespace rcx::host::api {

struct RequestBounds {
  std::size_t head_bytes = 64 * 1024UL;              // the request line and all header lines
  std::chrono::nanoseconds reading{10'000'000'000};  // the head and the body, however they come
  std::chrono::nanoseconds writing{10'000'000'000};  // the answer
};

// Nothing where it cannot be known before the body is read.
std::optional<std::uint64_t> body_length(const httplib::Request& request);

// One thread, that of `served`, which must outlive this.
class RequestStream : public httplib::Stream {
 public:
  RequestStream(Connections::Served& served, const RequestBounds& bounds);

  // Reads all of the head before httplib sees any of it. False: there is no request, and `refusal`
  // says why, where somebody is there to read it.
  bool read_head();
  const std::optional<Reply>& refusal() const noexcept { return refusal_; }
  // How much of a body follows. As soon as it is read, what remains to be done is the host's.
  void expect_body(std::uint64_t length);
  // Takes what was sent and not read, for a while: closing before that would lose the answer.
  void drain();

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return served_.socket(); }

 private:
  bool wait_for(short event, std::int64_t until_ns) const;
  ssize_t receive(char* to, std::size_t size);
  void take_body(std::size_t bytes);
  bool is_whole() const;

  Connections::Served& served_;
  const RequestBounds bounds_;
  const std::int64_t read_until_ns_;
  std::int64_t write_until_ns_ = 0;  // 0: nothing was written
  std::string head_;                 // and what came with it
  std::size_t head_length_ = 0;
  std::size_t given_ = 0;  // of head_
  std::uint64_t body_left_ = 0;
  bool expects_ = false;
  std::optional<Reply> refusal_;
};

}  // namespace rcx::host::api
