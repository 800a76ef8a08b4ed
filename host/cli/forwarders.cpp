#include "host/cli/forwarders.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/cli/find_repositories.hpp"
#include "host/cli/hooks.hpp"
#include "host/cli/single_refs.hpp"
#include "host/event/wire.h"
#include "host/supervisor/instance.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kLargestClient = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kLongestName = 8192;
constexpr const char* kProcReceive = "proc-receive";
constexpr const char* kUpdate = "update";
constexpr const char* kCheckout = "push-to-checkout";

// All that git runs from the directory of hooks.
constexpr std::array kGitRuns = {"applypatch-msg",     "commit-msg",       "post-applypatch",
                                 "post-checkout",      "post-commit",      "post-index-change",
                                 "post-merge",         "post-receive",     "post-rewrite",
                                 "post-update",        "pre-applypatch",   "pre-auto-gc",
                                 "pre-commit",         "pre-merge-commit", "pre-push",
                                 "pre-rebase",         "pre-receive",      "prepare-commit-msg",
                                 "proc-receive",       "push-to-checkout", "reference-transaction",
                                 "sendemail-validate", "update",           "p4-changelist",
                                 "p4-post-changelist", "p4-pre-submit",    "p4-prepare-changelist"};

bool runs(const fs::path& hook) {
  struct stat status {};
  constexpr mode_t kAny = S_IXUSR | S_IXGRP | S_IXOTH;
  return ::stat(hook.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         (status.st_mode & kAny) != 0;
}

bool names_instance(const Config& config, const fs::path& hooks) {
  const Result<std::string> named = read_file(hooks / RCX_WIRE_INSTANCE_FILE, kLongestName);
  return named && named->substr(0, named->find('\n')) == config.directory().string();
}

// A client that `rcx install` put into the repository itself.
bool own_client(const Config& config, const fs::path& hooks, const std::string& hook) {
  return is_client(hooks / hook) && names_instance(config, hooks);
}

void add_hooks(const Config& config, const fs::path& directory, std::set<std::string>& found) {
  const fs::path hooks = directory / "hooks";
  for (const char* hook : kGitRuns) {
    const bool client = own_client(config, hooks, hook);
    if (runs(client ? hooks / (hook + std::string(RCX_WIRE_CHAINED_SUFFIX)) : hooks / hook)) {
      found.insert(hook);
    }
  }
  // Those of submodules, and of theirs.
  boost::system::error_code failed;
  if (!fs::is_directory(directory / "modules", failed)) return;
  for (const Found& module : find_repositories(directory / "modules")) {
    if (module.skipped.empty()) add_hooks(config, module.path, found);
  }
}

fs::path git_directory(const fs::path& repository) {
  boost::system::error_code failed;
  return fs::is_directory(repository / ".git", failed) ? repository / ".git" : repository;
}

Result<bool> has_own_path(const fs::path& repository) {
  const Result<std::string> all = ask_git(repository, {"config", "--local", "-z", "--list"});
  if (!all) return all.error();
  const std::vector<std::string_view> entries = split(*all, '\0');
  return std::any_of(entries.begin(), entries.end(),
                     [](std::string_view entry) { return entry.starts_with("core.hookspath\n"); });
}

std::string impossible(const Config& config, const fs::path& repository) {
  const std::string shown = printable(repository.string());
  const std::string hooks = printable((git_directory(repository) / "hooks").string());
  return fmt::format(
      "{} has a hook {} of its own, which no hook for many repositories can stand in for; let it "
      "keep its hooks, and install there, with:  git -C {} config core.hooksPath {} && rcx -c {} "
      "install {}",
      shown, kCheckout, shown, hooks, printable(config.file.string()), shown);
}

bool wants_partial(const Config& config) {
  return config.partial ||
         std::any_of(config.repositories.begin(), config.repositories.end(),
                     [](const auto& rule) { return rule.partial.value_or(false); });
}

// A proc-receive that was put into a repository, whose configuration names it.
bool keeps_proc_receive(const Config& config, const fs::path& repository) {
  return own_client(config, git_directory(repository) / "hooks", kProcReceive);
}

void look_at(const Config& config, const fs::path& repository, Forwarders& plan) {
  const Result<std::set<std::string>> hooks = own_hooks(config, repository);
  if (!hooks) {
    plan.unread.push_back(printable(hooks.error().message));
    return;
  }
  for (const std::string& hook : *hooks) {
    if (hook == kCheckout) {
      plan.impossible.push_back(impossible(config, repository));
    } else {
      plan.own.emplace(hook, repository);
    }
  }
  if (keeps_proc_receive(config, repository)) plan.asking.insert(kProcReceive);
}

std::string quoted(const std::string& text) {
  std::string value = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') value += '\\';
    if (byte == '\n') {
      value += "\\n";
    } else {
      value += byte;
    }
  }
  return value + "\"";
}

