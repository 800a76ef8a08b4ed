#include "host/trial/check.hpp"

#include <fmt/format.h>

#include "host/event/event.hpp"
#include "host/trial/child.hpp"
#include "host/trial/samples.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kMostDeaths = 50;

// Gathers what the checking processes say; the same fault on several samples is one finding.
class Findings {
 public:
  explicit Findings(Checked& checked) : checked_(checked) {}

  void add(bool error, const std::string& text, const std::string& where) {
    for (Finding& finding : checked_.findings) {
      if (finding.text != text) continue;
      ++finding.times;
      return;
    }
    checked_.findings.push_back({error, text, where, 1});
  }

  // Where the process is, outside of handlers: create or destroy.
  const std::string& stage() const { return stage_; }
  // Takes one line of a child.
  void hear(std::string_view line) {
    try {
      hear_answer(boost::json::parse({line.data(), line.size()}).as_object());
    } catch (const std::exception&) {
      add(true, kForeignWords, where_);
    }
  }
  // Whether a child has come to its end; asked once for each.
  bool complete() { return std::exchange(complete_, false); }

 private:
  void hear_answer(const boost::json::object& json) {
    if (json.contains("end")) {
      complete_ = true;
      return;
    }
    if (const boost::json::value* stage = json.if_contains("stage")) {
      stage_ = std::string(stage->as_string());
      return;
    }
    where_ = std::string(json.at("where").as_string());
    if (const boost::json::value* took = json.if_contains("took")) {
      ++checked_.calls;
      const auto ns = took->to_number<std::int64_t>();
      if (ns <= checked_.slowest.ns) return;
      checked_.slowest.ns = ns;
      checked_.slowest_on = where_;
      return;
    }
    add(json.at("error").as_bool(), std::string(json.at("text").as_string()), where_);
  }

  Checked& checked_;
  std::string where_;
  std::string stage_ = "load";
  bool complete_ = false;
};

// What the step before `next` was.
std::string step_name(const Descriptor& descriptor, std::size_t next) {
  if (next == 0) return {};
  const std::size_t step = next - 1;
  const HandlerInfo& handler = descriptor.handlers[step % descriptor.handlers.size()];
  const EventKind* kind = event_kind(handler.event);
  return fmt::format("{} on {}", kind != nullptr ? kind->name : "?",
                     samples().at(step / descriptor.handlers.size()).name);
}

// What died, in the words of the rule that was broken.
std::string death_text(const std::vector<Blame>& blamed, const std::string& end) {
  if (blamed.empty() || blamed[0].extension.empty()) {
    return "takes its process down from a thread of its own (" + end +
           "); catch everything there, and run its tests under AddressSanitizer";
  }
  const std::string& how = blamed[0].how;
  if (how.starts_with("called exit")) {
    return "calls exit(), which ends the host's worker; return a status instead";
  }
  if (how.starts_with("did not end")) {
    return "does not end within its budget; give every wait a deadline from rcx_host.remaining, "
           "and "
           "ask rcx_host.cancelled in loops";
  }
  // A crash of the thread that was called leaves a mark; this one is another's.
  if (how.starts_with("ended its process") && end.starts_with("killed by signal")) {
    return "takes its process down from a thread of its own (" + end +
           "); catch everything there, and run its tests under AddressSanitizer";
  }
  if (how.starts_with("ended its process")) {
    return "ends its process (" + end + "); return a status instead";
  }
  return how + "; run its tests under AddressSanitizer and UndefinedBehaviorSanitizer";
}

}  // namespace

Result<Checked> check_extension(const Subject& subject, const TrialConfig& config) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  Checked checked;
  Findings findings(checked);
  if (!subject.candidate().refused.empty()) {
    findings.add(true, "the host would not load it from here: " + subject.candidate().refused, "");
  }
  const BudgetConfig budget = config.instance ? config.instance->budget : BudgetConfig();
  Result<Descriptor> descriptor =
      describe(*programs / "rcxd", subject.staged().library, budget.load);
  if (subject.interruption().came()) return interrupted();
  if (!descriptor) {
    findings.add(true, descriptor.error().message, "");
    return checked;
  }
  checked.descriptor = *descriptor;
  if (descriptor->id != subject.candidate().key) {
    findings.add(
        false,
        fmt::format("its file is named {} and its id is {}; name the file {}.so, so that an "
                    "operator finds one by the other",
                    subject.candidate().key, descriptor->id, descriptor->id),
        "");
  }
  Result<Scoreboard> scoreboard = Scoreboard::create();
  if (!scoreboard) return scoreboard.error();
  boost::json::object request = to_json(config, subject);
  request["descriptor"] = to_json(*descriptor);
  std::size_t from = 0;
  for (std::size_t deaths = 0; deaths < kMostDeaths; ++deaths) {
    request["from"] = from;
    Result<TrialChild> child = TrialChild::start("check", request, *scoreboard);
    if (!child) return child.error();
    std::string last;
    const Result<TrialChild::End> end =
        child->listen(subject.interruption(), *scoreboard, [&](std::string_view line) {
          last = line;
          findings.hear(line);
        });
    if (!end) return end.error();
    if (findings.complete() && end->orderly) break;
    const std::size_t step = last_number(*scoreboard);
    const std::vector<Blame> blamed = scoreboard->blame_block(0);
    const bool retained =
        end->text == "exit status 1" && last.find("belonged to") != std::string::npos;
    const bool outside = blamed.empty() || blamed[0].in_create;
    const std::string where = outside ? findings.stage() : step_name(*descriptor, step);
    if (!retained) findings.add(true, death_text(blamed, end->text), where);
    // Before the first handler, or with the last one done, there is nothing to go on with.
    if (step == 0 || step <= from) break;
    from = step;
  }
  return checked;
}

}  // namespace rcx::host
