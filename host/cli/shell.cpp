// `rcx shell` and `rcx authorized-keys`: people who come over ssh.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>

#include "host/access/access.hpp"
#include "host/accounts/address.hpp"
#include "host/accounts/permission.hpp"
#include "host/cli/cli.hpp"
#include "host/cli/ssh_command.hpp"
#include "host/cli/svn_access.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// Nobody who may not read a repository learns whether it is there.
Error not_there(const std::string& name, const std::string& user) {
  return {Code::kDenied,
          fmt::format("there is no repository '{}' that {} may read", printable(name), user)};
}

// Whether hooks believe whom this names: otherwise everybody would be the user of the host.
Result<void> check_trusted(const Config& config) {
  const std::string own = user_name(::geteuid());
  const auto& trusted = config.identity.trusted_users;
  const bool named = std::any_of(trusted.begin(), trusted.end(), [&](const std::string& one) {
    return one == own || one == std::to_string(::geteuid());
  });
  if (named && !config.identity.variables.empty()) return {};
  return Error{Code::kDenied,
               fmt::format("extensions would take everybody for {}: write  identity: "
                           "{{trusted_users: [{}]}}  in {}",
                           own, own, config.file.string())};
}

// What git, hg and svn are run with: nothing of the environment that the client could have sent.
std::vector<std::string> environment(const Config& config, const std::string& user) {
  std::vector<std::string> all = {config.identity.variables.front() + "=" + user};
  for (const char* name : {"PATH", "HOME", "LANG", "TZ", "SSH_CONNECTION"}) {
    if (const std::string value = variable(name); !value.empty()) {
      all.push_back(std::string(name) + "=" + value);
    }
  }
  const std::string protocol = variable("GIT_PROTOCOL");
  if (protocol == "version=1" || protocol == "version=2") all.push_back("GIT_PROTOCOL=" + protocol);
  all.emplace_back("HGPLAIN=1");
  return all;
}

Error run(std::vector<std::string> words, std::vector<std::string> variables) {
  std::vector<char*> arguments;
  for (std::string& one : words) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  std::vector<char*> environment;
  for (std::string& one : variables) environment.push_back(one.data());
  environment.push_back(nullptr);
  ::execvpe(words.front().c_str(), arguments.data(), environment.data());
  return system_error("cannot run " + words.front(), errno);
}

std::string program_for(const Config& config, const SshCommand& command) {
  // In front of git, where `rcx install --pull` has put it: extensions are asked about pulls.
  const fs::path front = config.directory() / RCX_WIRE_GIT_DIRECTORY / command.service;
  return ::access(front.c_str(), X_OK) == 0 ? front.string() : command.service;
}

// hg has one command for reading and writing: who may only read gets a configuration, beside that
// of the system, with which every transaction fails. The path to search for both.
Result<std::string> read_only_hg(const Config& config) {
  const fs::path file = config.state / "hg-read-only.rc";
  Result<void> written = write_file(file,
                                    "[hooks]\npretxnopen.rcx_read_only = false\n"
                                    "prepushkey.rcx_read_only = false\n",
                                    0600);
  if (!written) return written.error();
  const std::string given = variable("HGRCPATH");
  return (given.empty() ? "/etc/mercurial/hgrc:/etc/mercurial/hgrc.d" : given) + ":" +
         file.string();
}

Result<Account> who(Accounts& accounts, const std::string& fingerprint) {
  const Result<std::optional<Key>> key = accounts.find_key(fingerprint);
  if (!key) return key.error();
  if (!*key) return Error{Code::kDenied, "this key lets nobody in any more"};
  Result<Account> user = accounts.user((*key)->username);
  if (!user) return user;
  const std::string connection = variable("SSH_CONNECTION");
  const std::string address = connection.substr(0, connection.find(' '));
  if (!user->active) {
    return Error{Code::kDenied, fmt::format("{} is not active", user->username)};
  }
  if (!lies_in(address, user->addresses)) {
    return Error{Code::kDenied,
                 fmt::format("{} may not come from '{}'", user->username, printable(address))};
  }
  return user;
}

