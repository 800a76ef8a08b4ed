#include "host/event/event_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/core/json_bytes.hpp"
#include "host/event/abi_event.hpp"
#include "host/event/json_tree.hpp"
#include "host/event/value_json.hpp"

namespace rcx::host {
namespace {

namespace json = boost::json;
using catalogue::Field;
using catalogue::Struct;
using catalogue::Type;

constexpr std::size_t kLongestKeyShown = 60;
constexpr std::size_t kMostCommitIds = 10'000;

// What may stand beside the fields of an event, and what the host says of each by itself.
const std::vector<std::string> also = {"event", "caller"};
constexpr std::array<std::string_view, 8> kByHost = {
    "event_id", "time", "attempt", "action", "hook_type", "server_url", "repository", "push_id"};

bool is_secret(std::string_view key) {
  return key.find("password") != std::string_view::npos ||
         key.find("token") != std::string_view::npos ||
         key.find("api_key") != std::string_view::npos;
}

// What Misfit says of an unknown key, and what to do about it.
std::string unknown_text(const EventKind& kind, const catalogue::Misfit& misfit) {
  const std::string place = shortened(printable(misfit.where), kLongestKeyShown);
  const std::string_view key = std::string_view(misfit.where).substr(misfit.where.rfind('.') + 1);
  if (is_secret(key)) {
    return place + ": no secret reaches an extension; leave it out";
  }
  if (misfit.where == key && std::find(kByHost.begin(), kByHost.end(), key) != kByHost.end()) {
    return place + ": the host says that by itself; leave it out";
  }
  const std::string near = nearest(key, misfit.known);
  return fmt::format("{}: {} has no such field; {}", place, kind.name,
                     near.empty() ? "it has " + fmt::format("{}", fmt::join(misfit.known, ", "))
                                  : "did you mean " + near + "?");
}

std::string text_of(const rcx_value& map, const char* key, bool needed) {
  const rcx_value* value = item_of(map, key);
  if (value == nullptr || value->kind == RCX_VALUE_NULL) {
    if (!needed) return {};
    throw catalogue::Misfit(std::string("caller.") + key,
                            "wanted text that is not empty, got nothing");
  }
  if (value->kind != RCX_VALUE_TEXT || (needed && value->text.size == 0)) {
    throw catalogue::Misfit(
        std::string("caller.") + key,
        std::string("wanted text") + (needed ? " that is not empty" : "") + ", got " +
            (value->kind == RCX_VALUE_TEXT ? "empty text" : catalogue::detail::kind_of(value)));
  }
  return std::string(abi_view(value->text));
}

void check_name(const rcx_value& root, const EventKind& kind) {
  const rcx_value* name = item_of(root, "event");
  if (name == nullptr || abi_view(name->text) == kind.name) return;
  throw catalogue::Misfit("event", fmt::format("wanted {}, got {}", kind.name,
                                               name->kind == RCX_VALUE_TEXT
                                                   ? shortened(printable(abi_view(name->text)), 40)
                                                   : catalogue::detail::kind_of(name)));
}

void put_fields(json::object& out, const Struct& type, const void* raw);

void put_list(json::object& out, const Field& field, const void* raw) {
  const auto count = told_member<std::uint64_t>(raw, field.count_offset);
  const auto stride = told_member<std::uint32_t>(raw, field.stride_offset);
  const auto* items = told_member<const char*>(raw, field.offset);
  json::array all;
  for (std::uint64_t i = 0; i < count; ++i) {
    const char* item = items + static_cast<std::size_t>(i) * stride;
    if (field.type == Type::kTexts) {
      all.emplace_back(abi_view(told_member<rcx_bytes>(item, 0)));
    } else {
      json::object one;
      put_fields(one, *field.of, item);
      all.emplace_back(std::move(one));
    }
  }
  if (!all.empty()) out[field.name] = std::move(all);
}

void put_part(json::object& out, const Field& field, const void* raw) {
  const void* part = told_member<const void*>(raw, field.offset);
  if (field.beside) return put_fields(out, *field.of, part);
  json::object one;
  put_fields(one, *field.of, part);
  out[field.name] = std::move(one);
}

// Texts that are empty, times and choices that are 0 were not told.
void put_field(json::object& out, const Field& field, const void* raw) {
  switch (field.type) {
    case Type::kOwn:
      return;
    case Type::kFlag:
      out[field.name] = told_member<std::uint32_t>(raw, field.offset) != 0;
      return;
    case Type::kChoice: {
      const auto choice = told_member<std::uint32_t>(raw, field.offset);
      if (choice < field.choices.count && !field.choices.names[choice].empty()) {
        out[field.name] = field.choices.names[choice];
      }
      return;
    }
    case Type::kNumber:
      out[field.name] = told_member<std::int64_t>(raw, field.offset);
      return;
    case Type::kTime:
      if (const auto time = told_member<std::int64_t>(raw, field.offset); time != 0) {
        out[field.name] = catalogue::time_text(time);
      }
      return;
    case Type::kTexts:
    case Type::kStructs:
      return put_list(out, field, raw);
    case Type::kStruct:
      return put_part(out, field, raw);
    default: {
      const std::string_view text = abi_view(told_member<rcx_bytes>(raw, field.offset));
      if (!text.empty()) put_bytes(out, field.name, text);
    }
  }
}

void put_fields(json::object& out, const Struct& type, const void* raw) {
  for (std::size_t i = 0; i < type.count; ++i) put_field(out, type.fields[i], raw);
}

json::object caller_json(const Caller& caller) {
  json::object out;
  put_bytes(out, "username", caller.name);
  if (!caller.ip.empty()) put_bytes(out, "ip", caller.ip);
  if (!caller.user_agent.empty()) put_bytes(out, "user_agent", caller.user_agent);
  if (!caller.auth_method.empty()) put_bytes(out, "auth_method", caller.auth_method);
  return out;
}

std::string_view vcs_name(std::uint32_t vcs) {
  return vcs < std::size(catalogue::kVcs) ? catalogue::kVcs[vcs] : catalogue::kVcs[0];
}

json::object repository_json(const RepositoryInfo& repository) {
  json::object out{{"vcs", vcs_name(repository.vcs)}};
  put_bytes(out, "name", repository.name);
  put_bytes(out, "path", repository.path);
  json::object fields;
  for (const FieldValue& field : repository.fields) fields[field.key] = value_json(*field.value);
  if (!fields.empty()) out["fields"] = std::move(fields);
  return out;
}

json::object ref_json(const RefUpdate& ref) {
  json::object out;
  put_bytes(out, "name", ref.name);
  out["kind"] = ref.kind == RCX_REF_BRANCH ? "branch" : ref.kind == RCX_REF_TAG ? "tag" : "other";
  out["change"] = ref.change == RCX_CHANGE_CREATE   ? "create"
                  : ref.change == RCX_CHANGE_DELETE ? "delete"
                                                    : "update";
  out["forced"] = ref.forced;
  if (!ref.old_id.empty()) out["old_id"] = ref.old_id;
  if (!ref.new_id.empty()) out["new_id"] = ref.new_id;
  return out;
}

std::string_view action_name(std::uint32_t action) {
  switch (action) {
    case RCX_ACTION_PUSH_LOCAL:
      return "push_local";
    case RCX_ACTION_REVISION_PROPERTY:
      return "revision_property";
    case RCX_ACTION_LOCK:
      return "lock";
    case RCX_ACTION_UNLOCK:
      return "unlock";
    default:
      return "push";
  }
}

void put_push(json::object& out, const Event& event) {
  out["action"] = action_name(event.action);
  json::array refs;
  for (const RefUpdate& ref : event.refs) refs.push_back(ref_json(ref));
  out["refs"] = std::move(refs);
  json::array options;
  json::array exact;
  bool all_text = true;
  for (const std::string& option : event.push_options) {
    json::object one;
    put_bytes(one, "x", option);
    all_text = all_text && !one.contains("x_base64");
    exact.push_back(one.contains("x_base64") ? one["x_base64"] : json::value(nullptr));
    options.push_back(one["x"]);
  }
  out["push_options"] = std::move(options);
  if (!all_text) out["push_options_base64"] = std::move(exact);
}

void put_pull(json::object& out, const PullRequest& pull) {
  out["action"] = "pull";
  out["is_clone"] = pull.is_clone;
  out["shallow"] = pull.shallow;
  if (!pull.filter.empty()) out["filter"] = pull.filter;
  json::array all;
  for (const Wanted& wanted : pull.wanted) {
    json::object one{{"id", wanted.id}};
    if (!wanted.name.empty()) put_bytes(one, "name", wanted.name);
    all.push_back(std::move(one));
  }
  out["wanted"] = std::move(all);
}

}  // namespace

Result<const EventKind*> emitted_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const EventKind& kind : event_kinds()) {
    if (kind.name == name && kind.told != nullptr) return &kind;
    if (kind.number == RCX_EVENT_CALL && kind.name == name) {
      return Error{Code::kInvalid, "a call is for one hook; make it with:  rcx call NAME"};
    }
    if (kind.name == name) {
      return Error{Code::kInvalid,
                   fmt::format("{} comes from a hook of the version-control system and cannot be "
                               "emitted; install the hook with:  rcx install REPO",
                               kind.name)};
    }
    if (kind.told != nullptr) names.emplace_back(kind.name);
  }
  const std::string near = nearest(name, names);
  return Error{Code::kInvalid,
               fmt::format("there is no event {}; {}", shortened(printable(name), kLongestKeyShown),
                           near.empty() ? "these can be emitted: " +
                                              fmt::format("{}", fmt::join(names, ", "))
                                        : "did you mean " + near + "?")};
}