Result<void> make_directory(const Config& config) {
  const fs::path hooks = forwarders_directory(config);
  boost::system::error_code failed;
  fs::create_directories(hooks, failed);
  for (const fs::path& directory : {hooks.parent_path(), hooks}) {
    if (!failed && ::chmod(directory.c_str(), 0755) != 0) {
      failed.assign(errno, boost::system::system_category());
    }
  }
  if (failed) return system_error("cannot make " + printable(hooks.string()), failed.value());
  return {};
}

std::vector<std::string> clients_in(const fs::path& hooks) {
  std::vector<std::string> names;
  boost::system::error_code failed;
  fs::directory_iterator entry(hooks, failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    if (is_client(entry->path())) names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string line_of(const Forwarders& wanted, const fs::path& place, bool there, bool dry) {
  const std::string hook = place.filename().string();
  const char* verb = there ? "renew" : "put in";
  const char* past = there ? "renewed" : "put in";
  const auto own = wanted.own.find(hook);
  std::string line =
      fmt::format("{} {}", dry ? std::string("would ") + verb : past, printable(place.string()));
  if (!wanted.asking.contains(hook)) line += ", which only runs a repository's own";
  if (own != wanted.own.end()) {
    line += fmt::format("{} {} has", wanted.asking.contains(hook) ? ", after the one that" : ", as",
                        printable(own->second.string()));
  }
  return line;
}

Result<void> write_all_files(const Config& config, const Forwarders& wanted) {
  const fs::path hooks = forwarders_directory(config);
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  const Result<std::string> client = read_file(*programs / "rcx-hook", kLargestClient);
  if (!client) return client.error();
  Result<void> done = make_directory(config);
  if (done) done = renew_client_files(config, *programs / "rcxd");
  // Before the hooks, which read both from the moment on that they stand there.
  if (done) {
    done = write_file(hooks / RCX_WIRE_INSTANCE_FILE, config.directory().string() + "\n", 0644);
  }
  if (done) done = write_file(hooks / RCX_WIRE_FORWARDS_FILE, wanted.list(), 0644);
  for (const std::string& hook : wanted.all()) {
    if (done) done = write_file(hooks / hook, *client, 0755);
  }
  if (done) done = write_file(included_file(config), wanted.included(config), 0644);
  return done;
}

// With what rcx-forwards says, which is what clients go by.
std::string wrong_list(const Config& config, std::set<std::string>& listed) {
  const fs::path hooks = forwarders_directory(config);
  const Result<std::string> list = read_file(hooks / RCX_WIRE_FORWARDS_FILE, kLongestName);
  if (!list) return printable(list.error().message);
  for (const std::string_view line : split(*list, '\n')) {
    if (!line.empty()) listed.emplace(line);
  }
  for (const char* hook : kGitHooks) {
    if (!listed.contains(hook)) return "no " + std::string(hook) + " asks the host";
  }
  const bool single = listed.contains(kProcReceive) || listed.contains(kUpdate);
  if (wants_partial(config) && !single) {
    return "no hook refuses single references, as  partial: true  wants";
  }
  const Result<std::string> included = read_file(included_file(config), kLongestName);
  if (!included) return printable(included.error().message);
  Forwarders said;
  said.set_refs = wants_partial(config) && !listed.contains(kUpdate);
  if (*included == said.included(config)) return {};
  return printable(included_file(config).string()) + " does not say what rcx.yaml does";
}

}  // namespace

fs::path forwarders_directory(const Config& config) {
  return config.directory() / RCX_WIRE_FORWARDERS;
}

fs::path included_file(const Config& config) {
  return config.directory() / RCX_WIRE_GIT_DIRECTORY / "hooks.gitconfig";
}

std::set<std::string> Forwarders::all() const {
  std::set<std::string> hooks = asking;
  for (const auto& [hook, repository] : own) hooks.insert(hook);
  return hooks;
}

std::string Forwarders::list() const {
  std::string lines;
  for (const std::string& hook : asking) lines += hook + "\n";
  return lines;
}

std::string Forwarders::included(const Config& config) const {
  return "# Written by rcx install. git includes it for the repositories below the roots.\n"
         "[core]\n\thooksPath = " +
         quoted(forwarders_directory(config).string()) + "\n" +
         (set_refs ? "[receive]\n\tprocReceiveRefs = refs\n" : "");
}

Result<std::set<std::string>> own_hooks(const Config& config, const fs::path& repository) {
  std::set<std::string> found;
  add_hooks(config, git_directory(repository), found);
  if (found.empty()) return found;
  const Result<bool> elsewhere = has_own_path(repository);
  if (!elsewhere) return elsewhere.error();
  if (*elsewhere) found.clear();
  return found;
}

Result<Forwarders> plan_forwarders(const Config& config) {
  Forwarders plan;
  for (const fs::path& root : config.roots) {
    boost::system::error_code failed;
    const fs::path real = fs::canonical(root, failed);
    if (failed) return system_error("cannot find " + printable(root.string()), failed.value());
    for (const Found& found : find_repositories(real)) {
      if (found.unread) plan.unread.push_back(printable(found.path.string() + " " + found.skipped));
      if (found.skipped.empty()) look_at(config, found.path, plan);
    }
  }
  plan.asking.insert(kGitHooks.begin(), kGitHooks.end());
  if (!wants_partial(config)) return plan;
  if (Result<void> able = check_single_refs_version(); !able) return able.error();
  // Where proc-receive is somebody's own, it cannot be asked about all references.
  plan.set_refs = !plan.own.contains(kProcReceive);
  plan.asking.insert(plan.set_refs ? kProcReceive : kUpdate);
  return plan;
}

std::string wrong_forwarder(const Config& config, const std::string& hook) {
  const fs::path place = forwarders_directory(config) / hook;
  if (hook == kCheckout) return "its own " + hook + " is passed over";
  if (!runs(place) || !is_client(place)) {
    return "its own " + hook + " is passed over, because " + printable(place.string()) +
           " is not there";
  }
  const Result<std::string> included = read_file(included_file(config), kLongestName);
  if (hook == kProcReceive && included && included->find("procReceiveRefs") != std::string::npos) {
    return "its own proc-receive is asked about all references, as the one of rcx should be";
  }
  return {};
}

Result<std::vector<std::string>> put_forwarders(const Config& config, const Forwarders& wanted,
                                                bool dry) {
  const fs::path hooks = forwarders_directory(config);
  const std::set<std::string> all = wanted.all();
  std::vector<std::string> lines;
  boost::system::error_code failed;
  for (const std::string& hook : all) {
    const fs::path place = hooks / hook;
    const bool there = fs::exists(place, failed);
    if (there && !is_client(place)) {
      return Error{Code::kBusy, printable(place.string()) +
                                    " is somebody else's; see what it is for, and remove it"};
    }
    lines.push_back(line_of(wanted, place, there, dry));
  }
  if (!dry) {
    if (Result<void> done = write_all_files(config, wanted); !done) return done.error();
  }
  for (const std::string& hook : clients_in(hooks)) {
    if (all.contains(hook)) continue;
    if (!dry) fs::remove(hooks / hook, failed);
    if (failed) {
      return system_error("cannot remove " + printable((hooks / hook).string()), failed.value());
    }
    lines.push_back(fmt::format("{} {}, which nothing needs any more",
                                dry ? "would take out" : "took out",
                                printable((hooks / hook).string())));
  }
  return lines;
}

Result<void> remove_forwarders(const Config& config) {
  const fs::path hooks = forwarders_directory(config);
  boost::system::error_code failed;
  fs::remove(included_file(config), failed);
  if (!failed) fs::remove_all(hooks, failed);
  boost::system::error_code ignored;
  if (!failed) fs::remove(hooks.parent_path(), ignored);  // where nothing else is in it
  if (failed) return system_error("cannot remove " + printable(hooks.string()), failed.value());
  return {};
}

std::string wrong_forwarders(const Config& config) {
  const fs::path hooks = forwarders_directory(config);
  if (!names_instance(config, hooks)) {
    return printable((hooks / RCX_WIRE_INSTANCE_FILE).string()) + " does not name this instance";
  }
  std::set<std::string> listed;
  std::string list = wrong_list(config, listed);
  if (!list.empty()) return list;
  const Result<fs::path> programs = program_directory();
  const Result<std::string> client =
      programs ? read_file(*programs / "rcx-hook", kLargestClient) : programs.error();
  const std::vector<std::string> present = clients_in(hooks);
  listed.insert(present.begin(), present.end());
  for (const std::string& hook : listed) {
    const fs::path place = hooks / hook;
    if (!is_client(place)) return printable(place.string()) + " is not there, or not rcx's";
    if (!runs(place)) return printable(place.string()) + " is not executable";
    const Result<std::string> bytes = read_file(place, kLargestClient);
    if (client && bytes && *bytes != *client) {
      return printable(place.string()) + " is of another release";
    }
  }
  return {};
}

std::vector<std::string> idle_forwarders(const Config& config, const std::set<std::string>& own) {
  const fs::path hooks = forwarders_directory(config);
  const Result<std::string> list = read_file(hooks / RCX_WIRE_FORWARDS_FILE, kLongestName);
  std::vector<std::string> idle;
  if (!list) return idle;
  const std::vector<std::string_view> asking = split(*list, '\n');
  for (const std::string& hook : clients_in(hooks)) {
    const bool asks = std::find(asking.begin(), asking.end(), hook) != asking.end();
    if (!asks && !own.contains(hook)) idle.push_back(hook);
  }
  return idle;
}

}  // namespace rcx::host::cli
