#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <set>

#include "host/access/access.hpp"
#include "host/cli/diagnosis.hpp"
#include "host/cli/find_repositories.hpp"
#include "host/cli/forwarders.hpp"
#include "host/cli/git_config.hpp"
#include "host/cli/hooks.hpp"
#include "host/cli/mercurial.hpp"
#include "host/cli/receive_settings.hpp"
#include "host/cli/single_refs.hpp"
#include "host/cli/subversion.hpp"
#include "host/cli/system_setup.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kLargestClient = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kLargestName = 8192;

// Where git runs hooks of the instance for all repositories.
struct ForAll {
  SystemSight sight;
  std::set<std::string> own;         // hooks that some repository has of its own
  std::size_t receiving = 0;         // repositories of git
  std::vector<std::string> unsound;  // of these, where git takes in what is not as it writes it
};

bool somebody_may_bypass(const Config& config) {
  return !config.bypass.empty() ||
         std::any_of(config.extensions.begin(), config.extensions.end(), [](const auto& one) {
           return !one.second.bypass.empty() && !one.second.unbypassable;
         });
}

// A hint: history that is old and odd would be refused.
Finding objects_finding(const ForAll& all) {
  if (all.unsound.empty()) {
    return {Health::kOk, "objects", "git checks what is pushed before it takes it in"};
  }
  return {
      Health::kOk, "objects",
      fmt::format("git takes in damaged and misleading objects in {} of {} repositories, such as "
                  "{}; to have it refuse them, type:  git config --system receive.fsckObjects "
                  "true",
                  all.unsound.size(), all.receiving, all.unsound.front())};
}

class RepositoryDiagnosis {
 public:
  RepositoryDiagnosis(const Patient& patient, const std::string& client, fs::path repository,
                      ForAll& all, std::vector<Finding>& findings)
      : patient_(patient),
        client_(client),
        all_(all),
        repository_(std::move(repository)),
        shown_(printable(repository_.string())),
        findings_(findings) {}

  void run() {
    const std::string home = home_of_other(std::to_string(patient_.service));
    const Result<HookPlace> place = find_hooks(repository_, home);
    if (!place) return add(Health::kFail, printable(place.error().message));
    const std::size_t before = findings_.size();
    const bool forwarded = !place->forwarders.empty();
    const fs::path& hooks = forwarded ? place->forwarders : place->directory;
    bool usable = names_this_instance(hooks);
    if (forwarded) {
      if (usable) check_own_hooks();
    } else {
      for (const char* hook : kGitHooks) usable = check_hook(hooks, hook) && usable;
      usable = check_single_refs(hooks) && usable;
    }
    check_owner();
    check_receiving(home);
    std::string answer = "not asked";
    if (usable) answer = ask(hooks);
    if (findings_.size() == before) {
      add(Health::kOk,
          shown_ + (forwarded ? ": git runs the hooks for all, " : ": hooks are current, ") +
              answer);
    }
  }

 private:
  void add(Health health, std::string text) {
    findings_.push_back({health, "repository", std::move(text)});
  }
  std::string cure() const {
    return fmt::format("; type:  rcx -c {} install {}", patient_.config.file.string(), shown_);
  }

  bool names_this_instance(const fs::path& hooks) {
    const Result<std::string> named = read_file(hooks / RCX_WIRE_INSTANCE_FILE, kLargestName);
    const std::string own = patient_.config.directory().string();
    if (!named) return true;  // what is missing is said of the hooks
    const std::string other = named->substr(0, named->find('\n'));
    boost::system::error_code failed;
    if (other == own || fs::equivalent(other, own, failed)) return true;
    add(Health::kFail, shown_ + ": its hooks ask the instance in " + printable(other) + cure());
    return false;
  }

