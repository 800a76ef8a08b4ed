#include "host/cli/decision_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <ctime>

#include "host/core/date.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kShortId = 10;
constexpr std::size_t kShortReason = 120;
constexpr std::size_t kMostRefsShown = 20;

std::string milliseconds(std::int64_t nanoseconds) {
  return fmt::format("{:.1f} ms", static_cast<double>(nanoseconds) / 1e6);
}

// Indented, a reason of several lines under its first.
std::string reason_lines(std::string_view reason, std::string_view indent) {
  std::string lines;
  const std::string safe = printable(reason, true);
  for (const std::string_view line : split(safe, '\n')) {
    if (!line.empty()) lines += fmt::format("{}{}\n", indent, line);
  }
  return lines;
}

std::string name_of(const RecordedExtension& extension) {
  const std::string id = printable(extension.id);
  return extension.version.empty() ? id : id + " " + printable(extension.version);
}

bool decided(const RecordedExtension& extension) {
  if (extension.mode == "observe" || extension.bypassed) return false;
  return extension.outcome == "objected" ||
         (extension.fail == "closed" &&
          (extension.outcome == "failed" || extension.outcome == "absent"));
}

std::string what_it_did(const RecordedExtension& extension) {
  if (extension.bypassed) return extension.outcome + ", and was bypassed";
  if (extension.outcome == kQueuedOutcome) return "is told from the queue; see  rcx events show";
  if (extension.outcome == "would_object") return "would have objected (mode: observe)";
  if (extension.outcome != "failed" && extension.outcome != "absent") return extension.outcome;
  if (extension.mode == "observe") return "failed (mode: observe)";
  return extension.outcome + " (fail: " + extension.fail + ")";
}

std::string objections_of(const RecordedExtension& extension) {
  std::string text;
  for (const RecordedObjection& objection : extension.objections) {
    if (objection.ref) text += fmt::format("    {}\n", printable(*objection.ref));
    text += reason_lines(objection.reason, objection.ref ? "      " : "    ");
  }
  if (extension.objections_left_out > 0) {
    text += fmt::format("    and {} more, which are not kept\n", extension.objections_left_out);
  }
  return text;
}

std::string account(const RecordedExtension& extension) {
  return fmt::format("  {} {}\n", name_of(extension), what_it_did(extension)) +
         objections_of(extension) + reason_lines(extension.reason, "    ");
}

std::string why(const Record& record) {
  std::string text;
  if (!record.reason.empty()) text += reason_lines(record.reason, "  ");
  std::string others;
  for (const RecordedExtension& extension : record.extensions) {
    if (decided(extension)) {
      text += account(extension);
    } else if (extension.outcome != "agreed") {
      others += account(extension);
    }
  }
  if (text.empty())
    text = record.extensions.empty() ? "  no extension was asked\n"
                                     : "  no extension stood in its way\n";
  text = "Why\n" + text;
  if (!others.empty()) text += "Without effect on the verdict\n" + others;
  if (record.bypass.empty()) return text;
  return text + fmt::format("Bypass asked for by {}\n", printable(record.caller.name)) +
         reason_lines(record.bypass, "  ");
}

std::string caller_text(const Caller& caller) {
  std::string text = printable(caller.name);
  text += caller.name_from == RCX_CALLER_FROM_FORGE
              ? fmt::format(" (says the forge, uid {}", caller.uid)
          : caller.name_from == RCX_CALLER_FROM_VARIABLE
              ? fmt::format(" (from {}, set by uid {}", printable(caller.source), caller.uid)
              : fmt::format(" (uid {}", caller.uid);
  if (!caller.ip.empty()) text += ", from " + printable(caller.ip);
  return text + ")";
}

std::string_view change_name(std::uint32_t change) {
  return change == RCX_CHANGE_CREATE ? "create" : change == RCX_CHANGE_DELETE ? "delete" : "update";
}

std::string ref_line(const RefUpdate& ref, const Record& record) {
  const auto id = [](const std::string& whole) {
    return whole.empty() ? std::string("-") : printable(whole.substr(0, kShortId));
  };
  const auto& refused = record.refused_refs;
  const bool rejected = std::find(refused.begin(), refused.end(), ref.name) != refused.end();
  return fmt::format("  {} {} {} -> {}{}{}\n", printable(ref.name), change_name(ref.change),
                     id(ref.old_id), id(ref.new_id), ref.forced ? ", forced" : "",
                     rejected ? ", refused" : "");
}

std::string refs_text(const Record& record) {
  std::string text = "References\n";
  const std::size_t shown = std::min(record.refs.size(), kMostRefsShown);
  for (std::size_t i = 0; i < shown; ++i) text += ref_line(record.refs[i], record);
  const std::size_t more = record.refs.size() - shown + record.refs_left_out;
  if (more > 0) text += fmt::format("  and {} more\n", more);
  return record.refs.empty() ? std::string() : text;
}

// What kind of pull it is, as one word.
std::string_view pull_word(const PullRequest& pull) {
  return !pull.told ? "asks" : pull.is_clone ? "clone" : "fetch";
}

std::string pull_text(const Record& record) {
  if (!record.pull) return {};
  const PullRequest& pull = *record.pull;
  if (!pull.told) return "Client    has not said yet what it wants\n";
  std::string text =
      fmt::format("Client    {}{}{}\nWanted\n", pull_word(pull), pull.shallow ? ", shallow" : "",
                  pull.filter.empty() ? "" : ", filter " + printable(pull.filter));
  const std::size_t shown = std::min(pull.wanted.size(), kMostRefsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const Wanted& one = pull.wanted[i];
    text += fmt::format("  {} {}\n", printable(one.id.substr(0, kShortId)),
                        one.name.empty() ? "(no reference)" : printable(one.name));
  }
  const std::size_t more = pull.wanted.size() - shown + record.wanted_left_out;
  if (more > 0) text += fmt::format("  and {} more\n", more);
  return text;
}

