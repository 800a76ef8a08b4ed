#include "host/vcs/hg/adapter.hpp"

#include <boost/filesystem/operations.hpp>

#include "host/event/wire.h"
#include "host/vcs/hg/commits.hpp"
#include "host/vcs/hg/described.hpp"
#include "host/vcs/hg/wire.hpp"

namespace rcx::host::hg {
namespace {

Error no_such_call(const HookCall& call) {
  return {Code::kInvalid, "a call of " + printable(call.hook()) + " with other arguments than " +
                              "those of this release; run 'rcx install <repository>' again"};
}

// What was found out about a push that hg's own process does not tell of.
Result<void> read_described(const HookCall& call, const Config& config, HookEvent& result,
                            const std::string* kept) {
  Event& event = *result.event;
  const bool pre = call.hook() == RCX_WIRE_HG_PRE_PUSH;
  std::string text;
  if (!pre) text = kept != nullptr ? *kept : kept_text(event, config).value_or("");
  Result<Described> described = describe(call, config, event.repository.path, text);
  if (!described) return described.error();
  Result<PushMessage> message = read_message(described->text);
  if (!message) return message.error();
  event.refs = message->refs;
  auto commits = std::make_unique<HgCommits>(std::move(*message), pre, std::move(described->reader),
                                             config.reading);
  if (pre) commits->set_described(std::move(described->text));
  result.commits = std::move(commits);
  return {};
}

Result<void> read_push(const HookCall& call, const Config& config, HookEvent& result,
                       const std::string* kept) {
  Event& event = *result.event;
  const bool pre = call.hook() == RCX_WIRE_HG_PRE_PUSH;
  event.kind = event_kind(pre ? RCX_EVENT_PRE_PUSH : RCX_EVENT_PUSH);
  event.hook_type = call.hook();
  if (is_by_shell(call)) return read_described(call, config, result, kept);
  Result<PushMessage> message = read_message(call.input());
  if (!message) return message.error();
  event.refs = message->refs;
  auto reader = std::make_unique<Reader>(
      call.door(), stored_place(config, event.repository.path, message->first, message->count));
  result.commits =
      std::make_unique<HgCommits>(std::move(*message), pre, std::move(reader), config.reading);
  return {};
}

// hg tells where it begins, not what was wanted.
Result<void> read_pull(const HookCall& call, Event& event) {
  const bool pre = call.hook() == RCX_WIRE_HG_PRE_PULL;
  event.kind = event_kind(pre ? RCX_EVENT_PRE_PULL : RCX_EVENT_PULL);
  event.action = RCX_ACTION_PULL;
  event.hook_type = call.hook();
  if (pre) return {};
  if (is_by_shell(call)) {
    // A clone by copying files names no changeset.
    const std::string_view first = call.variable("HG_NODE");
    event.pull.is_clone = call.variable("HG_SOURCE") == "clone";
    event.pull.told = is_node_text(first) && !event.pull.is_clone;
    if (event.pull.told) event.pull.wanted.push_back({std::string(first), {}, 0});
    return {};
  }
  const std::vector<std::string_view> arguments = call.arguments();
  if (arguments.size() != 4 || !is_node_text(arguments[2])) return no_such_call(call);
  event.pull.told = true;
  event.pull.is_clone = arguments[3] == "clone";
  event.pull.wanted.push_back({std::string(arguments[2]), {}, 0});
  return {};
}

class HgSession : public AdapterSession {
 public:
  Result<void> read(const HookCall& call, const Config& config, HookEvent& result,
                    const std::string* kept) override {
    if (adapter().is_pull(call.hook())) return read_pull(call, *result.event);
    return read_push(call, config, result, kept);
  }
};

class HgAdapter : public Adapter {
 public:
  std::uint32_t vcs() const noexcept override { return RCX_VCS_MERCURIAL; }
  std::string_view title() const noexcept override { return "Mercurial"; }
  bool has_hook(std::string_view hook) const override {
    return hook == RCX_WIRE_HG_PRE_PUSH || hook == RCX_WIRE_HG_PUSH || is_pull(hook);
  }
  bool is_pull(std::string_view hook) const override {
    return hook == RCX_WIRE_HG_PRE_PULL || hook == RCX_WIRE_HG_PULL;
  }

  Result<CallPlace> place(const HookCall& call) const override {
    const fs::path directory{std::string(call.directory())};
    if (!is_by_shell(call)) return CallPlace{directory, std::string(call.arguments()[0])};
    if (is_pull(call.hook())) return CallPlace{directory, uuid_text(call.event_id())};
    const std::string_view transaction = call.variable("HG_TXNID");
    if (transaction.empty()) return no_such_call(call);
    return CallPlace{directory, std::string(transaction)};
  }

  Result<std::string> text_to_keep(const HookEvent& accepted) const override {
    return static_cast<const HgCommits&>(*accepted.commits).described();
  }

  bool stands_at(const fs::path& path) const override {
    boost::system::error_code failed;
    return fs::is_directory(path / ".hg", failed);
  }

  std::unique_ptr<AdapterSession> session(Generations* /*generations*/) const override {
    return std::make_unique<HgSession>();
  }
};

}  // namespace

const Adapter& adapter() {
  static const HgAdapter kAdapter;
  return kAdapter;
}

}  // namespace rcx::host::hg
