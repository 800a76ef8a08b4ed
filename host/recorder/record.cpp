#include "host/recorder/record.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <stdexcept>

#include "host/core/json_bytes.hpp"
#include "host/event/caller_json.hpp"

namespace rcx::host {
namespace {

namespace json = boost::json;

using Word = std::pair<std::uint32_t, std::string_view>;
constexpr std::array<Word, 3> kKinds = {
    {{RCX_REF_BRANCH, "branch"}, {RCX_REF_TAG, "tag"}, {RCX_REF_OTHER, "other"}}};
constexpr std::array<Word, 3> kChanges = {
    {{RCX_CHANGE_CREATE, "create"}, {RCX_CHANGE_UPDATE, "update"}, {RCX_CHANGE_DELETE, "delete"}}};

template <std::size_t Size>
std::string_view word(const std::array<Word, Size>& words, std::uint32_t number) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const Word& known) { return known.first == number; });
  return found == words.end() ? std::string_view("other") : found->second;
}

template <std::size_t Size>
std::uint32_t number(const std::array<Word, Size>& words, std::string_view text) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const Word& known) { return known.second == text; });
  return found == words.end() ? 0 : found->first;
}

json::object to_json(const RefUpdate& ref) {
  json::object out;
  put_bytes(out, "name", ref.name);
  put_bytes(out, "old", ref.old_id);
  put_bytes(out, "new", ref.new_id);
  out["kind"] = word(kKinds, ref.kind);
  out["change"] = word(kChanges, ref.change);
  out["forced"] = ref.forced;
  return out;
}

json::object to_json(const PullRequest& pull, std::size_t left_out) {
  json::object out{{"told", pull.told}, {"is_clone", pull.is_clone}, {"shallow", pull.shallow}};
  put_bytes(out, "filter", pull.filter);
  json::array wanted;
  for (const Wanted& one : pull.wanted) {
    json::object object;
    put_bytes(object, "id", one.id);
    put_bytes(object, "name", one.name);
    wanted.push_back(std::move(object));
  }
  out["wanted"] = std::move(wanted);
  out["wanted_left_out"] = left_out;
  return out;
}

json::object to_json(const RecordedExtension& extension) {
  json::object out;
  put_bytes(out, "id", extension.id);
  put_bytes(out, "version", extension.version);
  out["hash"] = extension.hash;
  out["mode"] = extension.mode;
  out["fail"] = extension.fail;
  out["outcome"] = extension.outcome;
  out["took_ns"] = extension.took_ns;
  if (!extension.reason.empty()) put_bytes(out, "reason", extension.reason);
  if (extension.bypassed) out["bypassed"] = true;
  if (extension.delivery != 0) out["delivery"] = extension.delivery;
  if (extension.objections.empty()) return out;
  json::array objections;
  for (const RecordedObjection& objection : extension.objections) {
    json::object one;
    if (objection.ref) put_bytes(one, "ref", *objection.ref);
    put_bytes(one, "reason", objection.reason);
    objections.push_back(std::move(one));
  }
  out["objections"] = std::move(objections);
  out["objections_left_out"] = extension.objections_left_out;
  return out;
}

