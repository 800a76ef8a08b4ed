#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/event/event.hpp"
#include "host/supervisor/instance.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {
namespace {

// What the running host serves with; without one, what it would accept.
Result<Plan> current_plan(const Config& config) {
  const Result<HostPlace> place = find_host(config.file);
  if (!place) return place.error();
  if (InstanceLock::is_held(place->run)) {
    Result<HostStatus> status = read_status(*place);
    if (!status) return status.error();
    return std::move(status->plan);
  }
  std::cerr << "rcx: no host runs; this is what it would load\n";
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  if (Result<void> ready = prepare_directories(config); !ready) return ready.error();
  return make_plan(config, *programs / "rcxd", extensions_user(config));
}

std::string events(const Descriptor& descriptor) {
  std::string names;
  for (const HandlerInfo& handler : descriptor.handlers) {
    const EventKind* kind = event_kind(handler.event);
    names += (names.empty() ? "" : ",");
    names += kind != nullptr ? std::string(kind->name) : std::to_string(handler.event);
    if (handler.hook != nullptr) names += ":" + handler.hook->name;
  }
  return names;
}

void print_line(const PlannedExtension& planned, const Config& config, std::size_t width) {
  const std::string file = planned.file.empty() ? "-" : planned.file;
  std::cout << fmt::format("{:<{}}  {:<8}  ", planned.id, width, standing_name(planned.standing));
  if (planned.standing == Standing::kLoaded) {
    const ExtensionConfig extension = config.extension(planned.id);
    std::cout << fmt::format("{} {} {} {} {} sha256:{:.12}\n", planned.descriptor->version, file,
                             events(*planned.descriptor),
                             extension.mode == Mode::kObserve ? "observe" : "enforce",
                             extension.fail == FailPolicy::kOpen ? "open" : "closed", planned.hash);
  } else {
    std::cout << fmt::format("{}: {}\n", file, printable(planned.reason));
  }
}

void list(Context& context) {
  const auto config = context.config();
  if (!config) return;
  const Result<Plan> plan = current_plan(*config);
  if (!plan) {
    context.fail(plan.error());
    return;
  }
  if (context.json) {
    std::cout << boost::json::serialize(to_json(*plan)) << '\n';
    return;
  }
  std::size_t width = 0;
  for (const PlannedExtension& planned : plan->extensions) {
    width = std::max(width, planned.id.size());
  }
  for (const PlannedExtension& planned : plan->extensions) {
    print_line(planned, *config, width);
  }
  if (plan->extensions.empty()) {
    std::cout << "no extensions; copy one into " << config->rcextensions.string() << "\n";
  }
}

}  // namespace

void add_extensions(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("extensions", "What stands in rcextensions/, or will");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand("list", "One line for each: loaded, or why not");
  command->fallthrough();
  group->fallthrough();
  command->footer("Example:  rcx -c /srv/rcx/rcx.yaml extensions list");
  command->callback([&context] { list(context); });
  add_info(*group, context);
  add_check(*group, context);
  add_clear(*group, context);
  add_compare(*group, context);
}

}  // namespace rcx::host::cli
