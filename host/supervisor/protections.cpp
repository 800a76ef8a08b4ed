#include "host/supervisor/protections.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "host/access/access.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = 65536;
constexpr const char* kUnseen = "cannot be seen in /proc by this user";

// What /proc/PID/limits calls a limit, and what it is called here.
struct LimitName {
  std::string_view kernel;
  const char* shown;
};
constexpr std::array kLimits = {
    LimitName{"Max data size", "memory"}, LimitName{"Max open files", "files"},
    LimitName{"Max processes", "processes"}, LimitName{"Max core file size", "core"}};

struct Seen {
  uid_t uid = 0;
  bool capable = false;
  bool no_new_privs = false;
  bool filtered = false;                           // by seccomp
  std::array<std::string, kLimits.size()> limits;  // soft ones: a number or `unlimited`
};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : text.substr(begin);
}

std::string_view word(std::string_view text) {
  text = trimmed(text);
  return text.substr(0, text.find_first_of(" \t"));
}

void take_status(std::string_view line, Seen& seen) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = word(line.substr(colon + 1));
  // The effective one of the four that follow each other.
  if (name == "Uid") {
    const std::string_view effective = word(trimmed(line.substr(colon + 1)).substr(value.size()));
    std::from_chars(effective.data(), effective.data() + effective.size(), seen.uid);
  }
  const bool none = value.find_first_not_of('0') == std::string_view::npos;
  if (name == "CapEff" || name == "CapPrm") seen.capable = seen.capable || !none;
  if (name == "NoNewPrivs") seen.no_new_privs = value == "1";
  if (name == "Seccomp") seen.filtered = !none;
}

std::optional<Seen> look_at(pid_t pid) {
  const std::string place = "/proc/" + std::to_string(pid);
  const Result<std::string> status = read_file(place + "/status", kLargest);
  const Result<std::string> limits = read_file(place + "/limits", kLargest);
  if (!status || !limits) return std::nullopt;
  Seen seen;
  for (const std::string_view line : split(*status, '\n')) take_status(line, seen);
  for (const std::string_view line : split(*limits, '\n')) {
    for (std::size_t i = 0; i < kLimits.size(); ++i) {
      if (line.starts_with(kLimits[i].kernel)) {
        seen.limits[i] = word(line.substr(kLimits[i].kernel.size()));
      }
    }
  }
  return seen;
}

// The looser of two.
const std::string& looser(const std::string& a, const std::string& b) {
  if (a == "unlimited" || b == "unlimited") return a == "unlimited" ? a : b;
  return a.size() != b.size() ? (a.size() > b.size() ? a : b) : std::max(a, b);
}

Protection limits_of(const std::vector<Seen>& workers) {
  std::string text;
  bool memory = false;
  for (std::size_t i = 0; i < kLimits.size(); ++i) {
    std::string loosest = workers[0].limits[i];
    for (const Seen& worker : workers) loosest = looser(loosest, worker.limits[i]);
    if (i == 0) memory = loosest != "unlimited";
    text +=
        fmt::format("{}{} {}", text.empty() ? "of a worker: " : ", ", kLimits[i].shown, loosest);
  }
  return {"limits", memory, text};
}

Protection user_of(const std::vector<Seen>& all) {
  const bool root =
      std::any_of(all.begin(), all.end(), [](const Seen& one) { return one.uid == 0; });
  const bool capable =
      std::any_of(all.begin(), all.end(), [](const Seen& one) { return one.capable; });
  return {"user", !root && !capable,
          fmt::format("{} (uid {}), {}", user_name(all[0].uid), all[0].uid,
                      capable ? "with capabilities" : "no capabilities")};
}

Protection in_workers(const char* name, const std::vector<Seen>& workers, bool Seen::*what) {
  const auto count =
      std::count_if(workers.begin(), workers.end(), [what](const Seen& one) { return one.*what; });
  const bool all = static_cast<std::size_t>(count) == workers.size();
  return {name, all, fmt::format("in {} of {} workers", count, workers.size())};
}

Protection unreachable(const std::string& what) {
  const std::map<std::string, const char*> texts = {
      {"refuse", "pushes are refused"},
      {"allow", "pushes pass unchecked"},
      {"run-once", "each push starts a host of its own"}};
  const auto found = texts.find(what);
  return {"unreachable", what != "allow",
          fmt::format("where no host answers, {}",
                      found == texts.end() ? "it is not known what happens" : found->second)};
}

}  // namespace

std::vector<Protection> read_protections(const HostStatus& status) {
  std::vector<Seen> workers;
  for (const WorkerStatus& worker : status.workers) {
    if (const std::optional<Seen> seen = look_at(worker.pid)) workers.push_back(*seen);
  }
  std::vector<Protection> all;
  const std::optional<Seen> host = look_at(status.pid);
  if (host && !workers.empty()) {
    std::vector<Seen> processes = workers;
    processes.insert(processes.begin(), *host);
    all.push_back(user_of(processes));
    all.push_back(in_workers("no_new_privs", workers, &Seen::no_new_privs));
    all.push_back(limits_of(workers));
    all.push_back(in_workers("seccomp", workers, &Seen::filtered));
  } else {
    for (const char* name : {"user", "no_new_privs", "limits", "seccomp"}) {
      all.push_back({name, false, kUnseen});
    }
  }
  all.push_back({"sockets", !status.admitted.empty(),
                 fmt::format("admit {}", fmt::join(status.admitted, ", "))});
  all.push_back(unreachable(status.when_unreachable));
  return all;
}

boost::json::array to_json(const std::vector<Protection>& protections) {
  boost::json::array all;
  for (const Protection& one : protections) {
    all.push_back(boost::json::object{{"name", one.name}, {"on", one.on}, {"text", one.text}});
  }
  return all;
}

}  // namespace rcx::host
