#include "host/worker/ref_answer.hpp"

#include <fmt/format.h>

#include <optional>

#include "host/vcs/single_refs.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestPacket = 65'516;

std::string packet(std::string_view payload) {
  payload = payload.substr(0, kLongestPacket);
  return fmt::format("{:04x}", payload.size() + 4) + std::string(payload);
}

// Why a reference is refused; none where it passes.
std::optional<std::string> refusal(const RefUpdate& ref, const RefRulings& rulings) {
  const auto found = rulings.by_name.find(ref.name);
  if (found == rulings.by_name.end() || found->second.ref.old_id != ref.old_id ||
      found->second.ref.new_id != ref.new_id) {
    return "rcx judged another change of it; push again";
  }
  return found->second.rejected;
}

}  // namespace

Result<RefAnswer> answer_of(const HookCall& call, const Roots& roots, const Config& config) {
  const Result<RefQuestion> question = read_ref_question(call, roots);
  if (!question) return question.error();
  const std::optional<RefRulings> rulings = kept_rulings(question->push_id, config);
  // Else pre-receive has refused all or nothing, and its hooks are still there.
  const bool gone = !rulings && config.partial_in(question->repository);
  RefAnswer answer;
  std::vector<std::optional<std::string>> refusals;
  const RefUpdate* rejected = nullptr;
  for (const RefUpdate& ref : question->refs) {
    refusals.push_back(gone      ? "the verdict of rcx on this push is gone; push again"
                       : rulings ? refusal(ref, *rulings)
                                 : std::nullopt);
    if (refusals.back() && rejected == nullptr) rejected = &ref;
  }
  if (gone) {
    answer.text =
        "rcx: refused: what was decided on this push is gone, since the host was lost or "
        "rcx.yaml changed meanwhile; push again\n";
  } else if (rejected != nullptr && question->atomic) {
    answer.text = "rcx: the push is atomic, so that all references are refused\n";
  }
  if (call.hook() == "update") {
    answer.status = rejected != nullptr ? 1 : 0;
    return answer;
  }
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    const std::string& name = question->refs[i].name;
    std::optional<std::string> reason = refusals[i];
    if (!reason && rejected != nullptr && question->atomic) {
      reason = "atomic push, and " + printable(rejected->name) + " is refused";
    }
    answer.report += reason ? packet("ng " + name + " " + *reason)
                            : packet("ok " + name) + packet("option fall-through");
  }
  answer.report += "0000";
  return answer;
}

}  // namespace rcx::host
