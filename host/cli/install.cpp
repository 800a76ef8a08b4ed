#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/cli.hpp"
#include "host/cli/hooks.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

Result<void> install(const Config& config, const fs::path& repository) {
  const Result<fs::path> hooks = find_hooks(repository);
  if (!hooks) return hooks.error();
  if (Result<void> readable = check_objects(repository); !readable) return readable;
  const Result<Placed> placed = Roots(config).place(repository);
  if (!placed) return placed.error();
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  try {
    fs::create_directories(*hooks);
  } catch (const fs::filesystem_error& failed) {
    return system_error("cannot make " + hooks->string(), failed.code().value());
  }
  // First: from the moment a client stands there it must find its instance.
  Result<void> named =
      write_file(*hooks / RCX_WIRE_INSTANCE_FILE, config.directory().string() + "\n", 0644);
  if (!named) return named;
  for (const char* hook : kGitHooks) {
    const Result<std::string> done = put_in(*hooks, hook, *programs / "rcx-hook");
    if (!done) return done.error();
    std::cout << *done << '\n';
  }
  return {};
}

Result<void> uninstall(const fs::path& repository) {
  const Result<fs::path> hooks = find_hooks(repository);
  if (!hooks) return hooks.error();
  for (const char* hook : kGitHooks) {
    const Result<std::string> done = take_out(*hooks, hook);
    if (!done) return done.error();
    std::cout << *done << '\n';
  }
  boost::system::error_code ignored;
  fs::remove(*hooks / RCX_WIRE_INSTANCE_FILE, ignored);
  return {};
}

}  // namespace

void add_install(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("install", "Have a repository's pushes go to this host");
  auto repository = std::make_shared<std::string>();
  command->add_option("REPO", *repository, "The repository, bare or not")->required();
  command->footer(
      "A hook that is there already is kept and runs first; if it refuses, that counts.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml install /srv/git/project.git");
  command->callback([repository, &context] {
    const auto config = context.config();
    if (!config) return;
    if (Result<void> done = install(*config, *repository); !done) context.fail(done.error());
  });
}

void add_uninstall(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("uninstall", "Undo what install did to a repository");
  auto repository = std::make_shared<std::string>();
  command->add_option("REPO", *repository, "The repository, bare or not")->required();
  command->footer("Example:  rcx uninstall /srv/git/project.git");
  command->callback([repository, &context] {
    if (Result<void> done = uninstall(*repository); !done) context.fail(done.error());
  });
}

}  // namespace rcx::host::cli
