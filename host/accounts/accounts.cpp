#include "host/accounts/accounts.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "host/accounts/connection.hpp"

namespace rcx::host {
namespace {

constexpr int kPatienceMilliseconds = 10000;
constexpr std::array<const char*, 4> kLevels = {"none", "read", "write", "admin"};

// Before SQLite makes it for others to read. A file that is there is not opened here: when this
// process closed it again, the locks of all its connections to it would go (fcntl(2)), and another
// process would take away the log of transactions under them.
Result<void> make_private(const std::string& path) {
  const Fd made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (made || errno == EEXIST) return {};
  return Error{Code::kDenied, system_error("cannot make " + path, errno).message +
                                  "; only the user whom the host runs as, and root, may"};
}

}  // namespace

const char* level_name(Level level) {
  return kLevels[static_cast<std::size_t>(level)];
}

std::optional<Level> level_of(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (name == kLevels[i]) return static_cast<Level>(i);
  }
  return std::nullopt;
}

const std::vector<std::string>& global_permissions() {
  static const std::vector<std::string> kAll = {kMayCreate, kMayFork, kMayCreateGroup,
                                                kMayCreateInGroup};
  return kAll;
}

const std::vector<std::string>& token_roles() {
  static const std::vector<std::string> kAll = {"all", "api", "vcs", "http", "feed"};
  return kAll;
}

Account everybody() {
  Account all;
  all.username = kEverybody;
  all.active = false;
  return all;
}

bool is_taken(const SQLite::Exception& failed) {
  return failed.getExtendedErrorCode() == SQLITE_CONSTRAINT_UNIQUE ||
         failed.getExtendedErrorCode() == SQLITE_CONSTRAINT_PRIMARYKEY;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

Accounts::Connection::Connection(const std::string& path)
    : file(path),
      database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kPatienceMilliseconds),
      statements(database) {
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
}

void Accounts::Connection::announce(const std::vector<Announcement>& told) {
  for (const Announcement& one : told) {
    statements
        .use(
            "INSERT INTO announcements (id, event, fields, time_ns, holder) VALUES (?, ?, ?, ?, ?)")
        .with(one.id, one.event, one.fields, one.time_ns,
              one.holder.empty() ? this_process() : one.holder)
        .run();
  }
}

Accounts::Accounts(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Accounts::Accounts(Accounts&&) noexcept = default;
Accounts& Accounts::operator=(Accounts&&) noexcept = default;
Accounts::~Accounts() = default;

fs::path Accounts::file(const fs::path& state) {
  return state / "accounts.db";
}

Result<Accounts> Accounts::open(const fs::path& state) {
  const std::string path = file(state).string();
  if (Result<void> made = make_private(path); !made) return made.error();
  return guarded<Accounts>(path, [&]() -> Result<Accounts> {
    auto connection = std::make_unique<Connection>(path);
    if (Result<void> migrated = migrate(connection->database, account_schema_steps()); !migrated) {
      return migrated.error();
    }
    return Accounts(std::move(connection));
  });
}

Result<std::vector<Announcement>> Accounts::announcements() {
  return with<std::vector<Announcement>>([](Connection& to) -> Result<std::vector<Announcement>> {
    Prepared all = to.statements.use(
        "SELECT id, event, fields, time_ns, holder FROM announcements ORDER BY number LIMIT 1000");
    std::vector<Announcement> found;
    while (all.step())
      found.push_back({all.text(0), all.text(1), all.text(2), all.integer(3), all.text(4)});
    return found;
  });
}

Result<void> Accounts::told(const std::string& id) {
  return with<void>([&](Connection& to) -> Result<void> {
    to.statements.use("DELETE FROM announcements WHERE id = ?").with(id).run();
    return {};
  });
}

}  // namespace rcx::host
