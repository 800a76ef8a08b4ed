// Those who are connected to the process of the queue.
#pragma once

#include <boost/json/object.hpp>
#include <list>
#include <vector>

#include "host/queue/queue.hpp"

struct pollfd;

namespace rcx::host {

// A question that was heard as a whole. The answer is sent once.
struct Question {
  Fd socket;
  boost::json::object json;
  std::vector<Fd> descriptors;

  void answer(const boost::json::object& json) const;
  void refuse(const Error& error) const;
};

// Accepts, and reads until each question is whole. One thread.
class Callers {
 public:
  explicit Callers(Fd listener) : listener_(std::move(listener)) {}

  // What to wait for.
  void add_to(std::vector<pollfd>& waiting) const;
  // Takes what has come. Never waits.
  std::vector<Question> take();

 private:
  struct Caller {
    Fd socket;
    std::string heard;
    std::vector<Fd> descriptors;
    std::int64_t since_ns = 0;  // monotonic
  };
  void accept();
  // Whether nothing more is to be expected of it; a whole question goes to `questions`.
  static bool read(Caller& caller, std::vector<Question>& questions);

  Fd listener_;
  std::list<Caller> callers_;
};

}  // namespace rcx::host
