// The process that runs an extension on a history.
#include <fcntl.h>
#include <fmt/format.h>

#include "host/dispatch/dispatch.hpp"
#include "host/trial/child.hpp"
#include "host/trial/request.hpp"
#include "host/vcs/vcs.hpp"
#include "host/worker/crash.hpp"

namespace rcx::host {
namespace {

// Enough for one write to be worth it.
constexpr std::size_t kBatch = std::size_t{16} * 1024;

// Keeps what the person would have read.
class Reader : public Listener {
 public:
  void say(std::string_view lines) override { text_ += lines; }
  bool gone() const override { return false; }
  std::uint32_t harm() const override {
    return ::fcntl(answers_, F_GETFD) >= 0 ? 0 : kFaultDescriptors;
  }
  std::string take() { return std::exchange(text_, {}); }
  explicit Reader(int answers) : answers_(answers) {}

 private:
  int answers_;
  std::string text_;
};

class Replay {
 public:
  Replay(TrialInput& input, const History& history, const TrialInstance& instance,
         const ExtensionSet& set, Slot& slot)
      : input_(input),
        history_(history),
        config_(*instance.config),
        set_(set),
        slot_(slot),
        listener_(input.answers.get()) {}

  Result<void> run(const ReplayRequest& request) {
    for (std::size_t i = request.from; i < history_.pushes(); ++i) {
      Result<HookEvent> push = history_.push(i, request.event);
      if (!push) return push.error();
      if (Result<void> done = one(i, *push, request.blamed); !done) return done;
      if (answer_.size() >= kBatch) {
        if (Result<void> sent = flush(); !sent) return sent;
      }
    }
    return flush();
  }

 private:
  Result<void> one(std::size_t index, HookEvent& push,
                   const std::map<std::size_t, std::vector<Blame>>& blamed) {
    const Event& event = *push.event;
    slot_.set_event(event.id, 0);
    const auto blame = blamed.find(index);
    const Verdict verdict =
        dispatch(set_, config_, event, push.commits.get(),
                 blame == blamed.end() ? std::vector<Blame>() : blame->second, listener_, slot_);
    slot_.leave();
    std::string text = listener_.take() + verdict_text(verdict, event, config_.output);
    answer_ += fmt::format(R"({{"i":{},"f":{},"t":[)", index, verdict.failures.size());
    for (const HandlerRun& run : verdict.runs) {
      if (run.took.count() == 0) continue;  // it was not called
      answer_ += fmt::format("{}{}", answer_.back() == '[' ? "" : ",", run.took.count());
    }
    answer_ += ']';
    if (verdict.refused || !text.empty()) {
      Result<std::string> told = described(push, verdict.refused, std::move(text));
      if (!told) return told.error();
      answer_ += *told;
    }
    answer_ += "}\n";
    return {};
  }

  static Result<std::string> described(HookEvent& push, bool refused, std::string text) {
    const Event& event = *push.event;
    const RefUpdate& ref = event.refs[0];
    const Result<std::vector<IdText>> ids = push.commits->ids();
    if (!ids) return ids.error();
    boost::json::object json{{"refused", refused},
                             {"ref", printable(ref.name)},
                             {"old", ref.old_id},
                             {"new", ref.new_id},
                             {"caller", printable(event.caller.name)},
                             {"commits", ids->size()},
                             {"text", text}};
    if (!ids->empty()) {
      const Result<const Commit*> last = push.commits->commit(ids->size() - 1);
      if (!last) return last.error();
      const std::string& message = (*last)->message;
      json["subject"] = printable(message.substr(0, message.find('\n')));
      json["time"] = (*last)->committer.time;
    }
    return R"(,"p":)" + boost::json::serialize(json);
  }

  Result<void> flush() {
    Result<void> sent = write_all(input_.answers.get(), answer_, "the answer of a trial");
    answer_.clear();
    return sent;
  }

  TrialInput& input_;
  const History& history_;
  const Config& config_;
  const ExtensionSet& set_;
  Slot& slot_;
  Reader listener_;
  std::string answer_;
};

Result<void> replay(TrialInput& input) {
  const ReplayRequest request = replay_from_json(input.request);
  Result<TrialInstance> instance = trial_instance(input.request, request.descriptor);
  if (!instance) return instance.error();
  // What the extension logs below a warning, and what the person is shown anyway, is left out.
  if (Result<void> logging = start_log({"", "off", {{"extension", "warn"}}}, "rcx"); !logging) {
    return logging;
  }
  if (Result<void> vcs = start_vcs(); !vcs) return vcs;
  Slot& slot = input.scoreboard.block(0).slots[0];
  install_crash_marks();
  const CrashMark mark(slot);
  ExtensionSet set = ExtensionSet::start(instance->plan, *instance->config, slot);
  if (!set.absent().empty()) {
    return Error{Code::kInvalid, set.absent()[0].planned.reason};
  }
  Result<std::unique_ptr<History>> history =
      open_history(request.repository, request.range, *instance->config);
  if (!history) return history.error();
  Result<void> told = write_all(input.answers.get(),
                                fmt::format("{{\"pushes\":{},\"commits\":{}}}\n",
                                            (*history)->pushes(), (*history)->commits()),
                                "the answer of a trial");
  if (!told) return told;
  Result<void> done = Replay(input, **history, *instance, set, slot).run(request);
  if (!done) return done;
  told = write_all(input.answers.get(),
                   R"({"end":true})"
                   "\n",
                   "the answer of a trial");
  if (told) set.destroy(slot, instance->config->budget.load);
  return told;
}

}  // namespace

int run_try() {
  Result<TrialInput> input = TrialInput::take();
  if (!input) return 1;
  const Result<void> done = replay(*input);
  if (!done) {
    const boost::json::object error{{"error", done.error().message}};
    const Result<void> told = write_all(input->answers.get(), boost::json::serialize(error) + "\n",
                                        "the answer of a trial");
    ::_exit(told ? 0 : 1);
  }
  ::_exit(0);
}

}  // namespace rcx::host
