#include "host/cli/single_refs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "host/cli/git_config.hpp"
#include "host/cli/hooks.hpp"

namespace rcx::host::cli {
namespace {

constexpr const char* kProcReceive = "proc-receive";
constexpr const char* kUpdate = "update";
constexpr const char* kKey = "receive.procReceiveRefs";
constexpr std::string_view kAllRefs = "receive.procreceiverefs\nrefs";

Result<bool> names_all_refs(const fs::path& repository) {
  const Result<std::string> all = ask_git(repository, {"config", "--local", "-z", "--list"});
  if (!all) return all.error();
  for (const std::string_view entry : split(*all, '\0')) {
    if (entry == kAllRefs) return true;
  }
  return false;
}

// git puts a new file in the place of the old one; what root does stays its owner's.
Result<void> change_config(const fs::path& repository, const std::vector<std::string>& change) {
  const Result<std::string> file =
      ask_git(repository, {"rev-parse", "--path-format=absolute", "--git-path", "config"});
  if (!file) return file.error();
  struct stat before {};
  const bool known = ::stat(file->c_str(), &before) == 0;
  std::vector<std::string> words = {"config", "--local"};
  words.insert(words.end(), change.begin(), change.end());
  const Result<std::string> changed = ask_git(repository, words);
  if (!changed) return changed.error();
  if (known && ::geteuid() == 0 && ::chown(file->c_str(), before.st_uid, before.st_gid) != 0) {
    return system_error("cannot give back " + printable(*file), errno);
  }
  return {};
}

}  // namespace

// An older one runs no proc-receive, and would let every reference pass.
Result<void> check_single_refs_version() {
  return check_git(29, "to refuse single references (partial: true)",
                   "write  partial: false  in rcx.yaml");
}

Result<SingleRefs> plan_single_refs(const fs::path& repository, const fs::path& hooks,
                                    bool partial) {
  SingleRefs plan;
  const bool own_proc = is_client(hooks / kProcReceive);
  const bool own_update = is_client(hooks / kUpdate);
  if (partial) {
    if (Result<void> able = check_single_refs_version(); !able) return able.error();
    plan.hook = plan_taking(hooks, kProcReceive) == Taking::kForeign ? kUpdate : kProcReceive;
    const Result<Putting> putting = plan_putting(hooks, plan.hook);
    if (!putting) return putting.error();
  }
  const std::string_view wanted = plan.hook == nullptr ? "" : plan.hook;
  if (own_proc && wanted != kProcReceive) plan.take_out.push_back(kProcReceive);
  if (own_update && wanted != kUpdate) plan.take_out.push_back(kUpdate);
  // Where no client stands, the entry is somebody else's, if there is one.
  if (!own_proc && wanted != kProcReceive) return plan;
  const Result<bool> named = names_all_refs(repository);
  if (!named) return named.error();
  plan.set = !*named && wanted == kProcReceive;
  plan.unset = *named && wanted != kProcReceive;
  return plan;
}

Result<void> carry_out(const SingleRefs& plan, const fs::path& repository, const fs::path& hooks) {
  if (plan.unset) {
    Result<void> unset = change_config(repository, {"--unset-all", kKey, "^refs$"});
    if (!unset) return unset;
  }
  for (const char* hook : plan.take_out) {
    const Result<Taking> taken = take_out(hooks, hook);
    if (!taken) return taken.error();
  }
  if (plan.hook == nullptr) return {};
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  Result<void> done = put_in(hooks, plan.hook, *programs / "rcx-hook");
  if (done && plan.set) done = change_config(repository, {"--add", kKey, "refs"});
  return done;
}

std::vector<std::string> lines_of(const SingleRefs& plan, const fs::path& hooks, bool dry) {
  std::vector<std::string> lines;
  if (plan.hook != nullptr) {
    lines.push_back(fmt::format("{} {}, which refuses single references",
                                dry ? "would put in" : "put in", (hooks / plan.hook).string()));
  }
  for (const char* hook : plan.take_out) {
    lines.push_back(
        fmt::format("{} {}", dry ? "would take out" : "took out", (hooks / hook).string()));
  }
  if (plan.set) lines.push_back(fmt::format("{} {} = refs", dry ? "would set" : "set", kKey));
  if (plan.unset) {
    lines.push_back(fmt::format("{} {} = refs", dry ? "would remove" : "removed", kKey));
  }
  return lines;
}

}  // namespace rcx::host::cli
