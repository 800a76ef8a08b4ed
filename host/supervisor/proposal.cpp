#include "host/supervisor/proposal.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/supervisor/instance.hpp"

namespace rcx::host {
namespace {

void add_status(const fs::path& path, std::string& text) {
  struct stat status {};
  text += path.string();
  // Through links: what they lead to is what would be loaded.
  if (::stat(path.c_str(), &status) != 0) {
    text += fmt::format(" {}\n", std::generic_category().message(errno));
    return;
  }
  // Where something was put into a directory or taken out is seen by what stands there.
  const bool file = S_ISREG(status.st_mode);
  text += fmt::format(" {} {} {} {} {:o} {}.{}\n", status.st_dev, status.st_ino,
                      file ? status.st_size : 0, status.st_uid, status.st_mode,
                      file ? status.st_ctim.tv_sec : 0, file ? status.st_ctim.tv_nsec : 0);
}

void add_directory(const fs::path& directory, int depth, std::string& text) {
  constexpr int kDeepest = 8;
  boost::system::error_code failed;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    entries.push_back(entry->path());
  }
  if (failed) text += failed.message();
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    if (depth == 0 && entry.filename().string().starts_with(".")) continue;
    add_status(entry, text);
    if (depth < kDeepest && fs::is_directory(entry, failed)) add_directory(entry, depth + 1, text);
  }
}

std::string fingerprint_of_file(const fs::path& file) {
  std::string text;
  add_status(file, text);
  return text;
}

std::string fingerprint_of_set(const Sources& sources) {
  std::string text;
  add_directory(sources.rcextensions, 0, text);
  boost::system::error_code failed;
  for (const fs::path& canary : sources.canaries) {
    add_status(canary, text);
    if (fs::is_directory(canary, failed)) add_directory(canary, 1, text);
  }
  return text;
}

// What cannot change while the host runs is taken from `running`, and named.
std::vector<std::string> keep_fixed(const Config& running, Config& next) {
  std::vector<std::string> changed;
  const auto keep = [&](const char* key, auto& value, const auto& fixed) {
    if (value == fixed) return;
    changed.emplace_back(key);
    value = fixed;
  };
  keep("user", next.user, running.user);
  keep("run", next.run, running.run);
  keep("state", next.state, running.state);
  keep("log.file", next.log.file, running.log.file);
  return changed;
}

const PlannedExtension* by_key(const Plan& plan, const std::string& key) {
  const auto found =
      std::find_if(plan.extensions.begin(), plan.extensions.end(),
                   [&](const PlannedExtension& planned) { return planned.key == key; });
  return found == plan.extensions.end() ? nullptr : &*found;
}

}  // namespace

Sources sources_of(const Config& config) {
  Sources sources{config.file, config.rcextensions, {}};
  for (const auto& [id, extension] : config.extensions) {
    if (!extension.canary.empty()) sources.canaries.push_back(extension.canary);
  }
  return sources;
}

std::string fingerprint(const Sources& sources) {
  return fingerprint_of_file(sources.config_file) + fingerprint_of_set(sources);
}

Proposer::Proposer(fs::path program, uid_t service)
    : program_(std::move(program)),
      service_(service),
      done_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Proposer::start(std::shared_ptr<const Config> running) {
  making_ = std::async(std::launch::async, [this, running = std::move(running)] {
    Result<Proposal> made = make(*running);
    ::eventfd_write(done_.get(), 1);
    return made;
  });
}

Result<Proposal> Proposer::take() {
  eventfd_t ignored = 0;
  ::eventfd_read(done_.get(), &ignored);
  return making_.get();
}

Result<Proposal> Proposer::make(const Config& running) {
  try {
    const std::string file = fingerprint_of_file(running.file);
    const Result<std::shared_ptr<const Config>> loaded = load_config(running.file);
    if (!loaded) return loaded.error();
    auto config = std::make_shared<Config>(**loaded);
    Proposal proposal;
    proposal.fingerprint = file + fingerprint_of_set(sources_of(*config));
    proposal.needs_restart = keep_fixed(running, *config);
    if (Result<void> safe = check_places(*config, service_); !safe) return safe.error();
    Result<Plan> plan = make_plan(*config, program_, service_, &descriptions_);
    if (!plan) return plan.error();
    proposal.plan = std::move(*plan);
    proposal.config = std::move(config);
    return proposal;
  } catch (const std::exception& failed) {
    return Error{Code::kUnavailable, std::string("cannot read the set: ") + failed.what()};
  }
}

std::set<std::string> refused_alike(const Plan& now, const Plan& next) {
  std::set<std::string> ids;
  for (const PlannedExtension& planned : next.extensions) {
    const PlannedExtension* before = by_key(now, planned.key);
    const bool same = before != nullptr && before->standing == Standing::kRefused &&
                      !planned.hash.empty() && before->hash == planned.hash;
    if (same && planned.standing == Standing::kLoaded) ids.insert(planned.id);
  }
  return ids;
}

void keep_refused(const Plan& now, Plan& next) {
  const std::set<std::string> alike = refused_alike(now, next);
  for (PlannedExtension& planned : next.extensions) {
    if (!alike.contains(planned.id)) continue;
    planned.standing = Standing::kRefused;
    planned.reason = by_key(now, planned.key)->reason;
  }
}

std::string regression(const Plan& now, const Plan& next) {
  for (const PlannedExtension& planned : next.extensions) {
    if (planned.standing != Standing::kRefused) continue;
    const PlannedExtension* before = by_key(now, planned.key);
    if (before != nullptr && before->standing == Standing::kRefused) continue;
    return planned.file + ": " + planned.reason;
  }
  return {};
}

}  // namespace rcx::host
