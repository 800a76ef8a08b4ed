#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/access/access.hpp"
#include "host/cli/diagnosis.hpp"
#include "host/cli/events.hpp"
#include "host/cli/mercurial.hpp"
#include "host/cli/pull_setup.hpp"
#include "host/cli/system_setup.hpp"
#include "host/event/event.hpp"
#include "host/event/wire.h"
#include "host/queue/client.hpp"
#include "host/supervisor/instance.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kLargestNotice = 4096;

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ';');
  return text;
}

class InstanceDiagnosis {
 public:
  InstanceDiagnosis(const Config& config, std::vector<Finding>& findings)
      : config_(config), file_(config.file.string()), findings_(findings) {}

  Patient run() {
    Patient patient{config_, {}, ::geteuid()};
    add(Health::kOk, "configuration", file_);
    look_for_host(patient);
    find_service(patient);
    check_owners(patient);
    check_programs();
    if (patient.host) check_host(*patient.host);
    if (patient.host) check_sockets(*patient.host);
    check_systems();
    check_roots();
    check_pulls(patient);
    check_hooks();
    check_queue();
    return patient;
  }

 private:
  void add(Health health, const char* check, std::string text) {
    findings_.push_back({health, check, one_line(std::move(text))});
  }

  void look_for_host(Patient& patient) {
    const Result<HostPlace> place = find_host(config_.file);
    if (!place) return add(Health::kFail, "host", place.error().message);
    Result<HostStatus> status = read_status(*place);
    if (status) {
      patient.host = std::move(*status);
    } else if (status.error().code == Code::kUnavailable &&
               config_.client.when_unreachable == Unreachable::kRunOnce) {
      add(Health::kOk, "host", "none runs, and each push starts its own (run-once)");
    } else {
      add(Health::kFail, "host", status.error().message);
    }
  }

  void find_service(Patient& patient) {
    struct stat status {};
    const bool runs =
        patient.host && ::stat(fmt::format("/proc/{}", patient.host->pid).c_str(), &status) == 0;
    if (runs) patient.service = status.st_uid;
    const std::optional<User> user = find_user(config_.user);
    if (config_.user.empty()) {
      return add(Health::kWarn, "user",
                 "rcx.yaml does not say whom the host runs as, and root would be refused; add a "
                 "line such as  user: git");
    }
    if (!user && config_.user != std::to_string(patient.service)) {
      return add(Health::kFail, "user",
                 "'" + printable(config_.user) +
                     "' is no user of this system; see them with:  getent "
                     "passwd");
    }
    if (user && !runs) patient.service = user->uid;
    if (user && user->uid != patient.service) {
      return add(Health::kWarn, "user",
                 fmt::format("the host runs as {}, and rcx.yaml says {}; start it again",
                             user_name(patient.service), user->name));
    }
    add(Health::kOk, "user", "the host runs as " + user_name(patient.service));
  }

  void check_owners(const Patient& patient) {
    const Result<void> safe = check_places(config_, patient.service);
    if (!safe) return add(Health::kFail, "owners", safe.error().message);
    add(Health::kOk, "owners",
        "only root" + (patient.service == 0 ? "" : " and " + user_name(patient.service)) +
            " can change rcx.yaml, rcextensions, state, run, and what is above them");
  }

  void check_programs() {
    const Result<fs::path> folder = program_directory();
    if (!folder) return add(Health::kFail, "programs", folder.error().message);
    for (const char* name : {"rcxd", "rcx-hook"}) {
      const Result<std::string> said = output_of(*folder / name, "--version");
      const std::string wanted = RCX_HOST_VERSION;
      if (!said) return add(Health::kFail, "programs", said.error().message);
      if (said->find(wanted) != std::string::npos) continue;
      return add(Health::kFail, "programs",
                 fmt::format("{} is {}, wanted {} as this rcx; install one release whole",
                             (*folder / name).string(), printable(*said), wanted));
    }
    boost::system::error_code failed;
    const fs::path link = config_.directory() / RCX_WIRE_PROGRAM;
    const fs::path linked = fs::canonical(link, failed);
    if (failed || linked != fs::canonical(*folder / "rcxd", failed)) {
      return add(Health::kWarn, "programs",
                 fmt::format("{} does not lead to {}, where hooks may start it from; start the "
                             "host again, or type:  rcx -c {} install REPO",
                             link.string(), (*folder / "rcxd").string(), file_));
    }
    add(Health::kOk, "programs",
        fmt::format("rcx, rcxd and rcx-hook {} in {}", RCX_HOST_VERSION, folder->string()));
  }

