#include "host/dispatch/verdict.hpp"

#include <fmt/format.h>

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

}  // namespace

std::string verdict_text(const Verdict& verdict, const Event& event, const OutputConfig& output) {
  std::string text;
  const auto most = static_cast<std::size_t>(output.objections);
  for (std::size_t i = 0; i < verdict.objections.size() && i < most; ++i) {
    text += objection_line(verdict.objections[i], event, output);
  }
  if (verdict.objections.size() > most) {
    text += fmt::format("… and {} more; the host's log holds all of them\n",
                        verdict.objections.size() - most);
  }
  for (const Failure& failure : verdict.failures) {
    if (!failure.told || (event.kind->veto && failure.policy == FailPolicy::kOpen)) continue;
    text += fmt::format("rcx: the extension {} failed: {}\n", failure.extension,
                        bounded(failure.reason, output));
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
