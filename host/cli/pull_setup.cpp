#include "host/cli/pull_setup.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <iostream>

#include "host/cli/git_config.hpp"
#include "host/cli/hooks.hpp"
#include "host/cli/inclusion.hpp"
#include "host/cli/ssh_command.hpp"
#include "host/event/wire.h"
#include "host/supervisor/instance.hpp"

namespace rcx::host::cli {
namespace {

constexpr const char* kKey = "uploadpack.packObjectsHook";
constexpr const char* kExecPath = "exec-path";
constexpr std::array kNames = {RCX_WIRE_PACK_OBJECTS, RCX_WIRE_UPLOAD_PACK, RCX_WIRE_UPLOAD_ARCHIVE,
                               RCX_WIRE_HTTP_BACKEND};
constexpr std::size_t kLargestClient = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kLongestName = 8192;

std::string without_newlines(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

fs::path directory_of(const Config& config) {
  return config.directory() / RCX_WIRE_GIT_DIRECTORY;
}

// What git is told of the repositories below the roots, and of no others: single files, and a
// repository is made of them, would leave by `git http-backend` with nobody asked.
fs::path pulls_file(const Config& config) {
  return directory_of(config) / "pulls.gitconfig";
}

constexpr const char* kPullsText =
    "# Written by rcx install. git includes it for the repositories below the roots.\n"
    "[http]\n\tgetanyfile = false\n";

// git gives it to a shell where it is no plain path.
Result<std::string> hook_line(const Config& config) {
  const std::string path = (directory_of(config) / RCX_WIRE_PACK_OBJECTS).string();
  if (path.find('\'') != std::string::npos) {
    return Error{Code::kInvalid,
                 "git gives the path of the hook to a shell: wanted one without "
                 "a quote, got " +
                     printable(path)};
  }
  const bool plain = path.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,"
                         "@%") == std::string::npos;
  return plain ? path : "'" + path + "'";
}

// What stands in front of git configures it by variables, which an older git passes over.
Result<void> check_version() {
  return check_git(31, "to ask about fetches and clones", "install a newer one");
}

Result<void> put_files(const Config& config) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  const fs::path directory = directory_of(config);
  boost::system::error_code failed;
  fs::create_directories(directory, failed);
  if (failed || ::chmod(directory.c_str(), 0755) != 0) {
    return system_error("cannot make " + printable(directory.string()),
                        failed ? failed.value() : errno);
  }
  Result<void> done = renew_client_files(config, *programs / "rcxd");
  if (done) {
    done = write_file(directory / RCX_WIRE_INSTANCE_FILE, config.directory().string() + "\n", 0644);
  }
  const Result<std::string> client = read_file(*programs / "rcx-hook", kLargestClient);
  if (!client) return client.error();
  for (const char* name : kNames) {
    if (done) done = write_file(directory / name, *client, 0755);
  }
  if (done) done = write_file(pulls_file(config), kPullsText, 0644);
  if (!done) return done;
  // Without it git itself finds its programs, by one process more.
  const Result<GitSaid> place = run_git({"--exec-path"});
  if (!place) return place.error();
  fs::remove(directory / kExecPath, failed);
  fs::create_symlink(place->out, directory / kExecPath, failed);
  return {};
}

Error another(const std::string& scope, const std::string& there) {
  return {Code::kBusy,
          fmt::format("{} is set to '{}' already, and there can be one; see what that is for, and "
                      "take it out with:  git config --{} --unset {}",
                      kKey, printable(there), scope, kKey)};
}

// What else stands there is about hooks (forwarders.hpp).
Result<void> remove_files(const Config& config) {
  const fs::path directory = directory_of(config);
  std::vector<std::string> names = {kExecPath, RCX_WIRE_INSTANCE_FILE,
                                    pulls_file(config).filename().string()};
  names.insert(names.end(), kNames.begin(), kNames.end());
  boost::system::error_code failed;
  for (const std::string& name : names) {
    if (!failed) fs::remove(directory / name, failed);
  }
  if (!failed && fs::is_empty(directory, failed) && !failed) fs::remove(directory, failed);
  if (failed && failed.value() != ENOENT) {
    return system_error("cannot remove what is in " + printable(directory.string()),
                        failed.value());
  }
  return {};
}

void print_lines(const Config& config, const std::string& line, const Conditions& conditions) {
  for (const char* scope : {"system", "global"}) {
    std::cout << (scope == std::string_view("system")
                      ? "have git ask about pulls, whichever repository it serves:\n"
                      : "or only where it runs as one user, typed by that user:\n")
              << fmt::format("  git config --{} {} {}\n", scope, kKey, line);
    for (const std::string& condition : conditions) {
      std::cout << fmt::format("  git config --{} --add {} {}\n", scope,
                               shell_quoted(include_key(condition)),
                               shell_quoted(pulls_file(config).string()));
    }
  }
}

// Has git's configuration of `scope` include pulls_file() below the roots, as they are today.
Result<void> keep_files(const Config& config, const std::string& scope, const Conditions& wanted) {
  const Result<Conditions> there = included_by(scope, pulls_file(config));
  if (!there) return there.error();
  const Conditions more = without(wanted, *there);
  Result<void> done = include_file(more, scope, pulls_file(config));
  if (done) done = exclude_file(without(*there, wanted), scope, pulls_file(config));
  if (done && !more.empty()) {
    std::cout << fmt::format("set http.getanyfile=false in it where {}\n", shown(more));
  }
  return done;
}

// What is wrong with the programs; empty where nothing is.
std::string wrong_programs(const Config& config) {
  const fs::path directory = directory_of(config);
  const Result<std::string> named = read_file(directory / RCX_WIRE_INSTANCE_FILE, kLongestName);
  if (!named) return printable(named.error().message);
  if (without_newlines(*named) != config.directory().string()) {
    return printable(directory.string()) + " names another instance";
  }
  const Result<fs::path> programs = program_directory();
  const Result<std::string> wanted =
      programs ? read_file(*programs / "rcx-hook", kLargestClient) : programs.error();
  for (const char* name : kNames) {
    const Result<std::string> there = read_file(directory / name, kLargestClient);
    if (!there) return printable(there.error().message);
    if (wanted && *there != *wanted) {
      return printable((directory / name).string()) + " is of another release";
    }
  }
  return {};
}

// What is wrong with what the host wrote for them, when rcx.yaml was read last by one who may
// write.
std::string wrong_roots(const Config& config) {
  const fs::path file = config.directory() / RCX_WIRE_CLIENT_CONF;
  const Result<std::string> conf = read_file(file, kLargestClient);
  if (!conf) return printable(conf.error().message);
  if (conf->find("\nroot=") == std::string::npos) return {};
  for (const fs::path& root : config.roots) {
    if (conf->find("\nroot=" + root.string() + "\n") != std::string::npos) continue;
    return fmt::format("{} does not name the root {}, so that its pulls pass unseen",
                       printable(file.string()), printable(root.string()));
  }
  return {};
}

// With the cure; empty where nothing is wrong.
std::string wrong_files(const Config& config) {
  if (const Result<void> able = check_version(); !able) return able.error().message;
  const std::string programs = wrong_programs(config);
  if (!programs.empty()) {
    return fmt::format("{}; type:  rcx -c {} install --pull print", programs, config.file.string());
  }
  const std::string roots = wrong_roots(config);
  return roots.empty() ? roots : roots + "; start the host again";
}

// Where git is told to ask, whatever repository it serves: in the system's file, or that of the
// user who asks or whom the host runs as.
struct Setter {
  std::string where;  // empty: nowhere
  std::string cure;   // what sets it there anew
};

Setter who_sets_it(const Config& config, const std::string& line) {
  const std::string install = "rcx -c " + config.file.string() + " install --pull ";
  for (const std::string scope : {"system", "global"}) {
    const Result<std::string> there = git_setting(scope, kKey);
    if (there && *there == line) {
      return {fmt::format("git's {} configuration", scope), "type:  " + install + scope};
    }
  }
  for (const std::string& file : files_of_service(config)) {
    const Result<GitSaid> said = run_git({"config", "--file", file, "--get", kKey});
    if (said && said->status == 0 && said->out == line) {
      return {file, "type as " + config.user + ":  " + install + "global"};
    }
  }
  return {};
}

// With the cure; empty where git keeps the files of all repositories below the roots.
std::string wrong_inclusion(const Config& config, const Setter& setter) {
  const Result<Conditions> wanted = wanted_conditions(config);
  if (!wanted) return wanted.error().message;
  const std::optional<Inclusion> inclusion = find_inclusion(config, pulls_file(config));
  const Conditions missing = inclusion ? without(*wanted, inclusion->conditions) : *wanted;
  const Result<std::string> text = read_file(pulls_file(config), kLongestName);
  if (!text || *text != kPullsText) {
    return fmt::format("{} does not keep git from handing out files over HTTP; {}",
                       printable(pulls_file(config).string()), setter.cure);
  }
  if (missing.empty()) return {};
  return fmt::format("git hands out files over HTTP with nobody asked where {}; {}", shown(missing),
                     setter.cure);
}

}  // namespace