  void check_host(const HostStatus& host) {
    if (host.version != RCX_HOST_VERSION) {
      add(Health::kWarn, "host",
          fmt::format("rcx {} serves, and {} is installed; start it again", host.version,
                      RCX_HOST_VERSION));
    } else if (host.phase != "ready") {
      add(Health::kWarn, "host", "it is " + host.phase + "; wait with:  rcx status --wait 30");
    } else {
      add(Health::kOk, "host",
          fmt::format("ready, generation {}, pid {}", host.generation, host.pid));
    }
    if (!host.reload.error.empty()) {
      add(Health::kFail, "reload",
          fmt::format("the old set serves on: {}; when that is mended, type:  rcx -c {} reload",
                      printable(host.reload.error), file_));
    }
    if (!host.reload.needs_restart.empty()) {
      add(Health::kWarn, "reload",
          fmt::format("{} changed, and counts when the host is started again",
                      fmt::join(host.reload.needs_restart, ", ")));
    }
    const auto& all = host.plan.extensions;
    const auto absent = std::count_if(all.begin(), all.end(), [](const PlannedExtension& one) {
      return one.standing != Standing::kLoaded && one.standing != Standing::kOff;
    });
    add(absent == 0 ? Health::kOk : Health::kFail, "extensions",
        absent == 0 ? fmt::format("{}, none is missing", all.size())
                    : fmt::format("{} of {} did not load, are missing or disabled; see why with:  "
                                  "rcx -c {} extensions list",
                                  absent, all.size(), file_));
  }

  void check_sockets(const HostStatus& host) {
    const uid_t own = ::geteuid();
    const std::string name = user_name(own);
    const bool admitted =
        own == 0 || std::any_of(host.admitted.begin(), host.admitted.end(), [&](const auto& one) {
          return one == name || one == std::to_string(own);
        });
    add(admitted ? Health::kOk : Health::kWarn, "sockets",
        admitted ? fmt::format("admit {}", fmt::join(host.admitted, ", "))
                 : fmt::format("admit {}, and not you; where {} pushes, add to {}:  identity: "
                               "{{admitted_users: [{}]}}",
                               fmt::join(host.admitted, ", "), name, file_, name));
  }

  void check_systems() {
    std::string systems = "git";
    std::string off;
    for (const auto& [title, missing] :
         {std::pair{"Mercurial", mercurial_missing()}, {"Subversion", subversion_missing()}}) {
      if (missing.empty()) systems += std::string(" and ") + title;
      if (!missing.empty()) off += fmt::format("; {} is off: {}", title, missing);
    }
    add(Health::kOk, "systems", systems + off);
  }

  void check_roots() {
    for (const fs::path& root : config_.roots) {
      boost::system::error_code failed;
      const bool there = fs::is_directory(root, failed);
      if (there && ::eaccess(root.c_str(), R_OK | X_OK) == 0) continue;
      add(Health::kFail, "roots",
          there ? system_error("cannot look into " + root.string(), errno).message
                : root.string() + " is no directory; make it, or mend  roots:  in " + file_);
    }
  }

  // Whose extensions have handlers for pulls should be asked; in front of git somebody may do so.
  void check_pulls(const Patient& patient) {
    const PullSight sight = look_at_pulls(config_);
    bool handled = false;
    if (patient.host) {
      for (const PlannedExtension& one : patient.host->plan.extensions) {
        if (one.standing != Standing::kLoaded || !one.descriptor) continue;
        for (const HandlerInfo& handler : one.descriptor->handlers) {
          const EventKind* kind = event_kind(handler.event);
          handled = handled || (kind != nullptr && kind->action == RCX_ACTION_PULL);
        }
      }
    }
    const bool unseen = handled && !sight.seen && !sight.broken;
    add(sight.broken ? Health::kFail
        : unseen     ? Health::kWarn
                     : Health::kOk,
        "pulls", unseen ? "extensions handle them, and " + sight.text : sight.text);
  }

  void check_hooks() {
    const SystemSight sight = look_at_system(config_);
    add(sight.broken ? Health::kFail : Health::kOk, "hooks", sight.text);
  }

  // Dead letters, and what stands in the way of others.
  void check_queue() {
    const std::string full = queue_full_file(config_.run).string();
    if (const Result<std::string> why = read_file(full, kLargestNotice)) {
      add(Health::kFail, "post events", "no more can be queued: " + *why);
    }
    const fs::path directory = queue_directory(config_.state);
    boost::system::error_code failed;
    for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
         entry.increment(failed)) {
      const std::string name = entry->path().filename().string();
      if (name.find(".damaged-") == std::string::npos || name.ends_with("-wal") ||
          name.ends_with("-shm")) {
        continue;
      }
      add(Health::kWarn, "post events",
          fmt::format("{} was damaged, and what waited there is not delivered; save it with:  "
                      "sqlite3 {} .recover",
                      entry->path().string(), entry->path().string()));
    }
    const Result<std::unique_ptr<Queue>> queue = open_events(config_);
    if (!queue) return add(Health::kFail, "post events", queue.error().message);
    if (*queue == nullptr) return;
    const Result<QueueCounts> counts = (*queue)->counts();
    if (!counts) return add(Health::kFail, "post events", counts.error().message);
    add(counts->dead == 0 ? Health::kOk : Health::kWarn, "post events",
        counts->dead == 0
            ? fmt::format("{} deliveries wait, none is dead", counts->waiting)
            : fmt::format("{} deliveries have failed too often and are dead; see why with:  rcx "
                          "-c {} events list --state dead  and type  events replay  or  drop",
                          counts->dead, file_));
  }

  const Config& config_;
  std::string file_;
  std::vector<Finding>& findings_;
};

}  // namespace

Patient diagnose_instance(const Config& config, std::vector<Finding>& findings) {
  return InstanceDiagnosis(config, findings).run();
}

}  // namespace rcx::host::cli
