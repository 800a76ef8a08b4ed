#include "host/vcs/svn/adapter.hpp"

#include <boost/filesystem/operations.hpp>
#include <charconv>

#include "host/event/wire.h"
#include "host/vcs/svn/commits.hpp"
#include "host/vcs/svn/layout.hpp"
#include "host/vcs/svn/library.hpp"

namespace rcx::host::svn {
namespace {

struct Hook {
  std::string_view name;
  bool pre;
  std::uint32_t action;
};

constexpr std::array<Hook, 8> kHooks = {{
    {RCX_WIRE_SVN_PRE_COMMIT, true, RCX_ACTION_PUSH},
    {RCX_WIRE_SVN_POST_COMMIT, false, RCX_ACTION_PUSH},
    {RCX_WIRE_SVN_PRE_REVPROP, true, RCX_ACTION_REVISION_PROPERTY},
    {RCX_WIRE_SVN_POST_REVPROP, false, RCX_ACTION_REVISION_PROPERTY},
    {RCX_WIRE_SVN_PRE_LOCK, true, RCX_ACTION_LOCK},
    {RCX_WIRE_SVN_POST_LOCK, false, RCX_ACTION_LOCK},
    {RCX_WIRE_SVN_PRE_UNLOCK, true, RCX_ACTION_UNLOCK},
    {RCX_WIRE_SVN_POST_UNLOCK, false, RCX_ACTION_UNLOCK},
}};

const Hook* hook_of(std::string_view name) {
  for (const Hook& hook : kHooks) {
    if (hook.name == name) return &hook;
  }
  return nullptr;
}

using Arguments = std::vector<std::string_view>;

Error no_such_call(const HookCall& call) {
  return {Code::kInvalid, "a call of " + printable(call.hook()) + " with other arguments than " +
                              "those that svn gives it"};
}

bool is_probe(const HookCall& call) {
  const Arguments arguments = call.arguments();
  return arguments.size() == 1 && arguments[0] == RCX_WIRE_PROBE;
}

Result<std::uint64_t> revision_of(const HookCall& call, std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return number;
  return no_such_call(call);
}

// The author of a commit is whom the server has let in, as REMOTE_USER is. Whoever runs svn on the
// repository itself names whom they like, so that this counts only of trusted users.
void set_caller(const Config& config, const std::string& author, const char* source,
                Caller& caller) {
  if (author.empty() || caller.name_from != RCX_CALLER_FROM_UID) return;
  for (const std::string& name : config.identity.trusted_users) {
    const std::optional<User> user = find_user(name);
    if (!user || user->uid != caller.uid) continue;
    caller.name = author;
    caller.name_from = RCX_CALLER_FROM_VARIABLE;
    caller.source = source;
    return;
  }
}

// REPOS TXN, or REPOS REV TXN.
Result<void> read_commit(const HookCall& call, const Config& config, bool pre, Opened opened,
                         HookEvent& result) {
  const Arguments arguments = call.arguments();
  if (arguments.size() < 2) return no_such_call(call);
  opened.after_id = arguments[1];
  if (pre) {
    opened.after = opened.repository->transaction(opened.after_id);
  } else {
    const Result<std::uint64_t> number = revision_of(call, arguments[1]);
    if (!number) return number.error();
    opened.after = opened.repository->revision(*number);
  }
  const std::uint64_t base = opened.after->base();
  opened.before = opened.repository->revision(base);
  if (base != 0) opened.before_id = std::to_string(base);
  Event& event = *result.event;
  event.refs = updates(opened.after->changes(), *opened.before, *opened.after, opened.before_id,
                       opened.after_id);
  const auto properties = opened.after->properties();
  const auto author = properties.find("svn:author");
  if (author != properties.end()) {
    set_caller(config, author->second, "svn:author", event.caller);
  }
  result.commits = std::make_unique<SvnCommits>(std::move(opened), event.refs, pre, config.reading);
  return {};
}

RefUpdate other(std::string name, std::string old_id, std::string new_id) {
  RefUpdate ref;
  ref.name = std::move(name);
  ref.change = old_id.empty()   ? RCX_CHANGE_CREATE
               : new_id.empty() ? RCX_CHANGE_DELETE
                                : RCX_CHANGE_UPDATE;
  ref.old_id = std::move(old_id);
  ref.new_id = std::move(new_id);
  return ref;
}

// REPOS REV USER PROPERTY ACTION; the input is a value, unless it is the other side of the change.
Result<void> read_property(const HookCall& call, const Config& config, bool pre, Opened& opened,
                           Event& event, ToldAction& told) {
  const Arguments arguments = call.arguments();
  if (arguments.size() != 5) return no_such_call(call);
  const Result<std::uint64_t> number = revision_of(call, arguments[1]);
  if (!number) return number.error();
  opened.before = opened.repository->revision(*number);
  opened.before_id = arguments[1];
  event.refs.push_back(
      other("refs/revprops/" + std::string(arguments[3]), opened.before_id, opened.before_id));
  told.property = {std::string(arguments[3]), arguments[4] != (pre ? "D" : "A"),
                   std::string(call.input())};
  set_caller(config, std::string(arguments[2]), "svn", event.caller);
  return {};
}

// Before: REPOS PATH USER COMMENT STEAL, or REPOS PATH USER TOKEN BREAK; after: REPOS USER, and
// each path on a line of its own.
Result<void> read_lock(const HookCall& call, const Config& config, const Hook& hook, Opened& opened,
                       Event& event, ToldAction& told) {
  const Arguments arguments = call.arguments();
  if (arguments.size() < (hook.pre ? 3U : 2U)) return no_such_call(call);
  const std::uint64_t youngest = opened.repository->youngest();
  opened.before = opened.repository->revision(youngest);
  opened.before_id = std::to_string(youngest);
  const bool lock = hook.action == RCX_ACTION_LOCK;
  for (std::string_view path : hook.pre ? Arguments{arguments[1]} : split(call.input(), '\n')) {
    while (path.starts_with('/')) path.remove_prefix(1);
    if (path.empty()) continue;
    ToldLock& one = told.locks.emplace_back();
    one.path = path;
    if (hook.pre && arguments.size() > 4) one.forced = arguments[4] == "1";
    if (one.forced && lock) one.comment = arguments[3];
    event.refs.push_back(other("refs/locks/" + std::string(path), lock ? "" : opened.before_id,
                               lock ? opened.before_id : ""));
  }
  set_caller(config, std::string(arguments[hook.pre ? 2 : 1]), "svn", event.caller);
  return {};
}

Result<void> read_call(const HookCall& call, const Config& config, const Hook& hook,
                       HookEvent& result) {
  const Result<const Module*> module = load_module();
  if (!module) return module.error();
  if (is_probe(call)) return {};
  Opened opened;
  opened.module = *module;
  opened.repository = (*module)->open(result.event->repository.path);
  if (hook.action == RCX_ACTION_PUSH) {
    return read_commit(call, config, hook.pre, std::move(opened), result);
  }
  Event& event = *result.event;
  ToldAction told;
  told.action = hook.action;
  Result<void> read = hook.action == RCX_ACTION_REVISION_PROPERTY
                          ? read_property(call, config, hook.pre, opened, event, told)
                          : read_lock(call, config, hook, opened, event, told);
  if (!read) return read;
  result.commits = std::make_unique<SvnCommits>(std::move(opened), event.refs, hook.pre,
                                                config.reading, std::move(told));
  return {};
}

class SvnSession : public AdapterSession {
 public:
  Result<void> read(const HookCall& call, const Config& config, HookEvent& result,
                    const std::string* /*kept*/) override {
    const Hook& hook = *hook_of(call.hook());
    result.event->kind = event_kind(hook.pre ? RCX_EVENT_PRE_PUSH : RCX_EVENT_PUSH);
    result.event->action = hook.action;
    result.event->hook_type = call.hook();
    return guarded<void>([&] { return read_call(call, config, hook, result); });
  }
};

class SvnAdapter : public Adapter {
 public:
  std::uint32_t vcs() const noexcept override { return RCX_VCS_SUBVERSION; }
  std::string_view title() const noexcept override { return "Subversion"; }
  bool has_hook(std::string_view hook) const override { return hook_of(hook) != nullptr; }
  bool is_pull(std::string_view /*hook*/) const override { return false; }

