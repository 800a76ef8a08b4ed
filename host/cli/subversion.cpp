#include "host/cli/subversion.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/access/access.hpp"
#include "host/event/wire.h"
#include "host/supervisor/instance.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kLargestClient = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kLargestName = 8192;
constexpr const char* kHooksDirectory = "hooks";
constexpr std::array kHooks = {RCX_WIRE_SVN_PRE_COMMIT,  RCX_WIRE_SVN_POST_COMMIT,
                               RCX_WIRE_SVN_PRE_REVPROP, RCX_WIRE_SVN_POST_REVPROP,
                               RCX_WIRE_SVN_PRE_LOCK,    RCX_WIRE_SVN_POST_LOCK,
                               RCX_WIRE_SVN_PRE_UNLOCK,  RCX_WIRE_SVN_POST_UNLOCK};

// svn lets nobody change properties of revisions where this hook is missing. One of rcx there would
// let everybody; so it only follows one that is there.
bool follows_only(const char* hook) {
  return std::string_view(hook) == RCX_WIRE_SVN_PRE_REVPROP;
}

std::vector<const char*> hooks_for(const fs::path& hooks) {
  std::vector<const char*> all;
  boost::system::error_code failed;
  for (const char* hook : kHooks) {
    if (!follows_only(hook) || fs::exists(hooks / hook, failed)) all.push_back(hook);
  }
  return all;
}

Result<void> put_all_in(const Config& config, const fs::path& hooks) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  // First: from the moment a client stands there it must find its instance.
  Result<void> done = renew_client_files(config, *programs / "rcxd");
  if (done) {
    done = write_file(hooks / RCX_WIRE_INSTANCE_FILE, config.directory().string() + "\n", 0644);
  }
  for (const char* hook : hooks_for(hooks)) {
    if (done) done = put_in(hooks, hook, *programs / "rcx-hook");
  }
  return done;
}

}  // namespace

bool is_subversion(const fs::path& repository) {
  boost::system::error_code failed;
  return fs::is_regular_file(repository / "format", failed) &&
         fs::is_directory(repository / "db", failed) &&
         fs::is_directory(repository / kHooksDirectory, failed);
}

Result<Installed> install_subversion(const Config& config, const fs::path& repository, bool dry) {
  const Result<Placed> placed = Roots(config).place(repository);
  if (!placed) return placed.error();
  Installed installed;
  installed.hooks = placed->path / kHooksDirectory;
  installed.whole = true;
  installed.did[0] = Putting::kRenewed;
  for (const char* hook : hooks_for(installed.hooks)) {
    const Result<Putting> planned = plan_putting(installed.hooks, hook);
    if (!planned) return planned.error();
    if (*planned != Putting::kRenewed) installed.did[0] = Putting::kNew;
    if (*planned != Putting::kChained) continue;
    installed.more.push_back(fmt::format("{} runs after the hook that was there ({}{})", hook, hook,
                                         RCX_WIRE_CHAINED_SUFFIX));
  }
  if (const std::string missing = subversion_missing(); !missing.empty()) {
    installed.more.push_back("its commits are refused until Subversion can be read: " + missing);
  }
  if (dry) {
    if (::eaccess(installed.hooks.c_str(), W_OK | X_OK) == 0) return installed;
    return system_error("cannot write in " + printable(installed.hooks.string()), errno);
  }
  if (Result<void> done = put_all_in(config, installed.hooks); !done) return done.error();
  return installed;
}

Result<Uninstalled> uninstall_subversion(const fs::path& repository, bool dry) {
  Uninstalled uninstalled;
  uninstalled.hooks = repository / kHooksDirectory;
  uninstalled.whole = true;
  uninstalled.did[0] = Taking::kAbsent;
  for (const char* hook : kHooks) {
    const Result<Taking> taking =
        dry ? plan_taking(uninstalled.hooks, hook) : take_out(uninstalled.hooks, hook);
    if (!taking) return taking.error();
    const bool back = *taking == Taking::kPutBack;
    if (back || *taking == Taking::kTaken) uninstalled.did[0] = Taking::kTaken;
    if (back) {
      uninstalled.more.push_back(
          fmt::format("{} the {} that was there", dry ? "would put back" : "put back", hook));
    }
  }
  boost::system::error_code ignored;
  if (!dry) fs::remove(uninstalled.hooks / RCX_WIRE_INSTANCE_FILE, ignored);
  return uninstalled;
}