std::shared_ptr<std::string> add_pull_option(CLI::App& command, const std::string& description) {
  auto scope = std::make_shared<std::string>();
  command.add_option("--pull", *scope, description)
      ->type_name("SCOPE")
      ->check(CLI::IsMember({"system", "global", "print"}));
  return scope;
}

Result<void> install_pull(const Config& config, const std::string& scope, bool dry) {
  if (Result<void> able = check_version(); !able) return able;
  const Result<std::string> line = hook_line(config);
  if (!line) return line.error();
  std::string there;
  if (scope != "print") {
    const Result<std::string> found = git_setting(scope, kKey);
    if (!found) return found.error();
    there = *found;
    if (!there.empty() && there != *line) return another(scope, there);
  }
  if (scope == "system") {
    Result<void> open =
        check_open_to_all(config.directory(), "set the hook for one user, with:  --pull global");
    if (!open) return open;
  }
  const Result<Conditions> conditions = wanted_conditions(config);
  if (!conditions) return conditions.error();
  const std::string directory = printable(directory_of(config).string());
  if (dry) {
    std::cout << fmt::format("would put the programs for pulls in {}\n", directory);
    if (scope == "print") return {};
    std::cout << fmt::format("would set {} ({})\nwould set http.getanyfile=false ({}) where {}\n",
                             kKey, scope, scope, shown(*conditions));
    return {};
  }
  if (Result<void> put = put_files(config); !put) return put;
  std::cout << fmt::format("put the programs for pulls in {}\n", directory);
  if (scope == "print") {
    print_lines(config, *line, *conditions);
    return {};
  }
  if (there.empty()) {
    if (Result<void> set = change_git_setting(scope, {kKey, *line}); !set) return set;
  }
  std::cout << fmt::format("{} {} in git's {} configuration\n",
                           there.empty() ? "set" : "left as it is:", kKey, scope);
  return keep_files(config, scope, *conditions);
}