  // Both hooks of a commit are told its transaction; those of the rest share nothing.
  Result<CallPlace> place(const HookCall& call) const override {
    const Arguments arguments = call.arguments();
    if (is_probe(call)) return CallPlace{fs::path{std::string(call.directory())}, {}};
    if (arguments.size() < 2 || !arguments[0].starts_with('/')) return no_such_call(call);
    const bool after = call.hook() == RCX_WIRE_SVN_POST_COMMIT;
    const bool commit = after || call.hook() == RCX_WIRE_SVN_PRE_COMMIT;
    const std::size_t at = after && arguments.size() > 2 ? 2 : 1;
    return CallPlace{fs::path{std::string(arguments[0])},
                     commit ? std::string(arguments[at]) : uuid_text(call.event_id())};
  }

  bool stands_at(const fs::path& path) const override {
    boost::system::error_code failed;
    return fs::is_regular_file(path / "format", failed) && fs::is_directory(path / "db", failed) &&
           fs::is_directory(path / "hooks", failed);
  }

  std::unique_ptr<AdapterSession> session(Generations* /*generations*/) const override {
    return std::make_unique<SvnSession>();
  }
};

}  // namespace

const Adapter& adapter() {
  static const SvnAdapter kAdapter;
  return kAdapter;
}

}  // namespace rcx::host::svn
