#include "host/api/gate.hpp"

#include <algorithm>
#include <cmath>

namespace rcx::host::api {
namespace {

constexpr std::size_t kMostBuckets = 10'000;
constexpr double kMinuteNs = 60e9;
constexpr double kBurst = 1.0 / 6;

}  // namespace

int RateLimit::ask(const std::string& origin, int per_minute, std::int64_t now_ns) {
  const double most = std::max(1.0, per_minute * kBurst);
  const std::scoped_lock lock(mutex_);
  auto known = by_origin_.find(origin);
  if (known == by_origin_.end()) {
    if (buckets_.size() >= kMostBuckets) {
      by_origin_.erase(buckets_.back().origin);
      buckets_.pop_back();
    }
    buckets_.push_front({origin, most, now_ns});
    known = by_origin_.emplace(origin, buckets_.begin()).first;
  }
  buckets_.splice(buckets_.begin(), buckets_, known->second);
  Bucket& bucket = buckets_.front();
  const double gained = static_cast<double>(now_ns - bucket.filled_ns) * per_minute / kMinuteNs;
  bucket.left = std::min(most, bucket.left + gained);
  bucket.filled_ns = now_ns;
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return 0;
  }
  const double wait = (1 - bucket.left) * 60 / per_minute;
  return std::max(1, static_cast<int>(std::ceil(wait)));
}

Result<Accounts> Databases::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      Accounts accounts = std::move(idle_.back());
      idle_.pop_back();
      return accounts;
    }
  }
  return Accounts::open(state_);
}

void Databases::give_back(Accounts accounts) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(accounts));
}

std::optional<std::string> bearer(const std::string& header) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() <= kScheme.size()) return std::nullopt;
  const bool same = std::equal(kScheme.begin(), kScheme.end(), header.begin(), [](char a, char b) {
    return a == std::tolower(static_cast<unsigned char>(b));
  });
  return same ? std::optional<std::string>(header.substr(kScheme.size())) : std::nullopt;
}

}  // namespace rcx::host::api
