#include "host/queue/keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <boost/json.hpp>

#include "host/database/database.hpp"
#include "host/queue/received.hpp"
#include "host/queue/server.hpp"
#include "host/queue/spool.hpp"
#include "host/queue/sqlite_queue.hpp"

namespace rcx::host {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kSleepNs = 5 * kSecond;  // of a handler that does not serve
constexpr std::int64_t kPauseNs = kSecond / 10;
constexpr std::int64_t kRetryNs = kSecond;
constexpr std::int64_t kSpoolNs = kSecond / 20;
// What comes together is written together: pushes wait for the disk, nobody waits for a delivery.
constexpr std::int64_t kGatherNs = 20 * kMillisecond;
constexpr std::int64_t kBoundsNs = kSecond;
constexpr std::int64_t kTrimNs = 600 * kSecond;
constexpr std::int64_t kComplainEveryNs = 60 * kSecond;
constexpr std::uint64_t kMegabyte = std::uint64_t{1024} * 1024;
constexpr std::uint64_t kReserveBytes = 8 * kMegabyte;
constexpr int kMostDamaged = 3;

// One slow handler leaves room for others.
std::size_t most_of_one(std::size_t parallel) {
  return (parallel + 1) / 2;
}

}  // namespace

void say_full(const fs::path& run, const std::string& why) {
  const Result<void> said = write_file(queue_full_file(run), printable(why) + "\n", 0644);
  if (!said) log("queue").error("{}", said.error().message);
}

Keeper::Keeper(const Config& config, std::function<void()> wake)
    : directory_(queue_directory(config.state)),
      run_(config.run),
      spool_(config.state / kSpool),
      config_(config.queue),
      reserve_(directory_ / "reserve", kReserveBytes),
      deliverer_(config.run / kDeliverySocket, std::move(wake)) {}

Result<void> Keeper::open() {
  for (int i = 0; i < kMostDamaged; ++i) {
    Result<std::unique_ptr<Queue>> opened = SqliteQueue::open(directory_);
    if (!opened && opened.error().code == Code::kLimit) {
      reserve_.give_up();
      opened = SqliteQueue::open(directory_);
    }
    if (opened) {
      queue_ = std::move(*opened);
      ::unlink(queue_full_file(run_).c_str());
      keep_bounds();
      round_ns_ = 0;
      return {};
    }
    if (opened.error().code != Code::kInvalid) return opened.error();
    const Result<std::string> aside = set_aside(SqliteQueue::file(directory_));
    if (!aside) return aside.error();
    log("queue").critical(
        "{}; it is moved to {} and a new one begun. What waited there is not delivered; save it "
        "with:  sqlite3 {} .recover",
        opened.error().message, *aside, *aside);
  }
  return Error{Code::kIo, "every queue that is begun in " + directory_.string() +
                              " is damaged at once; look at its disk"};
}

Result<void> Keeper::begin_anew(const Error& damage) {
  log("queue").error("{}", damage.message);
  queue_.reset();
  return open();
}

void Keeper::configure(const QueueConfig& config) {
  config_ = config;
  next_trim_ns_ = 0;
  round_ns_ = 0;
}

void Keeper::wake() {
  asleep_.clear();
  round_ns_ = 0;
}

Result<void> Keeper::complain(const Error& error) {
  if (error.code == Code::kInvalid) return begin_anew(error);
  pause_until_ns_ = monotonic_ns() + kRetryNs;
  if (error.message != complaint_ || monotonic_ns() >= next_complaint_ns_) {
    complaint_ = error.message;
    next_complaint_ns_ = monotonic_ns() + kComplainEveryNs;
    log("queue").error("{}", error.message);
  }
  return {};
}

void Keeper::set_full(const std::string& why) {
  if (why == full_) return;
  if (why.empty()) {
    log("queue").info("there is room for post events again");
    ::unlink(queue_full_file(run_).c_str());
  } else {
    log("queue").error("no more post events can be accepted: {}", why);
    say_full(run_, why);
  }
  full_ = why;
}

// Room that was kept back is given up for what was accepted already.
Result<void> Keeper::store_all(const std::vector<NewEvent>& events, std::int64_t now_ns) {
  Result<void> stored = queue_->enqueue(events, now_ns);
  if (stored || stored.error().code == Code::kInvalid || !reserve_.there()) return stored;
  const std::string why = stored.error().message;
  reserve_.give_up();
  stored = queue_->enqueue(events, now_ns);
  set_full(why);
  return stored;
}

