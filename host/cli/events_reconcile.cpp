// `rcx events reconcile`: pushes that git accepted and then never announced.
#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <cstring>
#include <iostream>
#include <limits>
#include <map>
#include <set>

#include "host/cli/decision_text.hpp"
#include "host/cli/events.hpp"
#include "host/cli/hooks.hpp"
#include "host/event/make_call.hpp"
#include "host/event/order.hpp"
#include "host/event/wire.h"
#include "host/event/worker_link.hpp"
#include "host/queue/spool.hpp"
#include "host/recorder/history.hpp"
#include "host/supervisor/status.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kPatienceNs = 120 * kSecondNs;

struct Asked {
  std::string since = "1d";
  double older = 300;
  bool dry_run = false;
};

// A push whose references moved, and that nobody was told of.
struct Missed {
  const Record* record;
  std::vector<RefUpdate> refs;  // those that moved
};

// Ids of a repository's references, by name.
using References = std::map<std::string, std::string>;

Result<References> read_refs(const std::string& path) {
  const Result<std::string> lines =
      ask_git(path, {"for-each-ref", "--format=%(objectname) %(refname)"});
  if (!lines) return lines.error();
  References refs;
  for (const std::string_view line : split(*lines, '\n')) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    refs.emplace(line.substr(space + 1), line.substr(0, space));
  }
  return refs;
}

class Search {
 public:
  Search(const std::vector<StoredRecord>& records, std::int64_t before_ns)
      : records_(records), before_ns_(before_ns) {
    for (const StoredRecord& one : records_) {
      if (one.record.kind == "push") announced_.insert(one.record.push_id);
    }
  }

  // Oldest first.
  std::vector<Missed> run() {
    std::vector<Missed> missed;
    for (const StoredRecord& one : records_) {
      const Record& record = one.record;
      const bool accepted = record.verdict == "accepted" || record.verdict == "partial";
      if (record.kind != "pre_push" || record.vcs != "git" || !accepted ||
          record.time_ns > before_ns_ || announced_.contains(record.push_id)) {
        continue;
      }
      Missed found{&record, {}};
      for (const RefUpdate& ref : record.refs) {
        if (moved(record, ref)) found.refs.push_back(ref);
      }
      if (!found.refs.empty()) missed.push_back(std::move(found));
    }
    std::reverse(missed.begin(), missed.end());
    return missed;
  }

 private:
  // Whether that reference has become what the push wanted: it still is, or a later push found it
  // so.
  bool moved(const Record& record, const RefUpdate& ref) {
    const auto& refused = record.refused_refs;
    if (std::find(refused.begin(), refused.end(), ref.name) != refused.end()) return false;
    // The newest stand first.
    for (auto later = records_.rbegin(); later != records_.rend(); ++later) {
      if (later->record.path != record.path || later->record.time_ns <= record.time_ns) continue;
      for (const RefUpdate& one : later->record.refs) {
        if (one.name == ref.name) return one.old_id == ref.new_id;
      }
    }
    const std::optional<References>& known = refs_of(record.path);
    if (!known) return false;
    const auto now = known->find(ref.name);
    return now == known->end() ? ref.new_id.empty() && !ref.old_id.empty()
                               : now->second == ref.new_id;
  }

  // None where the repository cannot be read.
  const std::optional<References>& refs_of(const std::string& path) {
    auto found = refs_.find(path);
    if (found == refs_.end()) {
      Result<References> read = read_refs(path);
      if (!read) std::cerr << "rcx: " << read.error().message << '\n';
      found = refs_.emplace(path, read ? std::optional(std::move(*read)) : std::nullopt).first;
    }
    return found->second;
  }

  const std::vector<StoredRecord>& records_;
  std::int64_t before_ns_;
  std::set<std::string> announced_;                        // by push id
  std::map<std::string, std::optional<References>> refs_;  // by path
};

// The same each time, so that what is announced twice is queued once.
Uuid id_of(const Record& record) {
  boost::uuids::name_generator_sha1 generator(boost::uuids::string_generator()(record.id));
  const boost::uuids::uuid made = generator("push");
  Uuid id{};
  std::copy(made.begin(), made.end(), id.begin());
  return id;
}

