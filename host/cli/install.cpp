#include <fmt/format.h>
#include <unistd.h>

#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/cli.hpp"
#include "host/cli/hooks.hpp"
#include "host/cli/install_all.hpp"
#include "host/cli/pull_setup.hpp"
#include "host/cli/single_refs.hpp"
#include "host/event/wire.h"
#include "host/supervisor/instance.hpp"

namespace rcx::host::cli {
namespace {

// Where a hook stands that was there before, as a name beside it.
std::string kept(const char* hook) {
  return hook + std::string(RCX_WIRE_CHAINED_SUFFIX);
}

Result<void> check_writable(const fs::path& hooks) {
  fs::path place = hooks;
  boost::system::error_code failed;
  while (!fs::exists(place, failed) && place.has_parent_path()) place = place.parent_path();
  if (::eaccess(place.c_str(), W_OK | X_OK) == 0) return {};
  return system_error("cannot write in " + printable(place.string()), errno);
}

Result<void> put_all_in(const Config& config, const fs::path& hooks) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  try {
    fs::create_directories(hooks);
  } catch (const fs::filesystem_error& failed) {
    return system_error("cannot make " + printable(hooks.string()), failed.code().value());
  }
  // First: from the moment a client stands there it must find its instance.
  Result<void> done = renew_client_files(config, *programs / "rcxd");
  if (done) {
    done = write_file(hooks / RCX_WIRE_INSTANCE_FILE, config.directory().string() + "\n", 0644);
  }
  for (const char* hook : kGitHooks) {
    if (done) done = put_in(hooks, hook, *programs / "rcx-hook");
  }
  return done;
}

void print(const Installed& installed, bool dry) {
  for (std::size_t i = 0; i < kGitHooks.size(); ++i) {
    const std::string place = printable((installed.hooks / kGitHooks[i]).string());
    const Putting putting = installed.did[i];
    const bool renewed = putting == Putting::kRenewed;
    std::cout << (dry       ? renewed ? "would renew " : "would put in "
                  : renewed ? "renewed "
                            : "put in ")
              << place;
    if (putting == Putting::kChained) {
      std::cout << ", after the hook that was there (" << kept(kGitHooks[i]) << ")";
    }
    std::cout << '\n';
  }
  for (const std::string& line : installed.more) std::cout << printable(line) << '\n';
}

void print(const Uninstalled& uninstalled, bool dry) {
  for (std::size_t i = 0; i < kGitHooks.size(); ++i) {
    const std::string place = printable((uninstalled.hooks / kGitHooks[i]).string());
    switch (uninstalled.did[i]) {
      case Taking::kAbsent:
        std::cout << place << (dry ? " is not there\n" : " was not there\n");
        break;
      case Taking::kForeign:
        std::cout << place << " is not ours, left alone\n";
        break;
      case Taking::kPutBack:
        std::cout << (dry ? "would put back " : "put back ") << "the hook that was at " << place
                  << '\n';
        break;
      case Taking::kTaken:
        std::cout << (dry ? "would take out " : "took out ") << place << '\n';
        break;
    }
  }
  for (const std::string& line : uninstalled.more) std::cout << printable(line) << '\n';
}

}  // namespace

Result<Installed> install(const Config& config, const fs::path& repository, bool dry) {
  const Result<fs::path> hooks = find_hooks(repository);
  if (!hooks) return hooks.error();
  Installed installed;
  installed.hooks = *hooks;
  const Result<Placed> placed = Roots(config).place(repository);
  if (!placed) return placed.error();
  // All before the first change, so that no repository is left with one hook of two.
  for (std::size_t i = 0; i < kGitHooks.size(); ++i) {
    const Result<Putting> planned = plan_putting(*hooks, kGitHooks[i]);
    if (!planned) return planned.error();
    installed.did[i] = *planned;
  }
  const bool partial = config.partial_in(placed->name);
  const Result<SingleRefs> planned = plan_single_refs(repository, *hooks, partial);
  if (!planned) return planned.error();
  Result<void> done = dry ? check_writable(*hooks) : put_all_in(config, *hooks);
  if (!done) return done.error();
  if (!dry) done = carry_out(*planned, repository, *hooks);
  if (!done) return done.error();
  installed.more = lines_of(*planned, *hooks, dry);
  return installed;
}

Result<Uninstalled> uninstall(const fs::path& repository, bool dry) {
  const Result<fs::path> hooks = find_hooks(repository);
  if (!hooks) return hooks.error();
  Uninstalled uninstalled;
  uninstalled.hooks = *hooks;
  // First, as long as what these two need is there.
  const Result<SingleRefs> planned = plan_single_refs(repository, *hooks, false);
  if (!planned) return planned.error();
  if (!dry) {
    if (Result<void> done = carry_out(*planned, repository, *hooks); !done) return done.error();
  }
  uninstalled.more = lines_of(*planned, *hooks, dry);
  for (std::size_t i = 0; i < kGitHooks.size(); ++i) {
    const Result<Taking> taking =
        dry ? plan_taking(*hooks, kGitHooks[i]) : take_out(*hooks, kGitHooks[i]);
    if (!taking) return taking.error();
    uninstalled.did[i] = *taking;
  }
  boost::system::error_code ignored;
  if (!dry) fs::remove(*hooks / RCX_WIRE_INSTANCE_FILE, ignored);
  return uninstalled;
}

void add_install(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("install", "Have a repository's pushes go to this host");
  const auto which = add_which(*command, "Install in every repository below it");
  const auto pull = add_pull_option(
      *command, "Have git ask about fetches and clones: system, global, or print what to type");
  command->footer(
      "A hook that is there already is kept and runs first; if it refuses, that counts.\n"
      "Fetches and clones have no hook in a repository: --pull sets one for all of them, in git's\n"
      "configuration of the system or of who asks. Those below no root are left alone.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml install /srv/git/project.git");
  command->callback([which, pull, &context] {
    if (pull->empty()) which->check();
    const auto config = context.config();
    if (!config) return;
    if (!pull->empty()) {
      const Result<void> done = install_pull(*config, *pull, which->dry);
      if (!done) return context.fail(done.error());
    }
    if (which->repository.empty() && which->all.empty()) return;
    if (!which->all.empty()) {
      install_all(*config, which->all, which->dry, context);
      return;
    }
    const Result<Installed> done = install(*config, which->repository, which->dry);
    if (!done) {
      context.fail({done.error().code, printable(done.error().message)});
    } else {
      print(*done, which->dry);
    }
  });
}

void add_uninstall(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("uninstall", "Undo what install did to a repository");
  const auto which = add_which(*command, "Uninstall in every repository below it");
  const auto pull = add_pull_option(
      *command, "Undo --pull of install: system, global, or print for the files of the instance");
  command->footer("Example:  rcx uninstall /srv/git/project.git");
  command->callback([which, pull, &context] {
    if (pull->empty()) which->check();
    if (!pull->empty()) {
      const auto config = context.config();
      if (!config) return;
      const Result<void> done = uninstall_pull(*config, *pull, which->dry);
      if (!done) return context.fail(done.error());
      if (which->repository.empty() && which->all.empty()) return;
    }
    if (!which->all.empty()) {
      if (const auto config = context.config()) {
        uninstall_all(*config, which->all, which->dry, context);
      }
      return;
    }
    const Result<Uninstalled> done = uninstall(which->repository, which->dry);
    if (!done) {
      context.fail({done.error().code, printable(done.error().message)});
    } else {
      print(*done, which->dry);
    }
  });
}

}  // namespace rcx::host::cli