Result<void> Keeper::store(std::vector<Question>& questions) {
  std::vector<NewEvent> events;
  std::vector<const Question*> askers;
  for (Question& question : questions) {
    if (!is_enqueue(question)) continue;
    Result<NewEvent> event = read_event(question);
    if (!event) {
      question.refuse(event.error());
      continue;
    }
    events.push_back(std::move(*event));
    askers.push_back(&question);
  }
  if (events.empty()) return {};
  stored_ = true;
  round_within(kGatherNs);
  const Result<void> stored = store_all(events, wall_ns());
  for (const Question* asker : askers) {
    if (stored) {
      asker->answer({{"done", true}});
    } else {
      asker->refuse(stored.error());
    }
  }
  if (!stored) return complain(stored.error());
  return {};
}

Result<boost::json::object> Keeper::do_what(const boost::json::object& question) {
  try {
    const std::string_view what(question.at("do").as_string());
    const EventQuery query = query_from(question.at("query").as_object());
    if (what != "replay" && what != "drop") {
      return Error{Code::kInvalid, "wanted enqueue, replay or drop"};
    }
    round_ns_ = 0;
    const Result<std::uint64_t> count =
        what == "replay" ? queue_->replay(query, wall_ns()) : queue_->drop(query);
    if (!count) return count.error();
    return boost::json::object{{"count", *count}};
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("a question to the queue: ") + failed.what()};
  }
}

void Keeper::answer(const Question& question) {
  const Result<boost::json::object> answer = do_what(question.json);
  if (answer) {
    question.answer(*answer);
  } else {
    question.refuse(answer.error());
  }
}

Settlement Keeper::settlement_of(const Delivered& delivered, std::int64_t now_ns) {
  Settlement settlement{delivered.event, delivered.handler, Settlement::End::kDone, now_ns, {}};
  switch (delivered.end) {
    case Delivered::End::kDone:
      break;
    case Delivered::End::kFailed: {
      settlement.error = delivered.text;
      const bool last = delivered.attempt >= static_cast<std::uint32_t>(config_.attempts);
      settlement.end = last ? Settlement::End::kDead : Settlement::End::kRetry;
      settlement.next_ns =
          now_ns +
          retry_delay(delivered.attempt, config_.backoff, config_.longest_backoff, chance_).count();
      log("queue").warn("event {}: {} failed, try {} of {}: {}{}", delivered.id, delivered.handler,
                        delivered.attempt, config_.attempts, delivered.text,
                        last ? "; it is dead, see:  rcx events list --state dead" : "");
      break;
    }
    case Delivered::End::kAbsent:
      settlement.end = Settlement::End::kReturned;
      if (!asleep_.contains(delivered.handler)) {
        log("queue").warn(
            "{} does not serve ({}); its events wait until it does, or for:  rcx "
            "events drop --handler {}",
            delivered.handler, delivered.text, delivered.handler);
      }
      asleep_[delivered.handler] = monotonic_ns() + kSleepNs;
      break;
    case Delivered::End::kUnreachable:
      settlement.end = Settlement::End::kReturned;
      pause_until_ns_ = monotonic_ns() + kPauseNs;
      log("queue").debug("event {} waits: {}", delivered.id, delivered.text);
      break;
  }
  return settlement;
}

// What waits in the spool came before what comes now: so it goes first, unless it is stuck there.
bool Keeper::spool_first() {
  if (spooled(spool_).empty()) {
    spool_since_ns_ = 0;
    return false;
  }
  const std::int64_t now = monotonic_ns();
  if (spool_since_ns_ == 0) spool_since_ns_ = now;
  return now - spool_since_ns_ < config_.order_hold.count();
}

LeaseTerms Keeper::terms() {
  LeaseTerms terms;
  terms.most = 0;
  const auto parallel = static_cast<std::size_t>(config_.parallel);
  if (stopped_ || deliverer_.busy() >= parallel) return terms;
  if (spool_first()) {
    pause_until_ns_ = monotonic_ns() + kSpoolNs;
    return terms;
  }
  std::erase_if(asleep_, [now = monotonic_ns()](const auto& one) { return one.second <= now; });
  terms.most = parallel - deliverer_.busy();
  terms.per_handler = most_of_one(parallel);
  terms.order_hold_ns = config_.order_hold.count();
  for (const auto& [handler, until] : asleep_) terms.asleep.insert(handler);
  return terms;
}

