#include "host/event/abi_event.hpp"

#include <algorithm>
#include <cstring>

#include "host/event/json_tree.hpp"
#include "host/event/told.hpp"

namespace rcx::host {
namespace {

template <class Raw>
Raw sized() {
  Raw raw{};
  raw.size = sizeof(Raw);
  return raw;
}

rcx_caller abi_caller(const Caller& caller) {
  auto raw = sized<rcx_caller>();
  raw.name_from = caller.name_from;
  raw.name = abi_bytes(caller.name);
  raw.source = abi_bytes(caller.source);
  raw.ip = abi_bytes(caller.ip);
  raw.user_agent = abi_bytes(caller.user_agent);
  raw.auth_method = abi_bytes(caller.auth_method);
  raw.uid = caller.uid;
  return raw;
}

rcx_person abi_person(const Person& person) {
  auto raw = sized<rcx_person>();
  raw.offset_minutes = person.offset_minutes;
  raw.name = abi_bytes(person.name);
  raw.email = abi_bytes(person.email);
  raw.time = person.time;
  return raw;
}

rcx_ref_update abi_ref(const RefUpdate& ref) {
  auto raw = sized<rcx_ref_update>();
  raw.kind = ref.kind;
  raw.change = ref.change;
  raw.flags = ref.forced ? RCX_REF_FORCED : 0U;
  raw.name = abi_bytes(ref.name);
  raw.short_name = abi_bytes(ref.short_name());
  raw.old_id = abi_bytes(ref.old_id);
  raw.new_id = abi_bytes(ref.new_id);
  return raw;
}

rcx_wanted abi_wanted(const Wanted& wanted) {
  auto raw = sized<rcx_wanted>();
  raw.kind = wanted.name.empty() ? 0U : wanted.kind;
  raw.id = abi_bytes(wanted.id);
  raw.name = abi_bytes(wanted.name);
  raw.short_name = abi_bytes(short_name_of(wanted.name));
  return raw;
}

// Both structs of pulls have the same members.
template <class Raw>
Raw abi_pull(const PullRequest& pull, const rcx_event& event,
             const std::vector<rcx_wanted>& wanted) {
  auto raw = sized<Raw>();
  raw.wanted_stride = sizeof(rcx_wanted);
  raw.event = &event;
  if (!pull.told) return raw;
  raw.wanted = wanted.data();
  raw.wanted_count = wanted.size();
  raw.is_clone = pull.is_clone ? 1 : 0;
  raw.flags = RCX_PULL_TOLD | (pull.shallow ? RCX_PULL_SHALLOW : 0U) |
              (pull.filter.empty() ? 0U : RCX_PULL_FILTERED);
  raw.filter = abi_bytes(pull.filter);
  return raw;
}

}  // namespace

AbiEvent::AbiEvent(const Event& event) : caller_(abi_caller(event.caller)) {
  for (const FieldValue& field : event.repository.fields) {
    auto raw = sized<rcx_field>();
    raw.key = abi_bytes(field.key);
    raw.label = abi_bytes(field.label);
    raw.description = abi_bytes(field.description);
    raw.value = field.value;
    fields_.push_back(raw);
  }
  for (const std::string& option : event.push_options) options_.push_back(abi_bytes(option));
  for (const RefUpdate& ref : event.refs) refs_.push_back(abi_ref(ref));
  for (const Wanted& wanted : event.pull.wanted) wanted_.push_back(abi_wanted(wanted));

  repository_ = sized<rcx_repository>();
  repository_.vcs = event.repository.vcs;
  repository_.name = abi_bytes(event.repository.name);
  repository_.path = abi_bytes(event.repository.path);
  repository_.id = abi_bytes(event.repository.id);
  repository_.fields = fields_.data();
  repository_.field_count = fields_.size();
  repository_.field_stride = sizeof(rcx_field);

  event_ = sized<rcx_event>();
  event_.kind = event.kind->number;
  std::copy(event.id.begin(), event.id.end(), std::begin(event_.id));
  event_.id_text = abi_bytes(event.id_text);
  event_.push_id = abi_bytes(event.push_id);
  event_.attempt = event.attempt;
  event_.depth = event.depth;
  event_.time_ns = event.time_ns;
  event_.action = event.action;
  event_.hook_type = abi_bytes(event.hook_type);
  event_.server_url = abi_bytes(event.server_url);
  event_.caller = &caller_;
  event_.repository = &repository_;
  event_.push_options = options_.data();
  event_.push_option_count = options_.size();
  event_.push_option_stride = sizeof(rcx_bytes);

  pre_push_ = {sizeof(rcx_pre_push), sizeof(rcx_ref_update), &event_, refs_.data(), refs_.size()};
  push_ = {sizeof(rcx_push), sizeof(rcx_ref_update), &event_, refs_.data(), refs_.size()};
  pre_pull_ = abi_pull<rcx_pre_pull>(event.pull, event_, wanted_);
  pull_ = abi_pull<rcx_pull>(event.pull, event_, wanted_);
  if (event.called) {
    called_ = {sizeof(rcx_called), 0, &event_, nullptr, &event.called->arguments->root()};
  }
  if (event.told == nullptr) return;
  const std::size_t size = event.told->type().fields->size;
  told_.resize((size + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
  std::memcpy(told_.data(), event.told->raw(), size);
  catalogue::set_event(told_.data(), &event_);
}

AbiCommit::AbiCommit(const Commit& commit, std::size_t index)
    : raw_(sized<rcx_commit>()),
      author_(abi_person(commit.author)),
      committer_(abi_person(commit.committer)) {
  for (const IdText& parent : commit.parents) parents_.push_back(abi_bytes(parent));
  raw_.parent_stride = sizeof(rcx_bytes);
  raw_.index = index;
  raw_.ref = commit.ref;
  raw_.id = abi_bytes(commit.id);
  raw_.parents = parents_.data();
  raw_.parent_count = parents_.size();
  raw_.author = &author_;
  raw_.committer = &committer_;
  raw_.message = abi_bytes(commit.message);
}

AbiDirectory::AbiDirectory(std::vector<Entry> entries) : entries_(std::move(entries)) {
  raw_.reserve(entries_.size());
  for (const Entry& entry : entries_) {
    auto raw = sized<rcx_entry>();
    raw.mode = entry.mode;
    raw.name = abi_bytes(entry.name);
    raw.id = abi_bytes(entry.id);
    raw_.push_back(raw);
  }
}

void AbiCommit::set_changes(const std::vector<Change>& changes) {
  has_changes_ = true;
  changes_.reserve(changes.size());
  for (const Change& change : changes) {
    auto raw = sized<rcx_change>();
    raw.kind = change.kind;
    raw.path = abi_bytes(change.path);
    raw.old_mode = change.old_mode;
    raw.new_mode = change.new_mode;
    raw.old_id = abi_bytes(change.old_id);
    raw.new_id = abi_bytes(change.new_id);
    changes_.push_back(raw);
  }
}

}  // namespace rcx::host
