#include "host/supervisor/reload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace rcx::host {
namespace {

constexpr std::int64_t kPauseNs = 5'000'000'000;

// Whether a generation of the second would be as the one of the first.
bool same(const Generation& serving, const Proposal& proposal) {
  return serving.config()->text == proposal.config->text &&
         boost::json::serialize(to_json(serving.plan())) ==
             boost::json::serialize(to_json(proposal.plan));
}

}  // namespace

Reload::Reload(const Surroundings& around, uid_t service)
    : around_(around), proposer_(around.program, service) {}

void Reload::follow(const Config& config, std::string fingerprint) {
  watch_.follow(sources_of(config), std::move(fingerprint));
}

void Reload::ask(std::shared_ptr<Asker> asker) {
  asked_ = true;
  if (asker) waiting_.push_back(std::move(asker));
}

void Reload::watch(PollSet& waiting) {
  if (stopped_) return;
  waiting.add(watch_.fd(), [this] { watch_.hear(); });
  // Only to be woken: tend() takes what was made.
  waiting.add(proposer_.fd(), [] {});
  if (next_) next_->watch(waiting);
}

std::unique_ptr<Generation> Reload::tend(const Generation& serving, const Breaker& breaker) {
  if (next_) {
    next_->tend();
    if (!next_->failure().empty()) {
      const std::string reason = next_->failure();
      next_->kill();
      next_.reset();
      fail(reason);
    } else if (next_->ready()) {
      return std::move(next_);
    }
    return nullptr;
  }
  if (proposer_.busy()) {
    if (proposer_.made()) consider(proposer_.take(), serving, breaker);
    return nullptr;
  }
  if (asked_ || watch_.settled()) {
    begin(serving);
  } else {
    disable(serving, breaker);
  }
  return nullptr;
}

// The same set without what is disabled. Nothing is read, so that nothing else can fail.
void Reload::disable(const Generation& serving, const Breaker& breaker) {
  if (monotonic_ns() < not_before_ns_) return;
  Plan plan = serving.plan();
  if (!breaker.apply(plan)) return;
  not_before_ns_ = monotonic_ns() + kPauseNs;
  disabling_ = true;
  next_ = std::make_unique<Generation>(++number_, Generation::Role::kSuccessor, serving.config(),
                                       std::move(plan), around_);
}

void Reload::begin(const Generation& serving) {
  disabling_ = false;
  forced_ = std::exchange(asked_, false);
  asking_ = std::exchange(waiting_, {});
  if (forced_) proposer_.forget_failures();
  log("supervisor").debug("reading {} and its extensions again", serving.config()->file.string());
  proposer_.start(serving.config());
}

void Reload::consider(Result<Proposal> made, const Generation& serving, const Breaker& breaker) {
  if (!made) return fail(made.error().message);
  watch_.follow(sources_of(*made->config), std::move(made->fingerprint));
  status_.needs_restart = made->needs_restart;
  // What could not be created is not tried again because something else has changed.
  if (!forced_ && serving.config()->text == made->config->text) {
    keep_refused(serving.plan(), made->plan);
  }
  std::set<std::string> missed = refused_alike(serving.plan(), made->plan);
  breaker.apply(made->plan);
  const std::string lost = regression(serving.plan(), made->plan);
  if (!lost.empty()) return fail(lost);
  if (!forced_ && same(serving, *made)) return done(serving);
  next_ = std::make_unique<Generation>(++number_, Generation::Role::kSuccessor,
                                       std::move(made->config), std::move(made->plan), around_);
  next_->tolerate(std::move(missed));
}

void Reload::done(const Generation& serving, const std::vector<pid_t>& accepting) {
  changed_ = true;
  if (!accepting.empty()) {
    log("supervisor")
        .error("workers that do not say that they have stopped may judge calls by an old set: {}",
               fmt::join(accepting, ", "));
  }
  // Which says nothing of files that could not be used before.
  if (std::exchange(disabling_, false)) return;
  status_.error.clear();
  status_.failed_ns = 0;
  boost::json::array fixed(status_.needs_restart.begin(), status_.needs_restart.end());
  if (!fixed.empty()) {
    log("supervisor")
        .warn("{} changed in {}; restart the host, until then it uses the old value",
              fmt::join(status_.needs_restart, ", "), serving.config()->file.string());
  }
  answer({{"generation", serving.number()},
          {"needs_restart", std::move(fixed)},
          {"accepting", boost::json::array(accepting.begin(), accepting.end())}});
}

void Reload::fail(const std::string& reason) {
  if (std::exchange(disabling_, false)) {
    log("supervisor").error("what is disabled cannot be left out yet: {}", reason);
    return;
  }
  log("supervisor").error("reload failed, the old set serves on: {}", reason);
  status_.error = reason;
  status_.failed_ns = wall_ns();
  changed_ = true;
  answer({{"error", reason}});
}

void Reload::answer(const boost::json::object& json) {
  for (const std::shared_ptr<Asker>& asker : std::exchange(asking_, {})) asker->answer(json);
}

void Reload::stop() {
  stopped_ = true;
  if (next_) next_->kill();
  next_.reset();
  asking_.clear();
  waiting_.clear();
}

bool Reload::changed() {
  return std::exchange(changed_, false);
}

}  // namespace rcx::host
