#include "host/dispatch/extension.hpp"

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <tuple>

#include "host/dispatch/call.hpp"

namespace rcx::host {
namespace {

// Runs `create`; empty when it worked, else why not.
std::string create(Extension& extension, const Config& config, Slot& slot) {
  const auto function = extension.library->plugin().create;
  if (function == nullptr) return {};
  const std::int64_t deadline = monotonic_ns() + config.budget.load.count();
  Call call(extension, nullptr, slot, deadline);
  slot.enter(Activity::kCreate, extension.id(), deadline);
  rcx_status status = RCX_FAILED;
  try {
    status = function(call.raw(), &extension.instance);
  } catch (...) {
    call.fail("it threw an exception through the C interface");
  }
  slot.enter_host(0);
  call.end();
  if (status == RCX_OK) return {};
  return "create failed: " +
         (call.failure().empty() ? "status " + std::to_string(status) : call.failure());
}

}  // namespace

ExtensionSet ExtensionSet::start(const Plan& plan, const Config& config, Slot& slot,
                                 const Settled& settled, const Placement* placement) {
  ExtensionSet set;
  if (placement != nullptr) set.doors_ = placement->doors;
  const bool alone = placement != nullptr && !placement->alone.empty();
  for (const PlannedExtension& planned : plan.extensions) {
    if (alone && planned.id != placement->alone) continue;
    const bool elsewhere = placement != nullptr && !alone &&
                           config.extension(planned.id).isolation == Isolation::kDedicated;
    if (planned.standing == Standing::kLoaded && elsewhere) {
      set.extensions_.push_back(std::make_unique<Extension>(planned, config.extension(planned.id)));
    } else if (planned.standing == Standing::kLoaded) {
      set.add(planned, config, slot);
      if (settled) settled(planned.id);
    } else if (planned.standing != Standing::kOff) {
      set.absent_.push_back({planned, config.extension(planned.id)});
    }
  }
  slot.leave();
  std::sort(set.extensions_.begin(), set.extensions_.end(), [](const auto& a, const auto& b) {
    return std::tie(a->config.priority, a->planned.id) <
           std::tie(b->config.priority, b->planned.id);
  });
  set.sort_handlers();
  return set;
}

void ExtensionSet::add(const PlannedExtension& planned, const Config& config, Slot& slot) {
  PlannedExtension failed = planned;
  slot.enter(Activity::kCreate, planned.id, monotonic_ns() + config.budget.load.count());
  Result<Library> library = Library::load(planned.library);
  if (library) {
    auto extension = std::make_unique<Extension>(planned, config.extension(planned.id));
    extension->library = std::move(*library);
    const fs::path data = config.state / "data" / planned.id;
    boost::system::error_code error;
    fs::create_directories(data, error);
    extension->data_directory = data.string();
    failed.reason = error ? "cannot make " + data.string() + ": " + error.message()
                          : create(*extension, config, slot);
    if (failed.reason.empty()) {
      extensions_.push_back(std::move(extension));
      return;
    }
  } else {
    failed.reason = library.error().message;
  }
  failed.standing = Standing::kRefused;
  log("plugin").error("{}: {}", planned.id, printable(failed.reason));
  absent_.push_back({std::move(failed), config.extension(planned.id)});
}

void ExtensionSet::destroy(Slot& slot, std::chrono::nanoseconds budget) {
  for (const auto& extension : extensions_) {
    if (extension->apart() || extension->library->plugin().destroy == nullptr) continue;
    slot.enter(Activity::kDestroy, extension->id(), monotonic_ns() + budget.count());
    try {
      extension->library->plugin().destroy(extension->instance);
    } catch (...) {
      log("plugin").error("{}: destroy threw an exception through the C interface",
                          extension->id());
    }
    slot.leave();
  }
}

void ExtensionSet::sort_handlers() {
  for (const auto& extension : extensions_) {
    if (extension->apart()) {
      for (const HandlerInfo& info : extension->planned.descriptor->handlers) {
        handlers_[info.event].push_back({extension.get(), nullptr, info});
      }
      continue;
    }
    const rcx_plugin& plugin = extension->library->plugin();
    const auto& infos = extension->library->descriptor().handlers;
    for (std::size_t i = 0; i < infos.size(); ++i) {
      handlers_[infos[i].event].push_back(
          {extension.get(), RCX_AT(rcx_handler, plugin.handlers, plugin.handler_stride, i),
           infos[i]});
    }
  }
}

const std::string* ExtensionSet::door(const std::string& id) const {
  const auto found = doors_.find(id);
  return found == doors_.end() ? nullptr : &found->second;
}

std::size_t ExtensionSet::handlers_of(const Extension& extension, std::uint32_t event) const {
  const std::vector<Handler>& all = handlers(event);
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(),
                    [&](const Handler& handler) { return handler.extension == &extension; }));
}

const std::vector<Handler>& ExtensionSet::handlers(std::uint32_t event) const {
  static const std::vector<Handler> kNone;
  const auto found = handlers_.find(event);
  return found == handlers_.end() ? kNone : found->second;
}

}  // namespace rcx::host
