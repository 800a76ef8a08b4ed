#include "host/dispatch/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace rcx::host {
namespace {

constexpr std::size_t kMostLinesOfReason = 10;

// `text` as one bounded line, or several of which all but the first are indented.
std::string bounded(std::string_view text, const OutputConfig& output) {
  const std::string safe = printable(text, true);
  std::string lines;
  std::size_t count = 0;
  for (const std::string_view line : split(safe, '\n')) {
    if (line.empty()) continue;
    if (++count > kMostLinesOfReason) {
      lines += "\n  …";
      break;
    }
    lines +=
        (count == 1 ? "" : "\n  ") + shortened(line, static_cast<std::size_t>(output.line_length));
  }
  return lines;
}

std::string objection_line(const Objection& objection, const Event& event,
                           const OutputConfig& output) {
  const std::string about =
      objection.ref ? printable(event.refs[*objection.ref].name) + ": " : std::string();
  return fmt::format("{}{} [{}]\n", about, bounded(objection.reason, output), objection.extension);
}

// Who was overridden, each once.
std::string bypassed_ids(const Verdict& verdict) {
  std::string ids;
  std::set<std::string_view> known;
  for (const HandlerRun& run : verdict.runs) {
    if (!run.bypassed || !known.insert(run.extension).second) continue;
    ids += (ids.empty() ? "" : ", ") + std::string(run.extension);
  }
  return ids;
}

std::string bypass_text(const Verdict& verdict, const Event& event, const OutputConfig& output) {
  const std::string ids = bypassed_ids(verdict);
  if (ids.empty()) return {};
  std::string text;
  const auto most = static_cast<std::size_t>(output.objections);
  for (std::size_t i = 0; i < verdict.bypassed.size() && i < most; ++i) {
    text += "rcx: bypassed: " + objection_line(verdict.bypassed[i], event, output);
  }
  if (verdict.bypassed.size() > most) {
    text += fmt::format("rcx: bypassed: … and {} more\n", verdict.bypassed.size() - most);
  }
  return text + fmt::format("rcx: {} bypassed {}: {}; recorded as decision {}\n",
                            printable(event.caller.name), ids, bounded(verdict.bypass, output),
                            event.id_text);
}

}  // namespace

std::vector<std::size_t> single_refs(const Verdict& verdict, const Event& event) {
  std::set<std::size_t> rejected;
  for (const Objection& objection : verdict.objections) {
    if (!objection.ref) return {};
    rejected.insert(*objection.ref);
  }
  const bool failed =
      std::any_of(verdict.failures.begin(), verdict.failures.end(), [](const Failure& failure) {
        return failure.policy == FailPolicy::kClosed && !failure.bypassed;
      });
  if (failed || !verdict.refused || rejected.size() == event.refs.size()) return {};
  return {rejected.begin(), rejected.end()};
}

std::string suspect_reason(const Suspect& suspect, const Event& event) {
  return "brings commits of " + printable(event.refs[suspect.rejected].name) +
         ", which is rejected; push it alone";
}

std::string verdict_text(const Verdict& verdict, const Event& event, const OutputConfig& output) {
  std::string text = bypass_text(verdict, event, output);
  const auto most = static_cast<std::size_t>(output.objections);
  for (std::size_t i = 0; i < verdict.objections.size() && i < most; ++i) {
    text += objection_line(verdict.objections[i], event, output);
  }
  if (verdict.objections.size() > most) {
    text += fmt::format("… and {} more; the host's log holds all of them\n",
                        verdict.objections.size() - most);
  }
  for (const Failure& failure : verdict.failures) {
    const bool passes = event.kind->veto && failure.policy == FailPolicy::kOpen && !event.called;
    if (!failure.told || passes) continue;
    text +=
        fmt::format("rcx: {}the extension {} failed: {}\n", failure.bypassed ? "bypassed: " : "",
                    failure.extension, bounded(failure.reason, output));
  }
  for (const DeniedBypass& denied : verdict.denied_bypasses) {
    text += fmt::format("rcx: rcx-bypass does not count against {}: {}\n", denied.extension,
                        denied.reason);
  }
  for (std::size_t i = 0; i < verdict.suspects.size() && i < most; ++i) {
    text += printable(event.refs[verdict.suspects[i].ref].name) + ": " +
            suspect_reason(verdict.suspects[i], event) + "\n";
  }
  if (!verdict.refused_refs.empty()) {
    text += fmt::format("rcx: {} of {} references refused, decision {}\n",
                        verdict.refused_refs.size(), event.refs.size(), event.id_text);
  }
  if (verdict.refused) {
    text += fmt::format("rcx: {} refused, decision {}\n", event.kind->what, event.id_text);
  }
  return text;
}

std::string refusal_text(const std::string& reason, std::string_view what,
                         const std::string& event_id, const OutputConfig& output) {
  return fmt::format("rcx: {}\nrcx: {} refused, decision {}\n", bounded(reason, output), what,
                     event_id);
}

}  // namespace rcx::host
