// Those who are connected to the process of the queue.
#pragma once

#include <boost/json/object.hpp>
#include <list>
#include <vector>

#include "host/queue/queue.hpp"

namespace rcx::host {

// A question that was heard as a whole. The answer is sent once, before its Callers take others.
struct Question {
  int socket = -1;  // its Callers close it
  boost::json::object json;
  std::string behind;  // the bytes that followed

  void answer(const boost::json::object& json) const;
  void refuse(const Error& error) const;
};

// Accepts, and reads until each question is whole. Who has had an answer may ask again: workers
// stay connected. One thread.
class Callers {
 public:
  // An Error: no epoll instance can be had.
  static Result<Callers> open(Fd listener);

  // Readable while there is something to take. Belongs to this.
  int fd() const noexcept { return epoll_.get(); }
  // Takes what has come. Never waits.
  std::vector<Question> take();

 private:
  struct Caller {
    Fd socket;
    std::string heard;
    std::optional<boost::json::object> question;  // its line; `heard` is what followed
    std::size_t wanted = 0;                       // how much follows
    std::int64_t since_ns = 0;  // monotonic: since when a question is not whole; 0: there is none
  };
  Callers(Fd epoll, Fd listener) : epoll_(std::move(epoll)), listener_(std::move(listener)) {}
  void accept(std::vector<Question>& questions);
  // Whether it may go on; a whole question goes to `questions`.
  bool read(Caller& caller, std::vector<Question>& questions);
  static Result<void> take_line(Caller& caller);

  Fd epoll_;
  Fd listener_;
  std::list<Caller> callers_;
  std::vector<char> chunk_;
};

}  // namespace rcx::host