json::object to_json(const Record& record) {
  json::object out{{"format", record.format},   {"id", record.id},
                   {"push_id", record.push_id}, {"time", utc_text(record.time_ns)},
                   {"time_ns", record.time_ns}, {"took_ns", record.took_ns},
                   {"kind", record.kind},       {"verdict", record.verdict}};
  if (!record.reason.empty()) put_bytes(out, "reason", record.reason);
  out["vcs"] = record.vcs;
  put_bytes(out, "repository", record.repository);
  put_bytes(out, "path", record.path);
  out["caller"] = caller_json(record.caller);
  json::array refs;
  for (const RefUpdate& ref : record.refs) refs.push_back(to_json(ref));
  out["refs"] = std::move(refs);
  out["refs_left_out"] = record.refs_left_out;
  if (!record.refused_refs.empty()) {
    json::array refused;
    for (const std::string& name : record.refused_refs) {
      json::object one;
      put_bytes(one, "name", name);
      refused.push_back(std::move(one));
    }
    out["refused_refs"] = std::move(refused);
  }
  if (!record.bypass.empty()) put_bytes(out, "bypass", record.bypass);
  if (!record.about.empty()) put_bytes(out, "about", record.about);
  if (!record.told.empty()) out["told"] = json::parse(record.told);
  if (record.pull) out["pull"] = to_json(*record.pull, record.wanted_left_out);
  json::array extensions;
  for (const RecordedExtension& one : record.extensions) extensions.push_back(to_json(one));
  out["extensions"] = std::move(extensions);
  out["attempts"] = record.attempts;
  json::array lost;
  for (const LostAttempt& one : record.lost) {
    json::object out_lost;
    put_bytes(out_lost, "extension", one.extension);
    put_bytes(out_lost, "how", one.how);
    out_lost["in_service"] = one.in_service;
    lost.push_back(std::move(out_lost));
  }
  out["lost"] = std::move(lost);
  out["generation"] = record.generation;
  if (record.delivery) out["delivery"] = true;
  return out;
}

template <class Integer>
Integer get_number(const json::object& object, std::string_view key, Integer missing = {}) {
  const json::value* found = object.if_contains(key);
  return found == nullptr ? missing : found->to_number<Integer>();
}

// What the host itself writes is text, and has no base64 beside it.
std::string get_text(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

bool get_flag(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->as_bool();
}

template <class Use>
void each(const json::object& object, std::string_view key, const Use& use) {
  const json::value* list = object.if_contains(key);
  if (list == nullptr) return;
  for (const json::value& item : list->as_array()) use(item.as_object());
}

RefUpdate ref_from(const json::object& object) {
  return {get_bytes(object, "name"),
          get_bytes(object, "old"),
          get_bytes(object, "new"),
          number(kKinds, get_bytes(object, "kind")),
          number(kChanges, get_bytes(object, "change")),
          get_flag(object, "forced")};
}

RecordedExtension extension_from(const json::object& object) {
  RecordedExtension extension{get_bytes(object, "id"),
                              get_bytes(object, "version"),
                              get_text(object, "hash"),
                              get_text(object, "mode"),
                              get_text(object, "fail"),
                              get_text(object, "outcome"),
                              get_bytes(object, "reason"),
                              get_number<std::int64_t>(object, "took_ns"),
                              {},
                              get_number<std::size_t>(object, "objections_left_out"),
                              get_flag(object, "bypassed"),
                              get_number<std::uint32_t>(object, "delivery")};
  each(object, "objections", [&](const json::object& one) {
    RecordedObjection objection{std::nullopt, get_bytes(one, "reason")};
    if (one.contains("ref")) objection.ref = get_bytes(one, "ref");
    extension.objections.push_back(std::move(objection));
  });
  return extension;
}

PullRequest pull_from(const json::object& object) {
  PullRequest pull;
  pull.told = get_flag(object, "told");
  pull.is_clone = get_flag(object, "is_clone");
  pull.shallow = get_flag(object, "shallow");
  pull.filter = get_bytes(object, "filter");
  each(object, "wanted", [&](const json::object& one) {
    pull.wanted.push_back({get_bytes(one, "id"), get_bytes(one, "name"), 0});
  });
  return pull;
}

Record record_from(const json::object& object) {
  Record record;
  record.format = object.at("format").to_number<int>();
  record.id = get_text(object, "id");
  if (!is_event_id(record.id)) throw std::runtime_error("wanted an event id");
  record.push_id = get_text(object, "push_id");
  record.time_ns = object.at("time_ns").to_number<std::int64_t>();
  record.took_ns = get_number<std::int64_t>(object, "took_ns");
  record.kind = get_text(object, "kind");
  record.verdict = get_text(object, "verdict");
  record.reason = get_bytes(object, "reason");
  record.vcs = get_text(object, "vcs");
  record.repository = get_bytes(object, "repository");
  record.path = get_bytes(object, "path");
  if (const json::value* caller = object.if_contains("caller")) {
    record.caller = caller_from(caller->as_object());
  }
  each(object, "refs", [&](const json::object& one) { record.refs.push_back(ref_from(one)); });
  record.refs_left_out = get_number<std::size_t>(object, "refs_left_out");
  each(object, "refused_refs",
       [&](const json::object& one) { record.refused_refs.push_back(get_bytes(one, "name")); });
  record.bypass = get_bytes(object, "bypass");
  record.about = get_bytes(object, "about");
  if (const json::value* told = object.if_contains("told")) record.told = json::serialize(*told);
  if (const json::value* pull = object.if_contains("pull")) {
    record.pull = pull_from(pull->as_object());
    record.wanted_left_out = get_number<std::size_t>(pull->as_object(), "wanted_left_out");
  }
  each(object, "extensions",
       [&](const json::object& one) { record.extensions.push_back(extension_from(one)); });
  record.attempts = get_number<std::uint32_t>(object, "attempts", 1);
  each(object, "lost", [&](const json::object& one) {
    record.lost.push_back(
        {get_bytes(one, "extension"), get_bytes(one, "how"), get_flag(one, "in_service")});
  });
  record.generation = get_number<int>(object, "generation");
  record.delivery = get_flag(object, "delivery");
  return record;
}

bool has_deliveries(const Record& record) {
  return std::any_of(record.extensions.begin(), record.extensions.end(),
                     [](const RecordedExtension& one) { return one.delivery != 0; });
}

// In the place of an earlier try, or of the word that it is queued.
void add_delivery(RecordedExtension one, std::vector<RecordedExtension>& all) {
  const auto earlier = std::find_if(all.begin(), all.end(), [&](const RecordedExtension& other) {
    return other.id == one.id && (other.delivery != 0 || other.outcome == kQueuedOutcome);
  });
  if (earlier == all.end()) {
    all.push_back(std::move(one));
  } else if (earlier->delivery <= one.delivery) {
    *earlier = std::move(one);
  }
}

}  // namespace

