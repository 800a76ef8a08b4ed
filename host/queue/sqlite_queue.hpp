// The queue of a machine of its own: SQLite, in WAL mode.
#pragma once

#include <memory>

#include "host/queue/queue.hpp"
#include "host/queue/schedule.hpp"

namespace SQLite {
class Database;
}

namespace rcx::host {

class Prepared;
class Statements;

// What was enqueued, and what an operator changed, survives a loss of power. What handlers have
// done survives the end of this process, but not always a loss of power: a handler may then hear of
// an event once more.
class SqliteQueue : public Queue {
 public:
  // `queue.db` of that directory, made or brought to this release's version where needed. One at a
  // time may be open: see QueueLock. `most_pages`: of the file, for tests; 0: as many as it likes.
  static Result<std::unique_ptr<Queue>> open(const fs::path& directory, int most_pages = 0);
  // To list and count only, beside one that is open; nothing where there is no queue yet.
  static Result<std::unique_ptr<Queue>> open_to_read(const fs::path& directory);
  static fs::path file(const fs::path& directory);

  ~SqliteQueue() override;

  Result<void> enqueue(const std::vector<NewEvent>& events, std::int64_t now_ns) override;
  Result<std::vector<Lease>> hand_out(const std::vector<Settlement>& settlements,
                                      const LeaseTerms& terms, std::int64_t now_ns) override;
  Result<std::int64_t> next_due(const std::set<std::string>& asleep) override;
  Result<void> list(const EventQuery& query, Sort sort,
                    const std::function<bool(EventView)>& use) override;
  Result<QueueCounts> counts() override;
  Result<std::uint64_t> bytes() override;
  Result<std::uint64_t> replay(const EventQuery& query, std::int64_t now_ns) override;
  Result<std::uint64_t> drop(const EventQuery& query) override;
  Result<std::uint64_t> trim(const QueueLimits& limits, std::int64_t now_ns) override;

 private:
  SqliteQueue(std::string file, std::unique_ptr<SQLite::Database> database);

  Prepared sql(std::string_view text);
  // From here on commits wait for the disk, or do not.
  void wait_for_disk(bool wait);
  void recover();
  void load();
  // Runs `work` in a transaction; `keep` then brings the schedule to what was stored. `wait`: for
  // the disk.
  void change(bool wait, const std::function<void()>& work, const std::function<void()>& keep);
  // Those that are new are added to `put`.
  void put(const NewEvent& event, std::int64_t now_ns, std::vector<Schedule::Delivery>& put);
  Lease take(const Schedule::Due& due, std::int64_t now_ns);
  void settle_one(const Settlement& settlement, std::int64_t now_ns);
  // Counts again what is open of that event.
  void recount(std::int64_t event, std::int64_t now_ns);
  std::vector<DeliveryView> deliveries_of(std::int64_t event);
  // The deliveries that match and do not run.
  std::vector<Schedule::Delivery> matching(const EventQuery& query);
  std::uint64_t size();
  std::uint64_t remove_closed(const std::string& which, std::int64_t before_ns);

  std::string file_;
  std::unique_ptr<SQLite::Database> database_;
  std::unique_ptr<Statements> statements_;
  bool waits_ = true;
  Schedule schedule_;
  bool loaded_ = false;  // the schedule says what is stored
};

}  // namespace rcx::host
