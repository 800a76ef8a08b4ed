// Who may ask, and how often. Used by host/api alone.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/accounts/permission.hpp"
#include "host/api/reply.hpp"

namespace rcx::host::api {

// Lets so many requests of one origin pass in a minute; a short burst of a sixth of that at once.
// Where there are too many origins, the one that was quiet longest is forgotten. Any thread.
class RateLimit {
 public:
  // Seconds to wait; 0: it passes. `now_ns` is of the monotonic clock.
  int ask(const std::string& origin, int per_minute, std::int64_t now_ns);

 private:
  struct Bucket {
    std::string origin;
    double left = 0;
    std::int64_t filled_ns = 0;
  };
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // who asked last comes first
  std::map<std::string, std::list<Bucket>::iterator, std::less<>> by_origin_;
};

// Who does something at the same time: so many requests, and of one token at most half as many; the
// others wait. Any thread.
class Turns {
 public:
  explicit Turns(std::size_t most)
      : free_(most), most_of_one_(std::max<std::size_t>(1, most / 2)) {}

  // One turn of who has `token`, from its making on. `all` must outlive it.
  class Turn {
   public:
    Turn(Turns& all, std::string token);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& all_;
    const std::string token_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_;
  const std::size_t most_of_one_;
  std::map<std::string, std::size_t> taken_;  // by token
};

// Open databases, one for each thread that uses one at the time. Any thread.
class Databases {
 public:
  explicit Databases(fs::path state) : state_(std::move(state)) {}

  // One that belongs to the caller until `give_back`.
  Result<Accounts> take();
  void give_back(Accounts accounts);

 private:
  fs::path state_;
  std::mutex mutex_;
  std::vector<Accounts> idle_;
};

// What says which token it is, and is no secret; of what is no token, nothing.
std::string token_name(std::string_view token);
// `text` with the secrets of the tokens in it cut off.
std::string without_secrets(std::string_view text);

// The token of an Authorization header; nothing where it has none of the kind Bearer.
std::optional<std::string> bearer(const std::string& header);

}  // namespace rcx::host::api