bool belong_together(const Record& a, const Record& b) {
  const auto post = [](const Record& one) {
    return one.verdict == "done" || one.verdict == "failed";
  };
  return a.id == b.id && post(a) && post(b) && a.kind == b.kind && a.repository == b.repository &&
         a.caller.name == b.caller.name &&
         (a.delivery || b.delivery || has_deliveries(a) || has_deliveries(b));
}

Record joined(Record a, Record b) {
  // The call of the hook, as it was last tried, and what deliveries add to it.
  if (a.delivery != b.delivery ? a.delivery : b.attempts > a.attempts) std::swap(a, b);
  for (RecordedExtension& one : b.extensions) {
    if (one.delivery != 0) add_delivery(std::move(one), a.extensions);
  }
  if (b.delivery) std::move(b.lost.begin(), b.lost.end(), std::back_inserter(a.lost));
  const bool failed =
      !a.reason.empty() || std::any_of(a.extensions.begin(), a.extensions.end(),
                                       [](const auto& one) { return one.outcome == "failed"; });
  a.verdict = failed ? "failed" : "done";
  return a;
}

bool is_event_id(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash && c != '-') return false;
    if (!dash && !digit) return false;
  }
  return true;
}

std::string record_line(const Record& record) {
  return safe_line(to_json(record));
}

Result<StoredRecord> parse_record(std::string_view line) {
  try {
    const json::object object = json::parse({line.data(), line.size()}).as_object();
    return StoredRecord{record_from(object), safe_line(object)};
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("no record: ") + failed.what()};
  }
}

}  // namespace rcx::host
