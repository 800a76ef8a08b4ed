#include "host/worker/answer.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include "host/core/json_bytes.hpp"

namespace rcx::host {
namespace {

std::string bounded(std::string text) {
  if (text.size() > kLongestReason) text.resize(kLongestReason);
  return text;
}

// What a hook answered that was called by name; kind 0 where none was.
HookAnswer hook_answer(const boost::json::object& json) {
  const boost::json::value* kind = json.if_contains("answer_kind");
  if (kind == nullptr) return {};
  HookAnswer answer{kind->to_number<std::uint32_t>(), get_bytes(json, "answer")};
  if (answer.content.size() > kLongestHookAnswer) throw std::length_error("a long answer");
  if (answer.kind == RCX_ANSWER_JSON) {
    boost::json::parse(answer.content);
  } else if (answer.kind != RCX_ANSWER_BYTES) {
    throw std::invalid_argument("an answer of no kind");
  }
  return answer;
}

}  // namespace

std::string answer_text(const Verdict& verdict) {
  boost::json::array runs;
  for (const HandlerRun& run : verdict.runs) {
    boost::json::object one{{"status", run.status},
                            {"took_ns", run.took.count()},
                            {"absent", run.absent},
                            {"excused", run.excused}};
    put_bytes(one, "failure", run.failure);
    runs.push_back(std::move(one));
  }
  boost::json::array objections;
  for (const auto* list : {&verdict.objections, &verdict.observed, &verdict.bypassed}) {
    for (const Objection& objection : *list) {
      boost::json::object one;
      if (objection.ref) one["ref"] = *objection.ref;
      put_bytes(one, "reason", objection.reason);
      one["of_commits"] = objection.of_commits;
      objections.push_back(std::move(one));
    }
  }
  boost::json::object all{{"runs", std::move(runs)}, {"objections", std::move(objections)}};
  if (verdict.answer.kind != 0) {
    all["answer_kind"] = verdict.answer.kind;
    put_bytes(all, "answer", verdict.answer.content);
  }
  return boost::json::serialize(all);
}

Result<ApartAnswer> parse_answer(std::string_view text, std::size_t refs, std::size_t handlers,
                                 const std::string& extension) {
  try {
    const boost::json::value json = boost::json::parse({text.data(), text.size()});
    ApartAnswer answer;
    for (const boost::json::value& item : json.at("runs").as_array()) {
      const boost::json::object& one = item.as_object();
      if (answer.runs.size() == handlers) throw std::length_error("more than its handlers");
      const boost::json::value* excused = one.if_contains("excused");
      answer.runs.push_back({one.at("status").to_number<rcx_status>(),
                             std::chrono::nanoseconds(one.at("took_ns").to_number<std::int64_t>()),
                             one.at("absent").as_bool(), bounded(get_bytes(one, "failure")),
                             excused != nullptr && excused->as_bool()});
    }
    for (const boost::json::value& item : json.at("objections").as_array()) {
      const boost::json::object& one = item.as_object();
      Objection objection{extension, std::nullopt, bounded(get_bytes(one, "reason"))};
      const boost::json::value* of_commits = one.if_contains("of_commits");
      objection.of_commits = of_commits == nullptr || of_commits->as_bool();
      if (const boost::json::value* ref = one.if_contains("ref")) {
        objection.ref = ref->to_number<std::size_t>();
        if (*objection.ref >= refs) throw std::out_of_range("a reference that is not there");
      }
      if (answer.objections.size() == handlers * (kMostObjections + 1)) {
        throw std::length_error("more objections than it may have");
      }
      answer.objections.push_back(std::move(objection));
    }
    answer.answer = hook_answer(json.as_object());
    if (answer.runs.empty()) throw std::invalid_argument("no handler was called");
    return answer;
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid,
                 std::string("gave an answer that cannot be read: ") + failed.what()};
  }
}

}  // namespace rcx::host
