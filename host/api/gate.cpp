#include "host/api/gate.hpp"

#include <algorithm>
#include <cmath>

namespace rcx::host::api {
namespace {

constexpr std::size_t kMostBuckets = 10'000;
constexpr double kMinuteNs = 60e9;
constexpr double kBurst = 1.0 / 6;
constexpr std::string_view kTokenPrefix = "rcx_";
constexpr std::size_t kTokenName = 20;  // with 16 digits

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

Turns::Turn::Turn(Turns& all, std::string token) : all_(all), token_(std::move(token)) {
  std::unique_lock lock(all_.mutex_);
  all_.changed_.wait(lock, [this] {
    const auto mine = all_.taken_.find(token_);
    return all_.free_ > 0 && (mine == all_.taken_.end() || mine->second < all_.most_of_one_);
  });
  --all_.free_;
  ++all_.taken_[token_];
}

Turns::Turn::~Turn() {
  const std::scoped_lock lock(all_.mutex_);
  ++all_.free_;
  const auto mine = all_.taken_.find(token_);
  if (--mine->second == 0) all_.taken_.erase(mine);
  all_.changed_.notify_all();
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

std::string token_name(std::string_view token) {
  const bool named =
      token.size() > kTokenName && token.starts_with(kTokenPrefix) && token[kTokenName] == '_';
  return named ? std::string(token.substr(0, kTokenName)) : std::string();
}

std::string without_secrets(std::string_view text) {
  const auto of_secret = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  };
  std::string cut;
  while (true) {
    const std::size_t at = text.find(kTokenPrefix);
    cut += text.substr(0, at);
    if (at == std::string_view::npos) return cut;
    text.remove_prefix(at);
    const auto* const end = std::find_if_not(text.begin(), text.end(), of_secret);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const std::string name = token_name(text.substr(0, length));
    cut += name.empty() ? std::string(text.substr(0, length)) : name + "_...";
    text.remove_prefix(length);
  }
}

}  // namespace rcx::host::api