std::optional<ToldCaller> told_caller(const rcx_value& root) {
  const rcx_value* caller = item_of(root, "caller");
  if (caller == nullptr || caller->kind == RCX_VALUE_NULL) return std::nullopt;
  static constexpr Struct kNone{"caller", 0, nullptr, 0};
  catalogue::detail::Filler::check_map(kNone, caller, "caller",
                                       {"username", "ip", "user_agent", "auth_method"});
  return ToldCaller{text_of(*caller, "username", true), text_of(*caller, "ip", false),
                    text_of(*caller, "user_agent", false), text_of(*caller, "auth_method", false)};
}

Result<Emission> read_emission(const EventKind& kind, std::string_view text,
                               std::string_view caller) {
  JsonTree tree;
  if (Result<void> parsed = tree.parse(text); !parsed) return parsed.error();
  try {
    Emission emission;
    if (tree.root().kind == RCX_VALUE_MAP) {
      check_name(tree.root(), kind);
      emission.caller = told_caller(tree.root());
    }
    if (emission.caller) caller = emission.caller->username;
    emission.told = std::make_shared<Told>(*kind.told, tree.root(), also, caller);
    return emission;
  } catch (const catalogue::Misfit& misfit) {
    return Error{Code::kInvalid,
                 misfit.known.empty() ? printable(misfit.what()) : unknown_text(kind, misfit)};
  }
}