// What a forge has told, a line for each field.
std::string told_text(const Record& record) {
  if (record.told.empty()) return {};
  std::string text = "Told\n";
  const boost::json::value told = boost::json::parse(record.told);
  for (const auto& [key, value] : told.as_object()) {
    if (key == "event" || key == "caller") continue;
    const std::string line =
        value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
    text += fmt::format("  {}: {}\n", printable({key.data(), key.size()}),
                        shortened(printable(line), kShortReason));
  }
  return text;
}

std::string asked_text(const Record& record) {
  if (record.extensions.empty()) return {};
  std::string text = "Asked\n";
  for (const RecordedExtension& one : record.extensions) {
    text += fmt::format("  {}, sha256:{:.12}, {}, fail: {}: {}, {}{}\n", name_of(one),
                        one.hash.empty() ? "-" : one.hash, one.mode, one.fail, one.outcome,
                        milliseconds(one.took_ns),
                        one.delivery == 0 ? "" : fmt::format(", try {}", one.delivery));
  }
  return text;
}

std::string attempts_text(const Record& record) {
  if (record.attempts <= 1) return {};
  std::string text = fmt::format("Attempts  {}\n", record.attempts);
  for (const LostAttempt& lost : record.lost) {
    text += lost.extension.empty()
                ? std::string("  a worker died, and nobody could be blamed\n")
                : fmt::format("  a worker died: {} {} {}\n",
                              lost.in_service ? "the host, working for" : "the extension",
                              printable(lost.extension), printable(lost.how));
  }
  return text;
}

std::string short_reason(const RecordedExtension& extension) {
  if (extension.objections.empty()) {
    return extension.id + " " + extension.outcome + ": " + extension.reason;
  }
  const std::string would = extension.outcome == "would_object" ? " would object: "
                            : extension.bypassed                ? " bypassed: "
                                                                : ": ";
  return extension.id + would + extension.objections[0].reason;
}

// What one line can say of the reasons: the first that counts, else the first.
std::string short_reason(const Record& record) {
  std::string reason = record.reason;
  for (const bool counts : {true, false}) {
    for (const RecordedExtension& extension : record.extensions) {
      if (!reason.empty()) break;
      if (extension.outcome == "agreed" || decided(extension) != counts) continue;
      reason = short_reason(extension);
    }
  }
  return reason.empty() ? std::string("-") : shortened(printable(reason), kShortReason);
}

std::string short_refs(const Record& record) {
  if (record.pull) return std::string(pull_word(*record.pull));
  if (record.refs.empty()) return "-";
  const std::size_t more = record.refs.size() - 1 + record.refs_left_out;
  return printable(record.refs[0].name) + (more > 0 ? fmt::format(" (+{})", more) : "");
}

std::string repository_of(const Record& record) {
  const std::string& name = record.about.empty() ? record.repository : record.about;
  return printable(name.empty() ? record.path : name);
}

std::optional<std::int64_t> length_ns(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits = {
      {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86'400}, {"w", 604'800}}};
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || number < 0 || number > kMost) return std::nullopt;
  const std::string_view unit(read.ptr,
                              static_cast<std::size_t>(text.data() + text.size() - read.ptr));
  for (const auto& [name, seconds] : kUnits) {
    if (unit == name && number * seconds < 9'000'000'000) return number * seconds * 1'000'000'000;
  }
  return std::nullopt;
}

}  // namespace

std::string explanation(const Record& record) {
  return fmt::format("{}: {} of {} by {}\n", printable(record.verdict), printable(record.kind),
                     repository_of(record), caller_text(record.caller)) +
         why(record) + refs_text(record) + pull_text(record) + told_text(record) +
         asked_text(record) + attempts_text(record) +
         fmt::format("Decision  {}\nTime      {}, in {}\n", record.id, utc_text(record.time_ns),
                     milliseconds(record.took_ns)) +
         (record.push_id.empty() ? std::string()
                                 : fmt::format("{:<8}  {}\n", record.pull ? "Pull" : "Push",
                                               printable(record.push_id))) +
         fmt::format("Workers   generation {}\n", record.generation);
}

std::string decision_line(const Record& record) {
  return fmt::format("{}  {:<8}  {:<8}  {}  {}  {}  {}  {}", utc_text(record.time_ns),
                     printable(record.verdict), printable(record.kind), repository_of(record),
                     printable(record.caller.name), short_refs(record), short_reason(record),
                     record.id);
}

std::optional<std::int64_t> since_ns(std::string_view text, std::int64_t now_ns) {
  if (const auto length = length_ns(text)) return now_ns - *length;
  const std::string whole(text);
  for (const char* format :
       {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"}) {
    std::tm parts{};
    const char* end = ::strptime(whole.c_str(), format, &parts);
    if (end != nullptr && *end == '\0') {
      return date_ns(::timegm(&parts));
    }
  }
  return std::nullopt;
}

Result<std::int64_t> read_since(const std::string& text) {
  const auto since = since_ns(text, wall_ns());
  if (since) return *since;
  return Error{Code::kInvalid,
               "--since: wanted a length of time such as 30m, 1h or 7d, or a date such as "
               "2026-01-31 or 2026-01-31T12:00 (UTC), got '" +
                   shortened(printable(text), 60) + "'"};
}

}  // namespace rcx::host::cli
