// Runs existing hook programs as one extension. README.md lists the settings and what hooks see.
#include "environment.hpp"
#include "hook.hpp"
#include "hook_file.hpp"
#include "input.hpp"
#include "run.hpp"

#include <rcx/plugin.hpp>
#include <text/quantity.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace run_hooks {
namespace {

OutputLimits limits_from(const rcx::Value& setting) {
  setting.allow_only({"lines", "bytes"});
  OutputLimits limits;
  limits.lines = setting["lines"].as<std::uint32_t>(static_cast<std::uint32_t>(limits.lines));
  const rcx::Value bytes = setting["bytes"];
  if (!bytes.exists()) return limits;
  const auto size = text::size_from(bytes.as<std::string>());
  if (!size) bytes.fail("a size such as 64KiB");
  limits.bytes = *size;
  return limits;
}

std::vector<Hook> hooks_from(const rcx::Setup& setup) {
  const rcx::Value settings = setup.settings();
  settings.allow_only({"directory", "hooks", "environment", "output", "grace"});
  const rcx::Value directory = settings["directory"];
  const rcx::Value list = settings["hooks"];
  if (list.exists() && !list.is_list()) list.fail("a list of hooks");
  if (directory.exists() && list.exists()) directory.fail("nothing beside hooks");
  std::vector<Hook> hooks;
  if (directory.exists()) hooks.push_back(Hook::from_directory(directory, setup.data_directory()));
  for (const rcx::Value& item : list.items()) {
    hooks.push_back(Hook::from_item(item, setup.data_directory()));
  }
  return hooks;
}

// Everything that the hooks of one event have in common.
struct Run {
  const rcx::Event& event;
  Output output;
  Program program;

  // How the hook ended, where it did not agree: its last line and its end.
  std::optional<std::string> operator()(const std::string& file, const Descriptor& input,
                                        const TimeLimits& limits) {
    program.path = file;
    const auto fault = run_hooks::run(program, input.get(), limits, event, output);
    if (!fault) return std::nullopt;
    const std::string& line = output.last_line();
    return (line.empty() ? std::string("refused without a word") : line) + " (hook " +
           std::string(name_of(file)) + ", " + *fault + ")";
  }
};

class RunHooks {
 public:
  explicit RunHooks(const rcx::Setup& setup)
      : hooks_(hooks_from(setup)),
        environment_(setup.settings()["environment"], setup.data_directory()),
        output_(limits_from(setup.settings()["output"])) {
    const rcx::Value grace = setup.settings()["grace"];
    if (grace.exists()) grace_ = duration_from(grace);
    if (hooks_.empty()) setup.logger().warning("no hooks: nothing is run");
    for (const Hook& hook : hooks_) {
      for (const std::string& file : hook.ignored()) {
        setup.logger().warning(file + " is not executable and is not run");
      }
    }
  }

  void check(const rcx::PrePush& push) const {
    Run run = begin(push, push);
    const rcx::Refs refs = push.refs();
    for (const Hook& hook : hooks_) {
      if (hook.kind() == Kind::kPostReceive) continue;
      const TimeLimits limits{hook.timeout(), grace_};
      for (const std::string& file : hook.files()) {
        const bool agreed = hook.kind() == Kind::kUpdate
                                ? update(push, refs, file, limits, run)
                                : pre_receive(push, refs, file, limits, run);
        // Those that follow may count on what this one checked.
        if (!agreed) return;
      }
    }
  }

  // As with git, what these return changes nothing.
  void pushed(const rcx::Push& push) const {
    Run run = begin(push, push);
    std::string failures;
    for (const Hook& hook : hooks_) {
      if (hook.kind() != Kind::kPostReceive) continue;
      for (const std::string& file : hook.files()) {
        try {
          const auto fault =
              run(file, sealed_file(lines_of(push.refs())), TimeLimits{hook.timeout(), grace_});
          if (fault) push.logger().warning("event " + std::string(push.id()) + ": " + *fault);
        } catch (const std::exception& error) {
          // The others run all the same, and the host learns of all.
          failures += (failures.empty() ? "" : "; ") + std::string(error.what());
        }
      }
    }
    if (!failures.empty()) throw std::runtime_error(failures);
  }

 private:
  template <class AnyPush>
  Run begin(const AnyPush& push, const rcx::Event& event) const {
    return {event, Output(event, output_),
            Program{"", {}, environment_.of(event), std::string(push.repository().path())}};
  }

  static bool pre_receive(const rcx::PrePush& push, const rcx::Refs& refs, const std::string& file,
                          const TimeLimits& limits, Run& run) {
    run.program.arguments = {};
    const auto fault = run(file, sealed_file(lines_of(refs)), limits);
    if (fault) push.reject(*fault);
    return !fault;
  }

  static bool update(const rcx::PrePush& push, const rcx::Refs& refs, const std::string& file,
                     const TimeLimits& limits, Run& run) {
    bool agreed = true;
    for (const rcx::RefUpdate& ref : refs) {
      Ids ids = ids_of(ref);
      run.program.arguments = {std::string(ref.name()), std::move(ids.before),
                               std::move(ids.after)};
      const auto fault = run(file, no_input(), limits);
      if (fault) push.reject(ref, *fault);
      agreed = agreed && !fault;
    }
    return agreed;
  }

  std::vector<Hook> hooks_;
  Environment environment_;
  OutputLimits output_;
  std::chrono::nanoseconds grace_ = std::chrono::seconds(1);
};

}  // namespace
}  // namespace run_hooks

RCX_PLUGIN_WITH_FLAGS(run_hooks::RunHooks, RCX_CONCURRENT, "run_hooks", "Run hooks", "1.0.0", "MIT",
                      rcx::on<&run_hooks::RunHooks::check>(),
                      rcx::on<&run_hooks::RunHooks::pushed>(rcx::kQueued))
