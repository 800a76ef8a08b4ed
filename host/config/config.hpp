// rcx.yaml as an immutable snapshot. The front of host/config.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/value_tree.hpp"
#include "host/core/core.hpp"

namespace rcx::host {

// What happens when an extension fails, or does not load although rcx.yaml names it.
enum class FailPolicy { kClosed, kOpen };
// Whether an extension's objections count.
enum class Mode { kEnforce, kObserve, kOff };
// Which processes run an extension.
enum class Isolation {
  kShared,     // those of all extensions
  kDedicated,  // some of its own
};
// What the hook client does when no host answers.
enum class Unreachable { kRefuse, kAllow, kRunOnce };

// What becomes of a push whose post event could not be queued.
enum class WhenFull { kRefuse, kAllow };

struct PoolConfig {
  int processes = 2;
  int threads = 4;
};

struct ClientConfig {
  Unreachable when_unreachable = Unreachable::kRefuse;
  std::chrono::nanoseconds timeout = std::chrono::seconds(60);
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(1);
};

struct BudgetConfig {
  std::chrono::nanoseconds extension = std::chrono::seconds(5);  // each handler of one event
  std::chrono::nanoseconds event = std::chrono::seconds(30);     // all handlers of one event
  std::chrono::nanoseconds load = std::chrono::seconds(10);      // reading a library; `create`
  std::chrono::nanoseconds drain = std::chrono::seconds(30);     // from SIGTERM until the end
};

// When an extension is disabled.
struct BreakerConfig {
  int failures = 10;  // 0: never
  std::chrono::nanoseconds window = std::chrono::minutes(1);
};

// What one worker may use. 0: as much as it likes.
struct LimitsConfig {
  std::uint64_t memory = std::uint64_t{4} << 30U;          // bytes that it may allocate
  std::uint64_t recycle_memory = std::uint64_t{1} << 30U;  // bytes from which on it is replaced
  int descriptors = 1024;
  bool core_dumps = false;
};

// What is read of one push, at most, whoever asks for it. In bytes, unless it is said otherwise.
struct ReadingConfig {
  int paths = 2'000'000;                                 // that commits change; as many entries
  std::uint64_t path_bytes = std::uint64_t{256} << 20U;  // of these
  std::uint64_t messages = std::uint64_t{1} << 30U;      // of all commits; as many of properties
  std::uint64_t content = std::uint64_t{64} << 20U;      // of one content
  std::uint64_t lines = std::uint64_t{256} << 20U;       // that were added
};

// Whose signatures count.
struct SignaturesConfig {
  fs::path allowed_signers;  // of SSH, as ssh-keygen(1) has them; empty: none is known
  fs::path revoked_keys;     // of SSH, as ssh-keygen(1) has them or as a KRL; empty: none is
  fs::path gnupg_home;       // with the keys of OpenPGP; empty: none is known
};

struct IdentityConfig {
  std::vector<std::string> trusted_users;  // names or uids whose variables say who pushes
  std::vector<std::string> variables = {"REMOTE_USER"};
  std::vector<std::string> admitted_users;  // further names or uids that may use the sockets
};

struct OutputConfig {
  int objections = 20;    // shown to the pusher, at most
  int line_length = 300;  // bytes of one line, at most
  int lines = 100;        // said by one call of a handler, at most
};

struct RecordsConfig {
  std::chrono::nanoseconds keep = std::chrono::hours(30 * 24);
  int max_megabytes = 1024;  // on disk; the oldest go first
};

inline constexpr int kMostParallel = 32;
// Post events that wait for their handlers.
struct QueueConfig {
  int attempts = 16;  // of one handler, until the event is dead to it
  std::chrono::nanoseconds backoff = std::chrono::seconds(1);        // at most, after the first
  std::chrono::nanoseconds longest_backoff = std::chrono::hours(1);  // at most, after any
  // How long a failing event holds up later ones of its repository and handler.
  std::chrono::nanoseconds order_hold = std::chrono::minutes(1);
  std::chrono::nanoseconds keep = std::chrono::hours(7 * 24);        // what is done
  std::chrono::nanoseconds keep_dead = std::chrono::hours(90 * 24);  // what is dead
  int max_megabytes = 1024;                                          // on disk
  int parallel = 4;                                                  // deliveries at the same time
  WhenFull when_full = WhenFull::kRefuse;
};

// Repositories that `rcx repo delete` has deleted.
struct TrashConfig {
  std::chrono::nanoseconds keep = std::chrono::hours(30 * 24);
};

// The HTTP interface.
struct ApiConfig {
  std::string
      listen;  // `127.0.0.1:8480`, `[::1]:8480` or the path of a socket; empty: there is none
  int max_kilobytes = 1024;  // of one request
  int per_minute = 600;      // requests of one token or address, at most
  int threads = 16;          // requests that are answered at the same time
  bool forwarded = false;    // a web server in front says in X-Forwarded-For who asks
};

struct FieldConfig {
  std::string key;
  std::string label;
  std::string description;
};

// What is special of the repositories whose name matches.
struct RepositoryConfig {
  std::vector<std::string> match;           // globs
  std::shared_ptr<const ValueTree> fields;  // a map of key and value
  std::optional<bool> partial;              // as Config::partial
};

struct ExtensionConfig {
  Mode mode = Mode::kEnforce;
  FailPolicy fail = FailPolicy::kClosed;
  int priority = 100;
  Isolation isolation = Isolation::kShared;
  fs::path canary;  // a second version, which observes beside the first; empty: none
  std::chrono::nanoseconds deadline{0};           // 0: budget.extension
  std::vector<std::string> repositories = {"*"};  // globs of names
  std::vector<std::string> bypass;                // users; groups are resolved
  bool unbypassable = false;
  std::shared_ptr<const ValueTree> settings;  // never null
};

struct Config {
  fs::path file;     // absolute
  std::string text;  // the bytes of the file, so that another process reads the same
  std::string user;  // name or number of whom the host runs as; empty: who starts it
  std::vector<fs::path> roots;
  fs::path rcextensions;
  fs::path state;
  fs::path run;
  std::string server_url;
  PoolConfig pre;
  PoolConfig post = {1, 4};
  ClientConfig client;
  BudgetConfig budget;
  BreakerConfig breaker;
  LimitsConfig limits;
  ReadingConfig reading;
  SignaturesConfig signatures;
  IdentityConfig identity;
  OutputConfig output;
  LogSettings log;
  RecordsConfig records;
  QueueConfig queue;
  TrashConfig trash;
  ApiConfig api;
  bool partial = false;  // references that nobody rejects pass beside those that are rejected
  std::map<std::string, std::vector<std::string>> groups;  // of users, by name
  std::vector<std::string> bypass;                         // of extensions that say nothing else
  std::vector<FieldConfig> fields;
  std::vector<RepositoryConfig> repositories;
  std::map<std::string, ExtensionConfig> extensions;  // those that the file names

  // The directory of the instance: where the file stands.
  fs::path directory() const { return file.parent_path(); }
  // `partial` for that repository: of the rules that match and say so, the last counts.
  bool partial_in(const std::string& repository) const;
  // How `id` is configured; the defaults when the file does not name it. A canary is configured as
  // the extension that it is a version of, but observes, apart from all others.
  ExtensionConfig extension(const std::string& id) const;
};

// How the canary of an extension is called wherever ids stand: the id and this, which no id holds.
inline constexpr std::string_view kCanarySuffix = "@canary";
std::string canary_id(const std::string& id);
bool is_canary(std::string_view id);

// Reads the file. An Error lists every mistake, one line each, with file, line and column.
Result<std::shared_ptr<const Config>> load_config(const fs::path& file);

// The same for bytes that were read before; `file` gives names and relative paths their meaning.
Result<std::shared_ptr<const Config>> parse_config(const fs::path& file, std::string text);

// A file whose whole document is the `settings` of one extension. An empty one is an empty map.
Result<std::shared_ptr<const ValueTree>> load_settings(const fs::path& file);

}  // namespace rcx::host