namespace {

class Diagnosis {
 public:
  Diagnosis(const Patient& patient, const fs::path& repository, const std::string& client,
            std::vector<Finding>& findings)
      : patient_(patient),
        repository_(repository),
        hooks_(repository / kHooksDirectory),
        client_(client),
        shown_(printable(repository.string())),
        findings_(findings) {}

  void run() {
    const std::size_t before = findings_.size();
    bool usable = names_this_instance();
    for (const char* hook : hooks_for(hooks_)) usable = check_hook(hook) && usable;
    if (const std::string missing = subversion_missing(); !missing.empty()) {
      return add(Health::kFail, shown_ + ": its commits are refused: " + missing);
    }
    if (!usable) return;
    const std::string answer = ask();
    if (findings_.size() == before) {
      add(Health::kOk, shown_ + ": hooks are current, " + answer);
    }
  }

 private:
  void add(Health health, std::string text) {
    findings_.push_back({health, "repository", std::move(text)});
  }
  std::string cure() const {
    return fmt::format("; type:  rcx -c {} install {}", patient_.config.file.string(), shown_);
  }

  bool names_this_instance() {
    const Result<std::string> named = read_file(hooks_ / RCX_WIRE_INSTANCE_FILE, kLargestName);
    if (!named) return true;  // what is missing is said of the hooks
    const std::string own = patient_.config.directory().string();
    const std::string other = named->substr(0, named->find('\n'));
    boost::system::error_code failed;
    if (other == own || fs::equivalent(other, own, failed)) return true;
    add(Health::kFail, shown_ + ": its hooks ask the instance in " + printable(other) + cure());
    return false;
  }

  bool check_hook(const char* hook) {
    const fs::path place = hooks_ / hook;
    if (!is_client(place)) {
      boost::system::error_code failed;
      add(Health::kFail,
          fmt::format("{}: {} is {}, so that this host does not hear of it{}", shown_, hook,
                      fs::exists(place, failed) ? "somebody else's" : "not there", cure()));
      return false;
    }
    const Result<std::string> bytes = read_file(place, kLargestClient);
    if (bytes && *bytes == client_) return true;
    add(Health::kWarn, fmt::format("{}: {} is of another release{}", shown_, hook, cure()));
    return true;
  }

  std::string ask() {
    struct stat status {};
    const bool own = ::stat(repository_.c_str(), &status) == 0 &&
                     (::geteuid() == 0 || ::geteuid() == status.st_uid);
    if (!own) return "not asked, because you are neither root nor its owner";
    std::string text;
    for (const char* hook : {RCX_WIRE_SVN_PRE_COMMIT, RCX_WIRE_SVN_POST_COMMIT}) {
      const Result<ProbeAnswer> answer = probe(repository_, hooks_ / hook);
      if (!answer || !answer->well) {
        add(Health::kFail,
            fmt::format("{}: {}, asked as {}: {}", shown_, hook, user_name(status.st_uid),
                        answer ? answer->text : printable(answer.error().message)));
      }
      if (answer) text = answer->text;
    }
    return "asked as " + user_name(status.st_uid) + " they are answered by " + text;
  }

  const Patient& patient_;
  const fs::path& repository_;
  fs::path hooks_;
  const std::string& client_;
  std::string shown_;
  std::vector<Finding>& findings_;
};

}  // namespace

void diagnose_subversion(const Patient& patient, const fs::path& repository,
                         const std::string& client, std::vector<Finding>& findings) {
  Diagnosis(patient, repository, client, findings).run();
}

}  // namespace rcx::host::cli