  // Where git looks elsewhere, what the repository has of its own must not be passed over.
  void check_own_hooks() {
    const Result<std::set<std::string>> own = own_hooks(patient_.config, repository_);
    if (!own) return add(Health::kFail, shown_ + ": " + printable(own.error().message));
    all_.own.insert(own->begin(), own->end());
    for (const std::string& hook : *own) {
      const std::string wrong = wrong_forwarder(patient_.config, hook);
      if (wrong.empty()) continue;
      add(Health::kFail, fmt::format("{}: {}; type:  rcx -c {} install --system", shown_, wrong,
                                     patient_.config.file.string()));
    }
  }

  std::string single_or_none() const { return single_ == nullptr ? "" : single_; }

  // Whether it can be run for a probe.
  bool check_hook(const fs::path& hooks, const std::string& hook) {
    const fs::path place = hooks / hook;
    const fs::path before = hooks / (hook + RCX_WIRE_CHAINED_SUFFIX);
    boost::system::error_code failed;
    if (fs::exists(before, failed) && ::access(before.c_str(), X_OK) != 0) {
      add(Health::kWarn,
          fmt::format("{}: {} was there before rcx and is passed over, since it is "
                      "not executable; type:  chmod +x {}  or remove it",
                      shown_, printable(before.string()), printable(before.string())));
    }
    if (!is_client(place)) {
      const bool other = fs::exists(place, failed);
      add(Health::kFail,
          fmt::format("{}: {} is {}, so its {}{}", shown_, hook,
                      other ? "somebody else's" : "not there",
                      hook == single_or_none() ? "pushes are refused as a whole, never in part"
                                               : "pushes are not judged",
                      cure()));
      return false;
    }
    struct stat status {};
    if (::stat(place.c_str(), &status) != 0 || (status.st_mode & S_IXUSR) == 0) {
      add(Health::kFail,
          fmt::format("{}: {} is not executable, so git passes over it{}", shown_, hook, cure()));
      return false;
    }
    const Result<std::string> bytes = read_file(place, kLargestClient);
    if (bytes && *bytes == client_) return true;
    add(Health::kWarn, fmt::format("{}: {} is of another release{}", shown_, hook, cure()));
    return false;
  }

  // Without the hook that refuses single references, pushes are refused as a whole; where it stands
  // for nothing, it costs them time.
  bool check_single_refs(const fs::path& hooks) {
    const Result<Placed> placed = Roots(patient_.config).place(repository_);
    if (!placed) return true;  // roots and repositories are looked at elsewhere
    const bool partial = patient_.config.partial_in(placed->name);
    const Result<SingleRefs> plan = plan_single_refs(repository_, hooks, partial);
    if (!plan) {
      add(Health::kFail, shown_ + ": " + printable(plan.error().message));
      return false;
    }
    if (!partial) {
      if (plan->take_out.empty() && !plan->unset) return true;
      add(Health::kWarn, shown_ +
                             ": single references are not refused here (partial: false), and "
                             "what is left of that slows pushes down" +
                             cure());
      return true;
    }
    single_ = plan->hook;
    if (!check_hook(hooks, single_)) return false;
    if (!plan->set && plan->take_out.empty()) return true;
    add(Health::kFail,
        shown_ +
            (plan->set
                 ? ": receive.procReceiveRefs does not name refs, so that pushes are refused as a "
                   "whole, where single references could be"
                 : ": a hook about single references is left over beside " + std::string(single_)) +
            cure());
    return false;
  }

  // git keeps what is pushed in a directory that nobody else can read until it is accepted.
  void check_owner() {
    struct stat status {};
    const uid_t host = patient_.service;
    if (::stat((git_directory() / "objects").c_str(), &status) != 0) return;
    const bool alone =
        !patient_.host && patient_.config.client.when_unreachable == Unreachable::kRunOnce;
    if (alone || host == 0 || status.st_uid == host) return;
    add(Health::kFail,
        fmt::format("{} belongs to {}, and the host runs as {}, who cannot read what {} pushes; "
                    "have git run as {} and type:  chown -R {} {}  or serve it without a host, by "
                    "client.when_unreachable: run-once",
                    shown_, user_name(status.st_uid), user_name(host), user_name(status.st_uid),
                    user_name(host), user_name(host), shown_));
  }

