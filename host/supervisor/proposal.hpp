// What the next generation would be: rcx.yaml and rcextensions/ as they are now, read beside the
// host's work.
#pragma once

#include <sys/types.h>

#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/plugin/plan.hpp"

namespace rcx::host {

// What a set is made of.
struct Sources {
  fs::path config_file;
  fs::path rcextensions;
  std::vector<fs::path> canaries;
};
Sources sources_of(const Config& config);

// The same in a form that changes when any of it does: names, sizes, owners, modes and times of
// these and of everything below them, through symbolic links.
std::string fingerprint(const Sources& sources);

struct Proposal {
  std::shared_ptr<const Config> config;
  Plan plan;
  std::string fingerprint;                 // taken before anything was read
  std::vector<std::string> needs_restart;  // keys that changed and are as they were
};

// Makes one proposal at a time, on a thread of its own: processes that read extensions may hang for
// as long as `budget.load` allows.
class Proposer {
 public:
  // `program` is rcxd.
  Proposer(fs::path program, uid_t service);

  // Reads what the file of `running` says now, and what stands in the directory that it names.
  // Must not be called while one is in the making.
  void start(std::shared_ptr<const Config> running);
  bool busy() const noexcept { return making_.valid(); }
  // Readable once one is made.
  int fd() const noexcept { return done_.get(); }
  bool made() const {
    return making_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  // What came of it. An Error when the configuration or the directory cannot be used.
  Result<Proposal> take();
  // Forgets what was remembered of libraries that could not be read: they are tried again.
  void forget_failures() { descriptions_.forget_failures(); }

 private:
  Result<Proposal> make(const Config& running);

  fs::path program_;
  uid_t service_;
  Fd done_;  // an eventfd
  Descriptions descriptions_;
  std::future<Result<Proposal>> making_;
};

// The ids that `now` refuses and that `next` would load from the same file.
std::set<std::string> refused_alike(const Plan& now, const Plan& next);

// Refuses in `next` what `now` refuses and is the same file still.
void keep_refused(const Plan& now, Plan& next);

// Why `next` must not replace `now`: an extension that served would be lost, or one came that does
// not load. What was refused already, and what was taken away, is no reason. Empty when it may.
std::string regression(const Plan& now, const Plan& next);

}  // namespace rcx::host
