// What the process of the queue does: stores, delivers, answers, keeps within bounds.
#pragma once

#include <map>

#include "host/config/config.hpp"
#include "host/queue/callers.hpp"
#include "host/queue/client.hpp"
#include "host/queue/deliverer.hpp"
#include "host/queue/reserve.hpp"
#include "host/queue/retry.hpp"

namespace rcx::host {

// One thread.
class Keeper {
 public:
  // `wake` is called from any thread when there is something to do for `work`.
  Keeper(const Config& config, std::function<void()> wake);

  // Opens the queue. An Error: nothing can be done here.
  Result<void> open();
  void configure(const QueueConfig& config);
  // Nothing more is delivered.
  void stop() noexcept { stopped_ = true; }
  // Handlers that did not serve may do so now.
  void wake();

  // Stores what `questions` bring and answers them, takes what came of deliveries, and hands out
  // others. An Error: it cannot go on.
  Result<void> work(std::vector<Question> questions);
  // How many milliseconds until `work` has something to do by itself.
  int patience() const;
  // Whether no delivery is at work.
  bool idle() const noexcept { return deliverer_.busy() == 0 && delivered_.empty(); }

 private:
  Result<void> store(std::vector<Question>& questions);
  Result<void> store_all(const std::vector<NewEvent>& events, std::int64_t now_ns);
  void answer(const Question& question);
  Result<boost::json::object> do_what(const boost::json::object& question);
  Settlement settlement_of(const Delivered& delivered, std::int64_t now_ns);
  // How much may be handed out now.
  LeaseTerms terms();
  // Settles what came back and hands out what is due.
  Result<void> round();
  void take_delivered();
  void round_within(std::int64_t ns);
  // When there is something to do for it, if nothing happens before.
  std::int64_t next_round();
  bool spool_first();
  Result<void> begin_anew(const Error& damage);
  void keep_bounds();
  void set_full(const std::string& why);
  // What stands in the way now, and is tried again.
  Result<void> complain(const Error& error);

  fs::path directory_;
  fs::path run_;
  fs::path spool_;
  QueueConfig config_;
  Reserve reserve_;
  std::unique_ptr<Queue> queue_;
  Deliverer deliverer_;
  Chance chance_ = chance();
  std::vector<Delivered> delivered_;            // not yet settled
  std::map<std::string, std::int64_t> asleep_;  // handlers that do not serve, and until when
  std::map<std::string, std::size_t> busy_;     // deliveries at work, by handler
  bool stopped_ = false;
  bool stored_ = true;               // since the bounds were looked at
  std::string full_;                 // why nothing more is accepted; empty: it is
  std::int64_t round_ns_ = 0;        // monotonic: when the next round is; nothing due: kNever
  std::int64_t pause_until_ns_ = 0;  // monotonic: there are no workers, or it failed
  std::int64_t spool_since_ns_ = 0;  // monotonic: since when something waits there
  std::int64_t next_bounds_ns_ = 0;  // monotonic
  std::int64_t next_trim_ns_ = 0;    // monotonic
  std::int64_t next_complaint_ns_ = 0;
  std::string complaint_;
};

// Makes the file that tells workers that nothing can be queued.
void say_full(const fs::path& run, const std::string& why);

}  // namespace rcx::host
