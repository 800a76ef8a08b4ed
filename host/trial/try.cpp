#include "host/trial/child.hpp"
#include "host/trial/request.hpp"

namespace rcx::host {
namespace {

// So many deaths say that nothing will become of it.
constexpr std::size_t kMostCrashes = 20;

// Follows the processes that run a history, one after the other.
class Attempt {
 public:
  Attempt(ReplayRequest& request, Tried& tried, const std::function<void(const TriedPush&)>& show)
      : request_(request), tried_(tried), show_(show) {}

  // Who else writes into that pipe is the extension.
  void hear(std::string_view line) {
    try {
      hear_answer(boost::json::parse({line.data(), line.size()}).as_object());
    } catch (const std::exception&) {
      error_ = kForeignWords;
    }
  }
  const std::string& error() const { return error_; }
  // Whether all pushes were run.
  bool complete() const { return complete_; }

 private:
  void hear_answer(const boost::json::object& json) {
    if (const boost::json::value* error = json.if_contains("error")) {
      error_ = std::string(error->as_string());
    } else if (json.contains("end")) {
      complete_ = true;
    } else if (json.contains("pushes")) {
      tried_.pushes = json.at("pushes").to_number<std::size_t>();
      tried_.commits = json.at("commits").to_number<std::size_t>();
    } else {
      hear_push(json);
    }
  }

  void hear_push(const boost::json::object& json) {
    const auto index = json.at("i").to_number<std::size_t>();
    request_.from = index + 1;
    tried_.failures += json.at("f").to_number<std::size_t>();
    const boost::json::array& times = json.at("t").as_array();
    if (times.size() > tried_.times.size()) tried_.times.resize(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      tried_.times[i].push_back({times[i].to_number<std::int64_t>(), index});
    }
    const boost::json::value* said = json.if_contains("p");
    if (said == nullptr) return;
    const boost::json::object& one = said->as_object();
    const auto text = [&](const char* key) { return printable(one.at(key).as_string()); };
    TriedPush push;
    push.index = index;
    push.refused = one.at("refused").as_bool();
    push.ref = text("ref");
    push.old_id = text("old");
    push.new_id = text("new");
    push.caller = text("caller");
    push.text = printable(one.at("text").as_string(), true);
    push.commits = one.at("commits").to_number<std::size_t>();
    if (one.contains("subject")) {
      push.subject = text("subject");
      push.time = one.at("time").to_number<std::int64_t>();
    }
    if (push.refused) ++tried_.refused;
    show_(push);
  }

  ReplayRequest& request_;
  Tried& tried_;
  const std::function<void(const TriedPush&)>& show_;
  std::string error_;
  bool complete_ = false;
};

}  // namespace

Result<Tried> try_history(const Subject& subject, const TrialConfig& config,
                          const TrialRequest& asked,
                          const std::function<void(const TriedPush&)>& show) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  const BudgetConfig budget = config.instance ? config.instance->budget : BudgetConfig();
  Result<Descriptor> descriptor =
      describe(*programs / "rcxd", subject.staged().library, budget.load);
  if (subject.interruption().came()) return interrupted();
  if (!descriptor) return descriptor.error();
  Tried tried;
  tried.id = descriptor->id;
  for (const HandlerInfo& handler : descriptor->handlers) {
    if (handler.event != asked.event) ++tried.other_handlers;
  }
  ReplayRequest request{*descriptor, asked.repository, asked.range, asked.event, 0, {}};
  Result<Scoreboard> scoreboard = Scoreboard::create();
  if (!scoreboard) return scoreboard.error();
  while (true) {
    boost::json::object json = to_json(config, subject);
    add_json(request, json);
    Result<TrialChild> child = TrialChild::start("try", json, *scoreboard);
    if (!child) return child.error();
    Attempt attempt(request, tried, show);
    const Result<TrialChild::End> end = child->listen(
        subject.interruption(), *scoreboard, [&](std::string_view line) { attempt.hear(line); });
    if (!end) return end.error();
    if (!attempt.error().empty()) return Error{Code::kInvalid, attempt.error()};
    const std::vector<Blame> blamed = scoreboard->blame_block(0);
    if (attempt.complete()) {
      if (!end->orderly) {
        tried.crashes.push_back("in destroy it " +
                                (blamed.empty() ? "was " + end->text : blamed[0].how));
      }
      return tried;
    }
    if (blamed.empty() || blamed[0].extension.empty()) {
      return Error{Code::kUnavailable,
                   "the process that tried the extension died, and nothing "
                   "tells why; it may have damaged its memory: try it under "
                   "AddressSanitizer"};
    }
    if (blamed[0].in_create) return Error{Code::kInvalid, "create " + blamed[0].how};
    tried.crashes.push_back(blamed[0].how);
    if (tried.crashes.size() == kMostCrashes) {
      return Error{Code::kUnavailable, "gave up: it took its process down " +
                                           std::to_string(kMostCrashes) +
                                           " times, the last time it " + blamed[0].how};
    }
    request.blamed[last_number(*scoreboard)] = blamed;
  }
}

}  // namespace rcx::host
