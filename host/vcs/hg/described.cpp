#include "host/vcs/hg/described.hpp"

#include "host/event/wire.h"
#include "host/vcs/hg/wire.hpp"

namespace rcx::host::hg {
namespace {

constexpr int kNoDoor = -1;

fs::path module_of(const Config& config) {
  return config.directory() / RCX_WIRE_HG_DIRECTORY / RCX_WIRE_HG_MODULE;
}

Result<Described> ask(ReaderPlace place) {
  Described described;
  described.reader = std::make_unique<Reader>(kNoDoor, std::move(place));
  Result<std::string> text = described.reader->ask({"describe"});
  if (!text) return text.error();
  described.text = std::move(*text);
  return described;
}

}  // namespace

bool is_by_shell(const HookCall& call) {
  return call.arguments().empty();
}

ReaderPlace stored_place(const Config& config, const std::string& repository,
                         const std::string& first, std::uint64_t count) {
  return {repository,
          module_of(config),
          {"rcx-read", first.empty() ? "-" : first, std::to_string(count)},
          false};
}

Result<Described> describe(const HookCall& call, const Config& config,
                           const std::string& repository, const std::string& kept) {
  if (call.hook() == RCX_WIRE_HG_PRE_PUSH) {
    return ask({repository, module_of(config), {"rcx-read-pending"}, true});
  }
  if (!kept.empty()) {
    const Result<PushMessage> message = read_message(kept);
    if (!message) return message.error();
    return Described{
        kept, std::make_unique<Reader>(
                  kNoDoor, stored_place(config, repository, message->first, message->count))};
  }
  const std::string_view first = call.variable("HG_NODE");
  const std::string_view last = call.variable("HG_NODE_LAST");
  if (!is_node_text(first) || !is_node_text(last)) {
    log("vcs").warn(
        "a push to {} changed no changeset, and what it did was not kept before it was "
        "accepted: nobody is told",
        printable(repository));
    return Described();
  }
  return ask({repository,
              module_of(config),
              {"rcx-read-between", std::string(first), std::string(last)},
              false});
}

}  // namespace rcx::host::hg
