#include "host/vcs/adapter.hpp"

#include "host/vcs/git/adapter.hpp"
#include "host/vcs/hg/adapter.hpp"
#include "host/vcs/svn/adapter.hpp"

namespace rcx::host {
namespace {

template <class Predicate>
const Adapter* find(const Predicate& wanted) {
  for (const Adapter* adapter : adapters()) {
    if (wanted(*adapter)) return adapter;
  }
  return nullptr;
}

}  // namespace

Error Adapter::unsupported(std::string_view what) const {
  return {Code::kUnsupported,
          "unsupported: " + std::string(title()) + " has no " + std::string(what)};
}

Result<RefHook> Adapter::hook_for(const HookCall& /*call*/, const Event& /*event*/,
                                  const std::vector<std::size_t>& /*refs*/) const {
  return unsupported("pushes that are accepted in part");
}

const std::vector<const Adapter*>& adapters() {
  static const std::vector<const Adapter*> kAll = {&git::adapter(), &hg::adapter(),
                                                   &svn::adapter()};
  return kAll;
}

const Adapter* adapter_of(std::string_view hook) {
  return find([&](const Adapter& one) { return one.has_hook(hook); });
}

const Adapter* adapter_at(const fs::path& repository) {
  return find([&](const Adapter& one) { return one.stands_at(repository); });
}

const Adapter* adapter_of(std::uint32_t vcs) {
  return find([&](const Adapter& one) { return one.vcs() == vcs; });
}

}  // namespace rcx::host
