// The commands of rcx. The front of host/cli.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "host/config/config.hpp"

namespace rcx::host::cli {

// Documented exit statuses.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNoHost = 3;

// What commands share: options that stand before or after any command, and the exit status.
struct Context {
  std::string config_file = "rcx.yaml";
  const CLI::Option* config_option = nullptr;
  bool json = false;
  int status = kDone;

  // Prints the error as `rcx: …` and makes `code` the exit status.
  void fail(const Error& error, int code = kFailed);
  // Whether -c or RCX_CONFIG said which configuration, instead of the default.
  bool config_named() const { return config_option->count() > 0; }
  // The configuration, or null after printing what is wrong with it.
  std::shared_ptr<const Config> config();
};

// Each adds one command, or one group of commands, in a file of its own.
void add_init(CLI::App& app, Context& context);
void add_new(CLI::App& app, Context& context);
void add_install(CLI::App& app, Context& context);
void add_uninstall(CLI::App& app, Context& context);
void add_extensions(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_reload(CLI::App& app, Context& context);
void add_emit(CLI::App& app, Context& context);
void add_repo(CLI::App& app, Context& context);
void add_group(CLI::App& app, Context& context);
void add_user(CLI::App& app, Context& context);
void add_token(CLI::App& app, Context& context);
void add_grant(CLI::App& app, Context& context);
void add_revoke(CLI::App& app, Context& context);
void add_permissions(CLI::App& app, Context& context);
void add_can(CLI::App& app, Context& context);
void add_shell(CLI::App& app, Context& context);
void add_authorized_keys(CLI::App& app, Context& context);
void add_call(CLI::App& app, Context& context);
void add_calls(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_decisions(CLI::App& app, Context& context);
void add_events(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_try(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_manual(CLI::App& app, Context& context);
// Those that stand in front of git.
void add_fronts(CLI::App& app, Context& context);
// Below `extensions`.
void add_info(CLI::App& group, Context& context);
void add_check(CLI::App& group, Context& context);
void add_clear(CLI::App& group, Context& context);
void add_compare(CLI::App& group, Context& context);

int run(int argc, char** argv);

}  // namespace rcx::host::cli
