#include "host/vcs/single_refs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "host/vcs/adapter.hpp"
#include "host/vcs/git/git.hpp"
#include "host/vcs/place_call.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{512} * 1024 * 1024;
// git shows it on the line of the reference.
constexpr std::size_t kLongestReason = 200;
constexpr std::string_view kDecision = "decision ";
constexpr std::string_view kRef = "ref ";
constexpr std::string_view kRejected = "no ";

fs::path file_of(const std::string& push_id, const Config& config) {
  return config.state / "pushes" / (push_id + "-refs");
}

std::string id_or_zero(const std::string& id) {
  return id.empty() ? "0" : id;
}

}  // namespace

Result<RefHook> hook_for(const HookCall& call, const Event& event,
                         const std::vector<std::size_t>& refs) {
  const Adapter* adapter = adapter_of(call.hook());
  if (adapter == nullptr) return Error{Code::kInvalid, "no system has that hook"};
  return adapter->hook_for(call, event, refs);
}

Result<void> keep_rulings(const Event& event, const std::map<std::size_t, std::string>& rejected,
                          const Config& config) {
  const fs::path file = file_of(event.push_id, config);
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return system_error("cannot write " + file.string(), errno);
  std::string lines = std::string(kDecision) + event.id_text + "\n";
  for (std::size_t i = 0; i < event.refs.size(); ++i) {
    const RefUpdate& ref = event.refs[i];
    lines += std::string(kRef) + id_or_zero(ref.old_id) + " " + id_or_zero(ref.new_id) + " " +
             ref.name + "\n";
    const auto found = rejected.find(i);
    if (found == rejected.end()) continue;
    lines += std::string(kRejected) + shortened(printable(found->second), kLongestReason) + "\n";
  }
  return write_all(fd.get(), lines + "end\n", file.string());
}

std::optional<RefRulings> kept_rulings(const std::string& push_id, const Config& config) {
  const Result<std::string> text = read_file(file_of(push_id, config), kLargest);
  if (!text || !text->ends_with("\nend\n")) return std::nullopt;
  RefRulings rulings;
  RefRuling* last = nullptr;
  for (const std::string_view line : split(*text, '\n')) {
    if (line.starts_with(kDecision)) rulings.decision = line.substr(kDecision.size());
    if (line.starts_with(kRejected) && last != nullptr) {
      last->rejected = line.substr(kRejected.size());
    }
    if (!line.starts_with(kRef)) continue;
    const Result<RefUpdate> ref = git::read_ref_line(line.substr(kRef.size()));
    if (!ref) return std::nullopt;
    last = &rulings.by_name[ref->name];
    last->ref = *ref;
  }
  return rulings;
}

void forget_rulings(const Event& event, const Config& config) {
  ::unlink(file_of(event.push_id, config).c_str());
}

bool asks_about_refs(const HookCall& call) {
  return call.hook() == "proc-receive" || call.hook() == "update";
}

Result<RefQuestion> read_ref_question(const HookCall& call, const Roots& roots) {
  const Result<PlacedCall> placed = place_call(call, roots);
  if (!placed) return placed.error();
  RefQuestion question;
  question.repository = placed->repository.name;
  question.push_id = placed->push_id;
  const auto add = [&](std::string_view line) -> Result<void> {
    Result<RefUpdate> ref = git::read_ref_line(line);
    if (!ref) return ref.error();
    question.refs.push_back(std::move(*ref));
    return {};
  };
  if (call.hook() == "update") {
    const std::vector<std::string_view> words = call.arguments();
    if (words.size() != 3) {
      return Error{Code::kInvalid, "wanted NAME, OLD and NEW as arguments of update, got " +
                                       std::to_string(words.size()) + " words"};
    }
    const Result<void> added =
        add(std::string(words[1]) + " " + std::string(words[2]) + " " + std::string(words[0]));
    if (!added) return added.error();
    return question;
  }
  std::vector<std::string_view> lines = split(call.input(), '\n');
  // What git offers: `version=1`, NUL, words.
  const std::string_view offer = lines[0];
  if (!offer.starts_with("version=1") || (offer.size() > 9 && offer[9] != '\0')) {
    return Error{Code::kUnavailable, "wanted version 1 of what git says to proc-receive, got '" +
                                         shortened(printable(offer), 60) + "'"};
  }
  for (const std::string_view word :
       split(offer.substr(std::min<std::size_t>(10, offer.size())), ' ')) {
    question.atomic = question.atomic || word == "atomic";
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    if (const Result<void> added = add(lines[i]); !added) return added.error();
  }
  return question;
}

}  // namespace rcx::host