  void check_receiving(const std::string& home) {
    const Result<ReceiveSettings> settings = receive_settings(repository_, home);
    if (!settings) return add(Health::kFail, shown_ + ": " + printable(settings.error().message));
    ++all_.receiving;
    if (!settings->checks_objects) all_.unsound.push_back(shown_);
    if (settings->push_options || !somebody_may_bypass(patient_.config)) return;
    add(Health::kWarn,
        shown_ +
            ": whom bypass in rcx.yaml names cannot push past an extension, because git takes "
            "no push options here; type:  git config --system receive.advertisePushOptions "
            "true");
  }

  std::string ask(const fs::path& hooks) {
    struct stat status {};
    const bool own = ::stat(git_directory().c_str(), &status) == 0 &&
                     (::geteuid() == 0 || ::geteuid() == status.st_uid);
    if (!own) return "not asked, because you are neither root nor its owner";
    std::string text;
    std::vector<const char*> asked(kGitHooks.begin(), kGitHooks.end());
    if (single_ != nullptr) asked.push_back(single_);
    for (const char* hook : asked) {
      const Result<ProbeAnswer> answer = probe(git_directory(), hooks / hook);
      if (!answer || !answer->well) {
        add(Health::kFail,
            fmt::format("{}: {}, asked as {}: {}", shown_, hook, user_name(status.st_uid),
                        answer ? answer->text : printable(answer.error().message)));
      } else if (!answer->told) {
        add(Health::kWarn,
            fmt::format("{}: {} is answered by an older host; start it again", shown_, hook));
      }
      if (answer) text = answer->text;
    }
    return "asked as " + user_name(status.st_uid) + " they are answered by " + text;
  }

  fs::path git_directory() const {
    boost::system::error_code failed;
    return fs::is_directory(repository_ / ".git", failed) ? repository_ / ".git" : repository_;
  }

  const Patient& patient_;
  const std::string& client_;
  ForAll& all_;
  fs::path repository_;
  std::string shown_;
  const char* single_ = nullptr;  // the hook about single references
  std::vector<Finding>& findings_;
};

}  // namespace

void diagnose_repositories(const Patient& patient, std::vector<Finding>& findings) {
  const Result<fs::path> programs = program_directory();
  if (!programs) return;
  const Result<std::string> client = read_file(*programs / "rcx-hook", kLargestClient);
  if (!client) return;  // said of the programs
  ForAll all{look_at_system(patient.config), {}, 0, {}};
  for (const fs::path& root : patient.config.roots) {
    boost::system::error_code failed;
    const fs::path real = fs::canonical(root, failed);
    if (failed) continue;  // said of the roots
    for (const Found& found : find_repositories(real)) {
      if (found.skipped.empty() && is_mercurial(found.path)) {
        diagnose_mercurial(patient, found.path, findings);
      } else if (found.skipped.empty() && is_subversion(found.path)) {
        diagnose_subversion(patient, found.path, *client, findings);
      } else if (found.skipped.empty()) {
        RepositoryDiagnosis(patient, *client, found.path, all, findings).run();
      } else {
        findings.push_back(
            {Health::kWarn, "repository", printable(found.path.string() + " " + found.skipped)});
      }
    }
  }
  if (all.receiving > 0) findings.push_back(objects_finding(all));
  if (!all.sight.seen) return;
  for (const std::string& hook : idle_forwarders(patient.config, all.own)) {
    findings.push_back(
        {Health::kWarn, "hooks",
         fmt::format("{} runs for every repository, and none has a {} of its own; type:  rcx -c "
                     "{} install --system",
                     (forwarders_directory(patient.config) / hook).string(), hook,
                     patient.config.file.string())});
  }
}

}  // namespace rcx::host::cli