Result<void> uninstall_pull(const Config& config, const std::string& scope, bool dry) {
  const Result<std::string> line = hook_line(config);
  if (!line) return line.error();
  const std::string directory = printable(directory_of(config).string());
  if (scope == "print") {
    const std::string user = who_sets_it(config, *line).where;
    if (!user.empty()) {
      return Error{Code::kBusy, fmt::format("{} names {}, where pulls would fail without it; type "
                                            "first:  git config --unset {}  with --system, or as "
                                            "that user with --global",
                                            user, *line, kKey)};
    }
    if (!dry) {
      if (Result<void> removed = remove_files(config); !removed) return removed;
    }
    std::cout << fmt::format("{} {}\n", dry ? "would remove" : "removed", directory);
    return {};
  }
  const Result<std::string> there = git_setting(scope, kKey);
  if (!there) return there.error();
  if (!there->empty() && *there != *line) return another(scope, *there);
  const Result<Conditions> conditions = included_by(scope, pulls_file(config));
  if (!conditions) return conditions.error();
  if (!dry) {
    Result<void> excluded = exclude_file(*conditions, scope, pulls_file(config));
    if (!excluded) return excluded;
  }
  if (there->empty()) {
    std::cout << fmt::format("{} was not set in git's {} configuration\n", kKey, scope);
    return {};
  }
  if (!dry) {
    if (Result<void> unset = change_git_setting(scope, {"--unset", kKey}); !unset) return unset;
  }
  std::cout << fmt::format(
      "{} {} of git's {} configuration; pulls that have begun still use {}, "
      "which  rcx uninstall --pull print  removes\n",
      dry ? "would take" : "took", std::string(kKey) + " out", scope, directory);
  return {};
}

PullSight look_at_pulls(const Config& config) {
  const std::string file = config.file.string();
  const Result<std::string> line = hook_line(config);
  if (!line) return {false, false, true, line.error().message};
  PullSight sight;
  const Setter setter = who_sets_it(config, *line);
  std::string wrong = wrong_files(config);
  sight.seen = !setter.where.empty();
  if (wrong.empty() && sight.seen) wrong = wrong_inclusion(config, setter);
  sight.ready = wrong.empty();
  boost::system::error_code failed;
  const bool there = fs::exists(directory_of(config) / RCX_WIRE_PACK_OBJECTS, failed);
  sight.broken = (sight.seen || there) && !sight.ready;
  if (sight.broken) {
    sight.text = wrong;
  } else if (sight.seen) {
    sight.text = fmt::format(
        "fetches and clones are asked about, by {}; git archive --remote where sshd runs {}",
        setter.where, (directory_of(config) / RCX_WIRE_UPLOAD_ARCHIVE).string());
  } else {
    sight.text = fmt::format(
        "{}git does not ask about fetches and clones; to have it, type:  "
        "rcx -c {} install --pull system",
        there ? "only where a program in front of git asks, as " + directory_of(config).string() +
                    "/" RCX_WIRE_UPLOAD_PACK + ": "
              : "",
        file);
  }
  return sight;
}

}  // namespace rcx::host::cli
