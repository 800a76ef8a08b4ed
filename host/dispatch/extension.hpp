// The extensions of one worker: loaded, created, in the order in which they are called.
#pragma once

#include <rcx/abi.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/plan.hpp"

namespace rcx::host {

// One extension that serves. Its instance is not destroyed with it: see ExtensionSet::destroy.
struct Extension {
  Extension(PlannedExtension plan, ExtensionConfig configured)
      : planned(std::move(plan)), config(std::move(configured)) {}

  const std::string& id() const noexcept { return planned.id; }
  // Whether other processes run it, and this one asks them.
  bool apart() const noexcept { return !library.has_value(); }
  // Of one that is loaded here.
  bool concurrent() const noexcept { return (library->plugin().flags & RCX_CONCURRENT) != 0; }
  const rcx_extension* handle() const noexcept {
    return reinterpret_cast<const rcx_extension*>(this);
  }
  static const Extension& from(const rcx_extension* handle) noexcept {
    return *reinterpret_cast<const Extension*>(handle);
  }

  std::optional<Library> library;
  PlannedExtension planned;
  ExtensionConfig config;
  std::string data_directory;
  void* instance = nullptr;
  std::timed_mutex turn;  // held by the thread inside, unless concurrent
};

// Ends a turn that was taken.
class Turn {
 public:
  explicit Turn(Extension& extension) : extension_(extension) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Turn(Turn&&) = delete;
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (!extension_.concurrent()) extension_.turn.unlock();
  }

 private:
  Extension& extension_;
};

// An extension that does not serve although it might be expected to.
struct Absent {
  PlannedExtension planned;
  ExtensionConfig config;
};

// A handler of an extension, ready to be called.
struct Handler {
  Extension* extension;
  const rcx_handler* raw;  // null where other processes run it
  HandlerInfo info;
};

class ExtensionSet {
 public:
  // What is done after each extension was loaded and created, or failed; with its id.
  using Settled = std::function<void(const std::string&)>;

  // Loads and creates what `plan` accepts and `placement` has here; without one, all of it. What
  // fails becomes absent, with its reason. `slot` is where this thread's whereabouts are written.
  static ExtensionSet start(const Plan& plan, const Config& config, Slot& slot,
                            const Settled& settled = {}, const Placement* placement = nullptr);

  // Calls destroy of every extension, when no handler runs any more. Each has `budget`.
  void destroy(Slot& slot, std::chrono::nanoseconds budget);

  // The handlers of one kind of event, by priority, then id, then their order in the table.
  const std::vector<Handler>& handlers(std::uint32_t event) const;
  // How many of them are of that extension.
  std::size_t handlers_of(const Extension& extension, std::uint32_t event) const;
  const std::vector<Absent>& absent() const noexcept { return absent_; }
  // The socket where workers listen that have extension `id` alone; null where there is none.
  const std::string* door(const std::string& id) const;
  const std::vector<std::unique_ptr<Extension>>& extensions() const noexcept { return extensions_; }

 private:
  void add(const PlannedExtension& planned, const Config& config, Slot& slot);
  void sort_handlers();
  std::vector<std::unique_ptr<Extension>> extensions_;
  std::vector<Absent> absent_;
  std::map<std::uint32_t, std::vector<Handler>> handlers_;  // by event
  std::map<std::string, std::string> doors_;
};

}  // namespace rcx::host
