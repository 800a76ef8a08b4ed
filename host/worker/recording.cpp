#include "host/worker/recording.hpp"

#include <algorithm>

#include "host/event/abi_event.hpp"
#include "host/event/event_json.hpp"
#include "host/event/json_tree.hpp"
#include "host/recorder/recorder.hpp"

namespace rcx::host {
namespace {

constexpr std::int64_t kComplainEveryNs = 10'000'000'000;
constexpr std::int64_t kMostApartNs = 3'600'000'000'000;

std::string bounded(const std::string& reason) {
  return reason.size() <= kLongestReasonKept ? reason
                                             : reason.substr(0, kLongestReasonKept) + " (cut)";
}

const char* outcome(const HandlerRun& run) {
  if (run.absent) return "absent";
  if (!run.failure.empty()) return "failed";
  if (!run.objected) return "agreed";
  return run.config->mode == Mode::kEnforce ? "objected" : "would_object";
}

void add_objections(const std::vector<Objection>& objections, const Event& event,
                    RecordedExtension& extension) {
  for (const Objection& objection : objections) {
    if (objection.extension != extension.id) continue;
    if (extension.objections.size() >= kMostObjectionsKept) {
      ++extension.objections_left_out;
      continue;
    }
    RecordedObjection kept{std::nullopt, bounded(objection.reason)};
    if (objection.ref) kept.ref = event.refs[*objection.ref].name;
    extension.objections.push_back(std::move(kept));
  }
}

// What several handlers of one extension object is told of the first that objects.
bool told(const Record& record, const std::string& extension) {
  for (const RecordedExtension& earlier : record.extensions) {
    if (earlier.id == extension && !earlier.objections.empty()) return true;
  }
  return false;
}

// Who it is and what counts for it.
RecordedExtension described(const PlannedExtension& planned, const ExtensionConfig& config) {
  RecordedExtension extension;
  extension.id = planned.id;
  if (planned.descriptor) extension.version = planned.descriptor->version;
  extension.hash = planned.hash;
  extension.mode = config.mode == Mode::kEnforce ? "enforce" : "observe";
  extension.fail = config.fail == FailPolicy::kClosed ? "closed" : "open";
  return extension;
}

RecordedExtension extension_of(const HandlerRun& run) {
  RecordedExtension extension = described(*run.planned, *run.config);
  extension.outcome = outcome(run);
  extension.reason = bounded(run.failure);
  extension.took_ns = run.took.count();
  extension.bypassed = run.bypassed;
  return extension;
}

void add_told(const Event& event, Record& record) {
  if (event.repository.name.empty()) record.about = event.subject;
  record.told = boost::json::serialize(emission_json(event));
  if (record.told.size() > kLongestToldKept) record.told = "{}";
}

// Arguments may be secrets: which there were is enough.
void add_called(const Event& event, Record& record) {
  if (event.repository.name.empty()) record.about = event.subject;
  boost::json::array parameters;
  const rcx_value& given = event.called->arguments->root();
  for (std::uint64_t i = 0; i < given.count; ++i) {
    parameters.emplace_back(abi_view(RCX_AT(rcx_value, given.items, given.stride, i)->key));
  }
  boost::json::object told{{"hook", event.subject}};
  if (!parameters.empty()) told["parameters"] = std::move(parameters);
  record.told = boost::json::serialize(told);
}

void add_event(const Event& event, Record& record) {
  record.push_id = event.push_id;
  record.kind = event.kind->name;
  record.vcs = event.repository.vcs < std::size(catalogue::kVcs)
                   ? catalogue::kVcs[event.repository.vcs]
                   : "other";
  record.repository = event.repository.name;
  if (event.told != nullptr) add_told(event, record);
  if (event.called) add_called(event, record);
  record.path = event.repository.path;
  record.caller = event.caller;
  const auto kept = static_cast<std::ptrdiff_t>(std::min(event.refs.size(), kMostRefs));
  record.refs.assign(event.refs.begin(), event.refs.begin() + kept);
  record.refs_left_out = event.refs.size() - record.refs.size();
  if (event.kind->action != RCX_ACTION_PULL) return;
  record.pull = event.pull;
  std::vector<Wanted>& wanted = record.pull->wanted;
  if (wanted.size() <= kMostRefs) return;
  record.wanted_left_out = wanted.size() - kMostRefs;
  wanted.resize(kMostRefs);
}

void add_lost(const std::vector<Blame>& lost, Record& record) {
  for (const Blame& blame : lost) {
    record.lost.push_back({blame.extension, blame.how, blame.in_service});
  }
}

}  // namespace

Record record_of(const Event& event, const Verdict& verdict, const std::vector<Blame>& lost) {
  Record record;
  record.id = event.id_text;
  record.time_ns = event.time_ns;
  record.attempts = event.attempt;
  record.verdict = event.kind->veto ? (verdict.refused                ? "refused"
                                       : verdict.refused_refs.empty() ? "accepted"
                                                                      : "partial")
                                    : (verdict.failures.empty() ? "done" : "failed");
  if (event.called && !verdict.refused && !verdict.failures.empty()) record.verdict = "failed";
  add_event(event, record);
  record.bypass = bounded(verdict.bypass);
  for (std::size_t i = 0; i < verdict.refused_refs.size() && i < kMostRefs; ++i) {
    record.refused_refs.push_back(event.refs[verdict.refused_refs[i]].name);
  }
  for (const HandlerRun& run : verdict.runs) {
    RecordedExtension extension = extension_of(run);
    if (run.objected && !told(record, extension.id)) {
      add_objections(verdict.objections, event, extension);
      add_objections(verdict.observed, event, extension);
      add_objections(verdict.bypassed, event, extension);
    }
    record.extensions.push_back(std::move(extension));
  }
  add_lost(lost, record);
  return record;
}

Record record_of(const HookCall& call, const Event* event, std::uint32_t attempt,
                 const std::string& reason, const std::vector<Blame>& lost) {
  Record record;
  record.id = uuid_text(call.event_id());
  record.time_ns = call.time_ns();
  record.attempts = attempt;
  const EventKind* kind = event_kind_of(call);
  record.kind = kind != nullptr ? kind->name : "unknown";
  record.verdict = kind != nullptr && kind->veto ? "refused" : "failed";
  record.reason = bounded(reason);
  record.path = call.directory();
  if (event != nullptr) add_event(*event, record);
  add_lost(lost, record);
  return record;
}

void add_queued(const std::vector<QueuedHandler>& handlers, Record& record) {
  for (const QueuedHandler& handler : handlers) {
    RecordedExtension extension = described(*handler.planned, *handler.config);
    extension.outcome = kQueuedOutcome;
    record.extensions.push_back(std::move(extension));
  }
}

void mark_delivery(Record& record, std::uint32_t attempt) {
  record.attempts = 1;
  record.delivery = true;
  for (RecordedExtension& extension : record.extensions) extension.delivery = attempt;
}

Recording::Recording(const Config& config, int generation)
    : generation_(generation),
      journal_(records_directory(config.state), record_limits(config), [this](int fd) {
        guard_.reset();
        if (fd >= 0) guard_.emplace(fd);
      }) {}

void Recording::open() {
  if (Result<void> opened = journal_.open(); !opened) complain(opened.error());
}

void Recording::add(Record record, std::int64_t took_ns) {
  record.took_ns = took_ns;
  // The client's clock is this machine's; one that says otherwise would order records, and keep
  // them, as it likes.
  const std::int64_t now = wall_ns();
  if (record.time_ns < now - kMostApartNs || record.time_ns > now + kMostApartNs) {
    record.time_ns = now;
  }
  record.generation = generation_;
  Result<void> kept{};
  try {
    kept = journal_.append(record_line(record));
  } catch (const std::exception& failed) {
    kept = Error{Code::kInvalid, std::string("cannot make a record: ") + failed.what()};
  }
  if (kept) return;
  ++lost_;
  complain(kept.error());
}

void Recording::complain(const Error& error) {
  const std::int64_t now = monotonic_ns();
  std::int64_t next = next_complaint_ns_.load();
  if (now < next || !next_complaint_ns_.compare_exchange_strong(next, now + kComplainEveryNs)) {
    return;
  }
  log("recorder")
      .error("{}; {} records are lost in this worker so far, pushes go on", error.message,
             lost_.load());
}

}  // namespace rcx::host