Error serve(const Config& config, const std::string& fingerprint) {
  Result<Accounts> accounts = Accounts::open(config.state);
  if (!accounts) return accounts.error();
  const Result<Account> user = who(*accounts, fingerprint);
  if (!user) return user.error();
  if (Result<void> trusted = check_trusted(config); !trusted) return trusted.error();
  const std::string original = variable("SSH_ORIGINAL_COMMAND");
  if (original.empty()) {
    return {Code::kDenied,
            fmt::format("hello {}; there is no shell here, only git, hg and svn", user->username)};
  }
  const Result<SshCommand> command = read_ssh_command(original);
  if (!command) return command.error();
  Actor actor = as_user(*user);
  actor.method = "ssh";
  Permissions permissions(*accounts);
  if (command->vcs == "svn") {
    Result<std::vector<std::string>> words = svn_words(config, *accounts, actor);
    return words ? run(std::move(*words), environment(config, user->username)) : words.error();
  }
  const Result<Node> node = accounts->repository(command->repository);
  if (!node || node->vcs != command->vcs) return not_there(command->repository, user->username);
  const Result<Level> level = permissions.level(actor, *node);
  if (!level) return level.error();
  if (*level < Level::kRead) return not_there(command->repository, user->username);
  if (command->writes) {
    if (Result<void> may = permissions.require(actor, Action::kPush, &*node); !may) {
      return may.error();
    }
  }
  std::vector<std::string> variables = environment(config, user->username);
  if (command->vcs == "git") {
    return run({program_for(config, *command), node->path}, std::move(variables));
  }
  if (*level < Level::kWrite) {
    Result<std::string> configuration = read_only_hg(config);
    if (!configuration) return configuration.error();
    variables.push_back("HGRCPATH=" + *configuration);
  }
  // hg takes these words in this order, and no others.
  return run({"hg", "-R", node->path, "serve", "--stdio"}, std::move(variables));
}

void print_keys(const Config& config, const std::string& config_file, const std::string& type,
                const std::string& blob, Context& context) {
  Result<Accounts> accounts = Accounts::open(config.state);
  if (!accounts) return context.fail(accounts.error());
  const Result<std::vector<Key>> keys = accounts->keys({});
  if (!keys) return context.fail(keys.error());
  const Result<fs::path> programs = program_directory();
  if (!programs) return context.fail(programs.error());
  boost::system::error_code ignored;
  const std::string file = fs::absolute(config_file, ignored).string();
  for (const Key& key : *keys) {
    if (!blob.empty() && (key.type != type || key.blob != blob)) continue;
    const std::string command =
        fmt::format("{} -c {} shell {}", shell_quoted((*programs / "rcx").string()),
                    shell_quoted(file), key.fingerprint);
    // In an authorized_keys file a quote is written with a backslash, and nothing else is.
    std::string written;
    for (const char c : command) written += c == '"' ? std::string("\\\"") : std::string(1, c);
    std::cout << fmt::format("command=\"{}\",restrict {} {}\n", written, key.type, key.blob);
  }
}

}  // namespace

void add_shell(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("shell", "Serve somebody who comes over ssh");
  auto fingerprint = std::make_shared<std::string>();
  command->add_option("FINGERPRINT", *fingerprint, "Of the key that they came with")->required();
  command->footer(
      "The forced command of lines that  rcx authorized-keys  prints: finds out whose the key is, "
      "and\n"
      "runs git, hg or svn for them, where they may. Extensions see them as who pushes, since "
      "the\n"
      "user of the host is among identity.trusted_users.");
  command->callback([fingerprint, &context] {
    const auto config = context.config();
    if (!config) return;
    // It is somebody else's process where this returns nothing wrong.
    context.fail(serve(*config, *fingerprint));
  });
}

void add_authorized_keys(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("authorized-keys", "Keys of users, as sshd reads them");
  auto type = std::make_shared<std::string>();
  auto blob = std::make_shared<std::string>();
  CLI::Option* of_type = command->add_option("TYPE", *type, "Of the key that is asked about: %t");
  command->add_option("KEY", *blob, "The key itself: %k")->needs(of_type);
  command->footer(
      "In sshd_config, for the user whom the host runs as:\n"
      "  Match User git\n"
      "    AuthorizedKeysCommand /usr/bin/rcx -c /srv/rcx/rcx.yaml authorized-keys %t %k\n"
      "    AuthorizedKeysCommandUser git\n"
      "Without arguments, all keys, for a file authorized_keys.");
  command->callback([type, blob, &context] {
    const auto config = context.config();
    if (config) print_keys(*config, context.config_file, *type, *blob, context);
  });
}

}  // namespace rcx::host::cli