Result<void> Keeper::round() {
  const std::int64_t now = wall_ns();
  std::vector<Settlement> settlements;
  settlements.reserve(delivered_.size());
  for (const Delivered& one : delivered_) settlements.push_back(settlement_of(one, now));
  // Where that began a pause, nothing is handed out.
  LeaseTerms what = terms();
  if (monotonic_ns() < pause_until_ns_) what.most = 0;
  if (settlements.empty() && what.most == 0) return {};
  Result<std::vector<Lease>> leases = queue_->hand_out(settlements, what, now);
  if (!leases && leases.error().code == Code::kLimit && reserve_.there()) {
    set_full(leases.error().message);
    reserve_.give_up();
    leases = queue_->hand_out(settlements, what, now);
  }
  if (!leases) return complain(leases.error());
  delivered_.clear();
  for (Lease& lease : *leases) {
    ++busy_[lease.handler];
    deliverer_.give(std::move(lease));
  }
  return {};
}

Result<void> Keeper::work(std::vector<Question> questions) {
  // Who waits for the disk first.
  if (Result<void> stored = store(questions); !stored) return stored;
  for (const Question& question : questions) {
    if (!is_enqueue(question)) answer(question);
  }
  take_delivered();
  if (monotonic_ns() >= next_bounds_ns_) keep_bounds();
  if (monotonic_ns() < std::max(round_ns_, pause_until_ns_)) return {};
  Result<void> worked = round();
  round_ns_ = next_round();
  return worked;
}

void Keeper::take_delivered() {
  const auto parallel = static_cast<std::size_t>(config_.parallel);
  const std::size_t busy = deliverer_.busy();
  for (Delivered& one : deliverer_.take()) {
    const auto of_handler = busy_.find(one.handler);
    // Others may wait for its place.
    const bool full = busy >= parallel || of_handler->second >= most_of_one(parallel);
    if (--of_handler->second == 0) busy_.erase(of_handler);
    delivered_.push_back(std::move(one));
    round_within(full || deliverer_.busy() == 0 ? 0 : kGatherNs);
  }
}

void Keeper::round_within(std::int64_t ns) {
  round_ns_ = std::min(round_ns_, monotonic_ns() + ns);
}

std::int64_t Keeper::next_round() {
  std::int64_t next = delivered_.empty() ? kNever : pause_until_ns_;
  if (stopped_ || deliverer_.busy() >= static_cast<std::size_t>(config_.parallel)) return next;
  std::set<std::string> asleep;
  for (const auto& [handler, wakes] : asleep_) {
    asleep.insert(handler);
    next = std::min(next, wakes);
  }
  for (const auto& [handler, count] : busy_) {
    if (count >= most_of_one(static_cast<std::size_t>(config_.parallel))) asleep.insert(handler);
  }
  const Result<std::int64_t> due = queue_->next_due(asleep);
  if (!due || *due == kNever) return next;
  const std::int64_t wait = std::max<std::int64_t>(*due - wall_ns(), 0);
  return std::min(next, std::max(pause_until_ns_, monotonic_ns() + wait));
}

void Keeper::keep_bounds() {
  const std::int64_t now = monotonic_ns();
  next_bounds_ns_ = now + kBoundsNs;
  if (!stored_ && full_.empty() && now < next_trim_ns_) return;
  stored_ = false;
  const std::uint64_t most = static_cast<std::uint64_t>(config_.max_megabytes) * kMegabyte;
  const Result<std::uint64_t> bytes = queue_->bytes();
  if (now >= next_trim_ns_ || (bytes && *bytes > most)) {
    next_trim_ns_ = now + kTrimNs;
    const Result<std::uint64_t> removed =
        queue_->trim({config_.keep.count(), config_.keep_dead.count(), most}, wall_ns());
    if (!removed) log("queue").error("{}", removed.error().message);
    if (removed && *removed > 0) {
      log("queue").info("removed {} events that are no longer kept", *removed);
    }
  }
  const Result<std::uint64_t> left = queue_->bytes();
  if (left && *left > most) {
    set_full(fmt::format("events that wait or are dead take {} MiB, queue.max_megabytes is {}",
                         *left / kMegabyte, config_.max_megabytes));
  } else if (!reserve_.make()) {
    set_full("the disk of " + directory_.string() + " is full");
  } else {
    set_full({});
  }
}

int Keeper::patience() const {
  const std::int64_t now = monotonic_ns();
  std::int64_t until = std::min(now + kTrimNs, std::max(round_ns_, pause_until_ns_));
  if (stored_ || !full_.empty()) until = std::min(until, next_bounds_ns_);
  return static_cast<int>(std::clamp<std::int64_t>((until - now + kMillisecond - 1) / kMillisecond,
                                                   0, kTrimNs / kMillisecond));
}

}  // namespace rcx::host
