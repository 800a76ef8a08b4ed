#include <fmt/format.h>
#include <unistd.h>

#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/cli.hpp"
#include "host/cli/forwarders.hpp"
#include "host/cli/git_config.hpp"
#include "host/cli/hooks.hpp"
#include "host/cli/install_all.hpp"
#include "host/cli/mercurial.hpp"
#include "host/cli/pull_setup.hpp"
#include "host/cli/single_refs.hpp"
#include "host/cli/subversion.hpp"
#include "host/cli/system_setup.hpp"
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

// The hooks of Mercurial stand in one file.
Result<Installed> install_in_mercurial(const Config& config, const fs::path& repository,
                                       InstallWay way) {
  const Result<Placed> placed = Roots(config).place(repository);
  if (!placed) return placed.error();
  Result<MercurialInstalled> done = install_mercurial(config, repository, way.shell, way.dry);
  if (!done) return done.error();
  Installed installed;
  installed.hooks = done->file;
  installed.whole = true;
  installed.did[0] = done->was_there ? Putting::kRenewed : Putting::kNew;
  if (!done->more.empty()) installed.more.push_back(done->more);
  return installed;
}

Result<void> tell(const Result<std::string>& done) {
  if (!done) return done.error();
  std::cout << printable(*done, true);
  return {};
}

Result<Uninstalled> uninstall_in_mercurial(const fs::path& repository, bool dry) {
  Result<MercurialInstalled> done = uninstall_mercurial(repository, dry);
  if (!done) return done.error();
  Uninstalled uninstalled;
  uninstalled.hooks = done->file;
  uninstalled.whole = true;
  uninstalled.did[0] = done->was_there ? Taking::kTaken : Taking::kAbsent;
  return uninstalled;
}

