// `rcx events replay` and `rcx events drop`: what an operator decides about deliveries.
#include <fmt/format.h>

#include <boost/filesystem/operations.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "host/cli/events.hpp"
#include "host/core/unix_socket.hpp"
#include "host/queue/client.hpp"
#include "host/queue/lock.hpp"
#include "host/queue/sqlite_queue.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::int64_t kPatienceNs = 60'000'000'000;

struct Asked : AskedEvents {
  std::string id;
  bool all = false;
};

// A word that both commands share.
struct Change {
  const char* name;  // as the queue knows it
  const char* done;  // what people read
};

Result<std::uint64_t> without_host(const Config& config, const std::string& what,
                                   const EventQuery& query) {
  const fs::path directory = queue_directory(config.state);
  boost::system::error_code ignored;
  if (!fs::exists(SqliteQueue::file(directory), ignored)) return std::uint64_t{0};
  const Result<Fd> lock = lock_queue(directory);
  if (!lock) return lock.error();
  if (!*lock) {
    return Error{Code::kBusy,
                 "another command, or a host that is just leaving, has the queue; "
                 "try again"};
  }
  const Result<std::unique_ptr<Queue>> queue = SqliteQueue::open(directory);
  if (!queue) return queue.error();
  return what == "replay" ? (*queue)->replay(query, wall_ns()) : (*queue)->drop(query);
}

Result<std::uint64_t> change(const Context& context, const Config& config, const std::string& what,
                             const EventQuery& query) {
  const Result<HostPlace> place = find_host(context.config_file);
  if (!place) return place.error();
  if (!InstanceLock::is_held(place->run)) return without_host(config, what, query);
  const Fd socket = connect_to(queue_socket(place->run));
  if (!socket) {
    return Error{Code::kDenied, system_error("cannot reach the queue of the host", errno).message +
                                    "; only root and the user of the host may change it"};
  }
  const Result<boost::json::object> answer = ask_queue(
      socket.get(), {{"do", what}, {"query", query_json(query)}}, monotonic_ns() + kPatienceNs);
  if (!answer) return answer.error();
  return answer->at("count").to_number<std::uint64_t>();
}

void run(const Change& what, const Asked& asked, Context& context) {
  const auto config = context.config();
  if (!config) return;
  Result<EventQuery> query = read_query(asked);
  if (!query) return context.fail(query.error(), kUsage);
  if (!asked.id.empty()) {
    const Result<std::string> id = read_event_id(asked.id);
    if (!id) return context.fail(id.error(), kUsage);
    query->id = *id;
  }
  const bool narrow = !asked.id.empty() || !asked.state.empty() || !asked.since.empty() ||
                      !query->handler.empty() || !query->repository.empty() || !query->kind.empty();
  if (!narrow && !asked.all) {
    return context.fail({Code::kInvalid, std::string("say which: the id of an event, filters such "
                                                     "as --state dead, or --all")},
                        kUsage);
  }
  const Result<std::uint64_t> count = change(context, *config, what.name, *query);
  if (!count) return context.fail(count.error());
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"deliveries", *count}}) << '\n';
  } else {
    std::cout << fmt::format("{} {}\n", *count, what.done);
  }
  if (*count == 0) context.status = kFailed;
}

void add(CLI::App& group, Context& context, const Change& what, const char* description,
         const char* footer) {
  CLI::App* command = group.add_subcommand(what.name, description);
  auto asked = std::make_shared<Asked>();
  command->add_option("ID", asked->id, "Of an event, or how that begins");
  add_filters(*command, *asked);
  command->add_flag("--all", asked->all, "All that does not run");
  command->footer(footer);
  command->callback([what, asked, &context] { run(what, *asked, context); });
}

}  // namespace

void add_events_replay(CLI::App& group, Context& context) {
  add(group, context, {"replay", "deliveries are tried again"}, "Has handlers told again, at once",
      "What is done or dead is delivered again under the same id, as if it had never been; what\n"
      "waits for another try is tried now. Exit status 1 where there is nothing of that kind.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml events replay --state dead --handler notify");
}

void add_events_drop(CLI::App& group, Context& context) {
  add(group, context, {"drop", "deliveries are dropped"}, "Forgets deliveries, for good",
      "What runs just now is left alone. Exit status 1 where there is nothing of that kind.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml events drop --handler gone");
}

}  // namespace rcx::host::cli