json::object emission_json(const Event& event) {
  json::object out{{"event", event.kind->name}, {"caller", caller_json(event.caller)}};
  if (event.told != nullptr) put_fields(out, *event.told->type().fields, event.told->raw());
  return out;
}

json::object event_json(const Event& event) {
  json::object out{{"event", event.kind->name},
                   {"event_id", event.id_text},
                   {"time", catalogue::time_text(event.time_ns)},
                   {"attempt", event.attempt},
                   {"hook_type", event.hook_type},
                   {"server_url", event.server_url}};
  if (!event.push_id.empty()) out["push_id"] = event.push_id;
  if (!event.repository.name.empty()) out["repository"] = repository_json(event.repository);
  if (event.kind->action == RCX_ACTION_PUSH) put_push(out, event);
  if (event.kind->action == RCX_ACTION_PULL) put_pull(out, event.pull);
  if (event.called) {
    out["hook"] = event.called->hook;
    out["arguments"] = value_json(event.called->arguments->root());
  }
  for (auto& [key, value] : emission_json(event)) out[key] = value;
  return out;
}

Result<void> add_commit_ids(CommitSource& commits, json::object& json) {
  const Result<std::vector<IdText>> ids = commits.ids();
  json::array told;
  if (!ids) {
    // What was pruned does not come back, and a bound stays where it is.
    if (ids.error().code != Code::kNotFound && ids.error().code != Code::kLimit) {
      return ids.error();
    }
    json["commit_ids_error"] = printable(ids.error().message);
  } else {
    const std::size_t count = std::min(ids->size(), kMostCommitIds);
    for (std::size_t i = 0; i < count; ++i) told.emplace_back(std::string_view((*ids)[i]));
    if (count < ids->size()) json["commit_ids_left_out"] = ids->size() - count;
  }
  json["commit_ids"] = std::move(told);
  return {};
}

}  // namespace rcx::host