void print(const Installed& installed, bool dry) {
  if (installed.served) {
    std::cout << "nothing to do: git runs the hooks of this instance for it, by what  rcx install "
                 "--system  set\n";
    return;
  }
  for (std::size_t i = 0; i < (installed.whole ? 1 : kGitHooks.size()); ++i) {
    const std::string place =
        printable((installed.whole ? installed.hooks : installed.hooks / kGitHooks[i]).string());
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
  for (std::size_t i = 0; i < (uninstalled.whole ? 1 : kGitHooks.size()); ++i) {
    const std::string place = printable(
        (uninstalled.whole ? uninstalled.hooks : uninstalled.hooks / kGitHooks[i]).string());
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

Result<Installed> install(const Config& config, const fs::path& repository, InstallWay way) {
  const bool dry = way.dry;
  if (is_mercurial(repository)) return install_in_mercurial(config, repository, way);
  if (way.shell) {
    return Error{Code::kInvalid, "--shell is for repositories of Mercurial, and " +
                                     repository.string() +
                                     " is none: hooks of other systems are programs anyway"};
  }
  if (is_subversion(repository)) return install_subversion(config, repository, dry);
  const Result<HookPlace> place = find_hooks(repository, home_of_other(config.user));
  if (!place) return place.error();
  const Result<Placed> placed = Roots(config).place(repository);
  if (!placed) return placed.error();
  Installed installed;
  installed.hooks = place->directory;
  installed.served = !place->forwarders.empty();
  if (installed.served) {
    if (place->forwarders == forwarders_directory(config)) return installed;
    return Error{Code::kBusy,
                 fmt::format("git runs hooks of another instance for {}, in {}, by what  rcx "
                             "install --system  set; see with:  git -C {} config --show-origin "
                             "core.hooksPath",
                             repository.string(), place->forwarders.string(), repository.string())};
  }
  // All before the first change, so that no repository is left with one hook of two.
  for (std::size_t i = 0; i < kGitHooks.size(); ++i) {
    const Result<Putting> planned = plan_putting(place->directory, kGitHooks[i]);
    if (!planned) return planned.error();
    installed.did[i] = *planned;
  }
  const bool partial = config.partial_in(placed->name);
  const Result<SingleRefs> planned = plan_single_refs(repository, place->directory, partial);
  if (!planned) return planned.error();
  Result<void> done = dry ? check_writable(place->directory) : put_all_in(config, place->directory);
  if (!done) return done.error();
  if (!dry) done = carry_out(*planned, repository, place->directory);
  if (!done) return done.error();
  installed.more = lines_of(*planned, place->directory, dry);
  return installed;
}

Result<Uninstalled> uninstall(const fs::path& repository, bool dry) {
  if (is_mercurial(repository)) return uninstall_in_mercurial(repository, dry);
  if (is_subversion(repository)) return uninstall_subversion(repository, dry);
  const Result<HookPlace> place = find_hooks(repository);
  if (!place) return place.error();
  const fs::path& hooks = place->directory;
  Uninstalled uninstalled;
  uninstalled.hooks = hooks;
  // First, as long as what these two need is there.
  const Result<SingleRefs> planned = plan_single_refs(repository, hooks, false);
  if (!planned) return planned.error();
  if (!dry) {
    if (Result<void> done = carry_out(*planned, repository, hooks); !done) return done.error();
  }
  uninstalled.more = lines_of(*planned, hooks, dry);
  for (std::size_t i = 0; i < kGitHooks.size(); ++i) {
    const Result<Taking> taking =
        dry ? plan_taking(hooks, kGitHooks[i]) : take_out(hooks, kGitHooks[i]);
    if (!taking) return taking.error();
    uninstalled.did[i] = *taking;
  }
  boost::system::error_code ignored;
  if (!dry) fs::remove(hooks / RCX_WIRE_INSTANCE_FILE, ignored);
  if (!place->forwarders.empty()) {
    uninstalled.more.push_back("git still runs the hooks in " + place->forwarders.string() +
                               " for it, until  rcx uninstall --system");
  }
  return uninstalled;
}

void add_install(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("install", "Have a repository's pushes go to this host");
  const auto which = add_which(*command, "Install in every repository below it");
  const auto system = add_system_option(
      *command, "Have git do so for every repository below the roots, also for those to come");
  const auto pull = add_pull_option(
      *command, "Have git ask about fetches and clones: system, global, or print what to type");
  command->footer(
      "A hook that is there already is kept and runs first; if it refuses, that counts.\n"
      "--system sets core.hooksPath, in git's configuration of the system, for repositories below\n"
      "the roots: to hooks that run each repository's own first. Type it again when a repository\n"
      "gets a kind of hook that none had; rcx doctor tells. Of Mercurial it writes a file into\n"
      "/etc/mercurial/hgrc.d, where there is such a directory.\n"
      "Fetches and clones have no hook in a repository: --pull sets one for all of them, in git's\n"
      "configuration of the system or of who asks. Those below no root are left alone.\n"
      "With --shell hg executes the hooks of its repository instead of running them itself, for\n"
      "where its Python or a policy keeps them out: slower, and a little less is told.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml install /srv/git/project.git");
  const auto shell = std::make_shared<bool>(false);
  command->add_flag("--shell", *shell, "Of Mercurial: have hg execute the hooks as programs");
  command->callback([which, system, pull, shell, &context] {
    const std::string scope = system->scope();
    if (pull->empty() && scope.empty()) which->check();
    const auto config = context.config();
    if (!config) return;
    Result<void> done;
    if (!scope.empty()) done = install_system(*config, scope, which->dry);
    if (done && scope == "system") done = tell(install_mercurial_for_all(*config, which->dry));
    if (done && !pull->empty()) done = install_pull(*config, *pull, which->dry);
    if (!done) return context.fail(done.error());
    if (which->repository.empty() && which->all.empty()) return;
    if (!which->all.empty()) {
      install_all(*config, which->all, {which->dry, *shell}, context);
      return;
    }
    const Result<Installed> installed = install(*config, which->repository, {which->dry, *shell});
    if (!installed) {
      context.fail({installed.error().code, printable(installed.error().message)});
    } else {
      print(*installed, which->dry);
    }
  });
}

void add_uninstall(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("uninstall", "Undo what install did to a repository");
  const auto which = add_which(*command, "Uninstall in every repository below it");
  const auto system = add_system_option(
      *command, "Undo --system of install; once more, and the files of the instance go as well");
  const auto pull = add_pull_option(
      *command, "Undo --pull of install: system, global, or print for the files of the instance");
  command->footer("Example:  rcx uninstall /srv/git/project.git");
  command->callback([which, system, pull, &context] {
    const std::string scope = system->scope();
    if (pull->empty() && scope.empty()) which->check();
    if (!pull->empty() || !scope.empty()) {
      const auto config = context.config();
      if (!config) return;
      Result<void> done;
      if (!scope.empty()) done = uninstall_system(*config, scope, which->dry);
      if (done && scope == "system") done = tell(uninstall_mercurial_for_all(*config, which->dry));
      if (done && !pull->empty()) done = uninstall_pull(*config, *pull, which->dry);
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
