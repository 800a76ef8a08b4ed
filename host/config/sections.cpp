#include "host/config/sections.hpp"

#include <algorithm>
#include <charconv>

namespace rcx::host {
namespace {

// Below this no ordinary push could be read.
constexpr std::uint64_t kLeastReading = 1024;
// Below these a worker with extensions hardly starts.
constexpr std::uint64_t kLeastMemory = std::uint64_t{64} << 20U;
constexpr int kFewestDescriptors = 64;
constexpr std::uint64_t kForOne = std::uint64_t{16} << 20U;

}  // namespace

fs::path absolute_path(const std::string& text, const fs::path& base) {
  return (base / text).lexically_normal();
}

void require_positive(MapReader& reader, const char* key, std::chrono::nanoseconds length) {
  if (length > std::chrono::nanoseconds(0)) return;
  reader.problems().add(reader.node().Mark(),
                        reader.path(key) + ": wanted a length of time above 0, got 0");
}

void read_pool(MapReader& reader, PoolConfig& pool) {
  reader.read("processes", pool.processes, 1, 64);
  reader.read("threads", pool.threads, 1, 64);
}

void read_client(MapReader& reader, ClientConfig& client) {
  reader.read_enum("when_unreachable", client.when_unreachable, {"refuse", "allow", "run-once"});
  reader.read("timeout", client.timeout);
  reader.read("connect_timeout", client.connect_timeout);
  require_positive(reader, "timeout", client.timeout);
}

void read_budget(MapReader& reader, BudgetConfig& budget) {
  reader.read("extension", budget.extension);
  reader.read("event", budget.event);
  reader.read("load", budget.load);
  reader.read("drain", budget.drain);
  require_positive(reader, "extension", budget.extension);
  require_positive(reader, "event", budget.event);
  require_positive(reader, "load", budget.load);
}

void read_breaker(MapReader& reader, BreakerConfig& breaker) {
  reader.read("failures", breaker.failures, 0, 1'000'000);
  reader.read("window", breaker.window);
  require_positive(reader, "window", breaker.window);
}

void read_limits(MapReader& reader, LimitsConfig& limits) {
  reader.read_size("memory", limits.memory, kLeastMemory);
  reader.read_size("recycle_memory", limits.recycle_memory, kLeastMemory);
  reader.read("descriptors", limits.descriptors, kFewestDescriptors, 1'000'000);
  reader.read("core_dumps", limits.core_dumps);
}

void read_reading(MapReader& reader, ReadingConfig& reading) {
  reader.read("paths", reading.paths, 1, 1'000'000'000);
  reader.read_size("path_bytes", reading.path_bytes, kLeastReading);
  reader.read_size("messages", reading.messages, kLeastReading);
  reader.read_size("content", reading.content, kLeastReading);
  reader.read_size("lines", reading.lines, kLeastReading);
}

void read_signatures(MapReader& reader, SignaturesConfig& signatures, const fs::path& base) {
  std::string signers;
  std::string revoked;
  std::string home;
  reader.read("allowed_signers", signers);
  reader.read("revoked_keys", revoked);
  reader.read("gnupg_home", home);
  if (!signers.empty()) signatures.allowed_signers = absolute_path(signers, base);
  if (!revoked.empty()) signatures.revoked_keys = absolute_path(revoked, base);
  if (!home.empty()) signatures.gnupg_home = absolute_path(home, base);
}

// Stacks count as allocated.
void check_threads(MapReader& reader, const Config& config) {
  const auto threads = static_cast<std::uint64_t>(
      std::max(config.pre.threads, config.post.threads + config.queue.parallel));
  if (config.limits.memory == 0 || config.limits.memory >= threads * kForOne) return;
  reader.problems().add(reader.node().Mark(),
                        reader.path("memory") + ": wanted at least 16MiB for each of the " +
                            std::to_string(threads) + " threads of a worker, got " +
                            std::to_string(config.limits.memory >> 20U) + "MiB");
}

void read_log(MapReader& reader, LogSettings& log, const fs::path& base) {
  const std::vector<std::string> levels = {"trace", "debug", "info", "warn", "error"};
  int level = 2;
  reader.read("level", level, levels);
  log.level = levels[static_cast<std::size_t>(level)];
  reader.read("file", log.file);
  if (!log.file.empty()) log.file = absolute_path(log.file, base).string();
  reader.read_map("categories", [&](MapReader& categories) {
    for (const LogCategory& category : kLogCategories) {
      const std::string name(category.name);
      int special = -1;
      categories.read(name.c_str(), special, levels);
      if (special >= 0) log.categories[name] = levels[static_cast<std::size_t>(special)];
    }
  });
}

void read_identity(MapReader& reader, IdentityConfig& identity) {
  reader.read("trusted_users", identity.trusted_users);
  reader.read("variables", identity.variables);
  reader.read("admitted_users", identity.admitted_users);
}

void read_output(MapReader& reader, OutputConfig& output) {
  reader.read("objections", output.objections, 1, 10'000);
  reader.read("line_length", output.line_length, 40, 10'000);
  reader.read("lines", output.lines, 1, 100'000);
}

void read_records(MapReader& reader, RecordsConfig& records) {
  reader.read("keep", records.keep);
  reader.read("max_megabytes", records.max_megabytes, 1, 1'000'000);
  require_positive(reader, "keep", records.keep);
}

void read_queue(MapReader& reader, QueueConfig& queue) {
  reader.read("attempts", queue.attempts, 1, 1'000'000);
  reader.read("backoff", queue.backoff);
  reader.read("longest_backoff", queue.longest_backoff);
  reader.read("order_hold", queue.order_hold);
  reader.read("keep", queue.keep);
  reader.read("keep_dead", queue.keep_dead);
  reader.read("max_megabytes", queue.max_megabytes, 1, 1'000'000);
  reader.read("parallel", queue.parallel, 1, kMostParallel);
  reader.read_enum("when_full", queue.when_full, {"refuse", "allow"});
  require_positive(reader, "backoff", queue.backoff);
  require_positive(reader, "longest_backoff", queue.longest_backoff);
}

namespace {

// Requests carry secrets, and this speaks no TLS: it listens where only this machine can ask.
bool is_loopback(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return false;
  const std::string host = listen.substr(0, colon);
  const std::string port = listen.substr(colon + 1);
  int number = -1;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  constexpr int kLastPort = 65535;
  // No name: what it leads to is said elsewhere.
  return (host == "127.0.0.1" || host == "[::1]") && read.ec == std::errc() &&
         read.ptr == port.data() + port.size() && number > 0 && number <= kLastPort;
}

}  // namespace

void read_api(MapReader& reader, ApiConfig& api, const fs::path& base) {
  reader.read("listen", api.listen);
  reader.read("max_kilobytes", api.max_kilobytes, 1, 1'000'000);
  reader.read("per_minute", api.per_minute, 1, 1'000'000'000);
  reader.read("threads", api.threads, 2, 256);
  reader.read("forwarded", api.forwarded);
  if (api.listen.empty() || is_loopback(api.listen)) return;
  if (api.listen.find(':') == std::string::npos && api.listen.find('/') != std::string::npos) {
    api.listen = absolute_path(api.listen, base).string();
    return;
  }
  reader.problems().add(reader.node().Mark(),
                        reader.path("listen") +
                            ": wanted 127.0.0.1:PORT, [::1]:PORT, or the path of a socket with a "
                            "'/', such as ./run/api.sock, got '" +
                            printable(api.listen) +
                            "'; a web server in front of it gives it TLS and the world");
}

}  // namespace rcx::host