Result<void> announce(const Config& config, const HostPlace& place, const Missed& missed) {
  const Record& record = *missed.record;
  CallParts parts{id_of(record), record.time_ns, "post-receive", {"GIT_DIR=."}, record.path, {}};
  for (const RefUpdate& ref : missed.refs) {
    const std::string none(std::max(ref.old_id.size(), ref.new_id.size()), '0');
    parts.input += (ref.old_id.empty() ? none : ref.old_id) + " " +
                   (ref.new_id.empty() ? none : ref.new_id) + " " + ref.name + "\n";
  }
  const Result<Fd> call = make_call(parts);
  if (!call) return call.error();
  Event event;
  event.push_id = record.push_id;
  const Result<Fd> order =
      write_order({}, context_text({record.caller, kept_text(event, config), record.push_id}));
  if (!order) return order.error();
  std::optional<WorkerLink> worker = WorkerLink::open(place.run / RCX_WIRE_POST_SOCKET);
  const Error gone{Code::kUnavailable, "no worker of the host took it; see:  rcx status"};
  if (!worker || !worker->send(call->get(), 1, ::geteuid(), order->get())) return gone;
  while (const auto frame = worker->receive(monotonic_ns() + kPatienceNs)) {
    std::uint32_t status = 1;
    if (frame->type != RCX_WIRE_FRAME_VERDICT || frame->payload.size() < sizeof status) continue;
    std::memcpy(&status, frame->payload.data(), sizeof status);
    if (status == 0) return {};
    return Error{Code::kInvalid, printable(std::string_view(frame->payload).substr(sizeof status))};
  }
  return gone;
}

std::string in_words(const Missed& missed) {
  std::string text =
      fmt::format("{}  {}  push of {} by {}:", utc_text(missed.record->time_ns), missed.record->id,
                  printable(missed.record->repository), printable(missed.record->caller.name));
  for (const RefUpdate& ref : missed.refs) text += " " + printable(ref.name);
  return text;
}

void reconcile(const Asked& asked, Context& context) {
  const auto config = context.config();
  if (!config) return;
  const Result<std::int64_t> since = read_since(asked.since);
  if (!since) return context.fail(since.error(), kUsage);
  const Result<HostPlace> place = find_host(context.config_file);
  if (!place) return context.fail(place.error());
  if (!asked.dry_run && !InstanceLock::is_held(place->run)) {
    return context.fail({Code::kUnavailable,
                         "no host runs that could tell extensions; start it "
                         "with:  rcxd -c " +
                             config->file.string()},
                        kNoHost);
  }
  if (!spooled(config->state / kSpool).empty()) {
    return context.fail({Code::kBusy,
                         "calls that found no host wait for their delivery, and are "
                         "none that were lost; wait with:  rcx events wait"});
  }
  RecordQuery query;
  query.since_ns = *since;
  const Result<std::vector<StoredRecord>> records =
      list_records(*config, query, std::numeric_limits<std::size_t>::max());
  if (!records) return context.fail(records.error());
  const auto older = static_cast<std::int64_t>(asked.older * static_cast<double>(kSecondNs));
  Search search(*records, wall_ns() - older);
  for (const Missed& missed : search.run()) {
    const Result<void> done = asked.dry_run ? Result<void>() : announce(*config, *place, missed);
    if (!done) {
      context.fail({done.error().code, missed.record->id + ": " + done.error().message});
      continue;
    }
    std::cout << in_words(missed) << '\n';
  }
}

}  // namespace

void add_events_reconcile(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("reconcile", "Announces pushes that git accepted and never announced");
  auto asked = std::make_shared<Asked>();
  command
      ->add_option("--since", asked->since, "Pushes since this length of time, or this date, UTC")
      ->type_name("TIME")
      ->default_str("1d");
  command
      ->add_option("--older", asked->older,
                   "Seconds ago that the push began at least: younger ones may be under way")
      ->check(CLI::NonNegativeNumber)
      ->default_str("300");
  command->add_flag("--dry-run", asked->dry_run, "Only list them");
  command->footer(
      "A receive-pack that is killed after it has moved references runs no post-receive. Such "
      "pushes\n"
      "are found in the records: extensions agreed, references moved, and nobody was told. One "
      "line\n"
      "for each; what is announced twice is queued once. Of git's repositories only.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml events reconcile --dry-run");
  command->callback([asked, &context] { reconcile(*asked, context); });
}

}  // namespace rcx::host::cli
