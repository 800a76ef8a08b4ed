#include "host/cli/system_setup.hpp"

#include <fmt/format.h>

#include <boost/filesystem/operations.hpp>
#include <iostream>
#include <optional>
#include <vector>

#include "host/cli/forwarders.hpp"
#include "host/cli/git_config.hpp"
#include "host/cli/inclusion.hpp"

namespace rcx::host::cli {
namespace {

std::string passed_over(const SharedHooks& shared) {
  return fmt::format(
      "core.hooksPath is set to '{}' already, for every repository, and either hooks there or "
      "those of rcx would run no more below the roots; see what they are for, and take it out "
      "with:  git config {} --unset core.hooksPath",
      printable(shared.path), printable(shared.where));
}

// Hooks that all repositories have in common today would be passed over below the roots; and where
// the user has them whom git runs as, those of this instance would, since that counts for more than
// the system's.
Result<void> check_hooks_path(const Config& config, const std::string& scope) {
  const Result<std::optional<SharedHooks>> shared = find_shared_hooks(config, scope);
  if (!shared) return shared.error();
  if (!*shared) return {};
  return Error{Code::kBusy, passed_over(**shared)};
}

void print_plan(const Forwarders& plan, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::cout << line << '\n';
  for (const std::string& line : plan.impossible) std::cerr << "rcx: warning: " << line << '\n';
  for (const std::string& line : plan.unread) {
    std::cerr << "rcx: hooks that are there may be passed over: " << line << '\n';
  }
}

std::string cure(const Config& config) {
  return fmt::format("; type:  rcx -c {} install --system", config.file.string());
}

}  // namespace

std::shared_ptr<SystemOption> add_system_option(CLI::App& command, const std::string& what) {
  auto option = std::make_shared<SystemOption>();
  CLI::Option* system = command.add_flag("--system", option->system, what);
  command
      .add_flag("--global", option->global,
                "The same for git that runs as who types it, where --system may not be written")
      ->excludes(system);
  return option;
}

Result<void> install_system(const Config& config, const std::string& scope, bool dry) {
  const fs::path file = included_file(config);
  const Result<Conditions> wanted = wanted_conditions(config);
  if (!wanted) return wanted.error();
  if (Result<void> free = check_hooks_path(config, scope); !free) return free;
  const Result<Conditions> there = included_by(scope, file);
  if (!there) return there.error();
  if (scope == "system") {
    Result<void> open =
        check_open_to_all(config.directory(), "install for one user, with:  --global");
    if (!open) return open;
  }
  const Result<Forwarders> plan = plan_forwarders(config);
  if (!plan) return plan.error();
  // What runs there today would run no more. Later it has been passed over already, and the owner
  // of one repository must not hold up what is done for all.
  if (there->empty() && !plan->impossible.empty()) {
    return Error{Code::kBusy, plan->impossible.front()};
  }
  const Result<std::vector<std::string>> lines = put_forwarders(config, *plan, dry);
  if (!lines) return lines.error();
  const Conditions more = without(*wanted, *there);
  const Conditions less = without(*there, *wanted);
  if (!dry) {
    if (Result<void> done = include_file(more, scope, file); !done) {
      const bool used = !there->empty() || find_inclusion(config, file);
      const Result<void> undone = used ? Result<void>() : remove_forwarders(config);
      if (!undone) log("cli").debug("{}", undone.error().message);
      return done;
    }
    if (Result<void> done = exclude_file(less, scope, file); !done) return done;
  }
  print_plan(*plan, *lines);
  const char* where = dry ? "would have" : "had";
  if (!more.empty()) {
    std::cout << fmt::format("{} git's {} configuration include them where {}\n", where, scope,
                             shown(more));
  }
  if (!less.empty()) {
    std::cout << fmt::format("{} it include them no more where {}\n", where, shown(less));
  }
  if (more.empty() && less.empty()) {
    std::cout << fmt::format("left git's {} configuration as it is\n", scope);
  }
  return {};
}

Result<void> uninstall_system(const Config& config, const std::string& scope, bool dry) {
  const fs::path file = included_file(config);
  const Result<Conditions> there = included_by(scope, file);
  if (!there) return there.error();
  const std::string directory = printable(forwarders_directory(config).string());
  if (!there->empty()) {
    if (!dry) {
      if (Result<void> done = exclude_file(*there, scope, file); !done) return done;
    }
    std::cout << fmt::format(
        "{} git's {} configuration include no more hooks where {}; pushes that have begun still "
        "use {}, which the same command removes when it is typed again\n",
        dry ? "would have" : "had", scope, shown(*there), directory);
    return {};
  }
  std::cout << fmt::format("git's {} configuration includes no hooks of this instance\n", scope);
  boost::system::error_code failed;
  if (!fs::exists(forwarders_directory(config), failed)) return {};
  if (const std::optional<Inclusion> other = find_inclusion(config, file)) {
    std::cout << fmt::format("left {}, which {} includes\n", directory, other->who);
    return {};
  }
  if (!dry) {
    if (Result<void> removed = remove_forwarders(config); !removed) return removed;
  }
  std::cout << fmt::format("{} {}\n", dry ? "would remove" : "removed", directory);
  return {};
}

SystemSight look_at_system(const Config& config) {
  SystemSight sight;
  const std::optional<Inclusion> inclusion = find_inclusion(config, included_file(config));
  if (!inclusion) {
    sight.text = fmt::format(
        "repositories have hooks one by one; to have git run those of this instance for all below "
        "the roots, type:  rcx -c {} install --system",
        config.file.string());
    return sight;
  }
  const std::string wrong = wrong_forwarders(config);
  const Result<std::optional<SharedHooks>> shared = find_shared_hooks(config, "system");
  const Result<Conditions> wanted = wanted_conditions(config);
  const Conditions missing = wanted ? without(*wanted, inclusion->conditions) : Conditions();
  const Conditions extra = wanted ? without(inclusion->conditions, *wanted) : Conditions();
  sight.broken = true;
  if (!wanted) {
    sight.text = wanted.error().message;
  } else if (shared && *shared) {
    sight.text = passed_over(**shared);
  } else if (!missing.empty()) {
    sight.text = fmt::format("{} does not send repositories here where {}{}", inclusion->who,
                             shown(missing), cure(config));
  } else if (!extra.empty()) {
    sight.text = fmt::format("{} sends repositories here that lie below no root, where {}{}",
                             inclusion->who, shown(extra), cure(config));
  } else if (!wrong.empty()) {
    sight.text = wrong + cure(config);
  } else {
    sight.broken = false;
    sight.seen = true;
    sight.text = fmt::format("git runs those of this instance for all below the roots, by {}",
                             inclusion->who);
  }
  return sight;
}

}  // namespace rcx::host::cli
