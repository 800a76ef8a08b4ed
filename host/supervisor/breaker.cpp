#include "host/supervisor/breaker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{16} * 1024 * 1024;

}  // namespace

Breaker::Breaker(fs::path file) : file_(std::move(file)) {
  boost::system::error_code ignored;
  if (!fs::exists(file_, ignored)) return;
  const Result<std::string> text = read_file(file_, kLargest);
  try {
    if (!text) throw std::runtime_error(text.error().message);
    const boost::json::value json = boost::json::parse(*text);
    for (const auto& [id, value] : json.as_object()) {
      disabled_[std::string(id)] = {std::string(value.at("hash").as_string()),
                                    std::string(value.at("reason").as_string())};
    }
  } catch (const std::exception& failed) {
    disabled_.clear();
    log("plugin").error("{}: {}; no extension is disabled", file_.string(), failed.what());
  }
}

void Breaker::count(const ExtensionFailure& failure, const Plan& serving,
                    const BreakerConfig& limits) {
  const auto planned = std::find_if(
      serving.extensions.begin(), serving.extensions.end(), [&](const PlannedExtension& one) {
        return one.id == failure.extension && one.standing == Standing::kLoaded;
      });
  if (limits.failures == 0 || planned == serving.extensions.end()) return;
  // What an older file did says nothing of the one that came after it.
  const auto key = std::pair(planned->id, planned->hash);
  std::deque<std::int64_t>& times = failures_[key];
  const std::int64_t now = monotonic_ns();
  times.push_back(now);
  while (now - times.front() > limits.window.count()) times.pop_front();
  if (times.size() < static_cast<std::size_t>(limits.failures)) return;
  failures_.erase(key);
  disabled_[planned->id] = {
      planned->hash,
      fmt::format(
          "disabled after {} failures within {}, the last: {}; mend its file, or type:  rcx "
          "extensions clear {}",
          limits.failures, duration_text(limits.window), printable(failure.reason), planned->id)};
  log("plugin").error("{}: {}", planned->id, disabled_[planned->id].reason);
  save();
}

bool Breaker::apply(Plan& plan) const {
  bool changed = false;
  for (PlannedExtension& planned : plan.extensions) {
    const auto found = disabled_.find(planned.id);
    if (found == disabled_.end() || planned.standing != Standing::kLoaded ||
        planned.hash != found->second.hash) {
      continue;
    }
    planned.standing = Standing::kDisabled;
    planned.reason = found->second.reason;
    // It was asked before, so it is missed, whether rcx.yaml names it or not.
    planned.named = true;
    changed = true;
  }
  return changed;
}

bool Breaker::clear(const std::string& id) {
  std::erase_if(failures_, [&](const auto& one) { return one.first.first == id; });
  if (disabled_.erase(id) == 0) return false;
  save();
  return true;
}

void Breaker::save() const {
  boost::json::object json;
  for (const auto& [id, one] : disabled_) {
    json[id] = boost::json::object{{"hash", one.hash}, {"reason", one.reason}};
  }
  const Result<void> written = write_file(file_, boost::json::serialize(json) + "\n", 0600);
  if (!written) log("plugin").error("{}", written.error().message);
}

}  // namespace rcx::host
