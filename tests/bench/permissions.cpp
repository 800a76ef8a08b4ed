// What it costs to find out whether somebody may do something, among many users, repositories and
// grants.
#include <benchmark/benchmark.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/filesystem/operations.hpp>
#include <random>

#include "host/accounts/permission.hpp"

namespace rcx::host {
namespace {

constexpr int kUsers = 10'000;
constexpr int kRepositories = 10'000;
constexpr int kGrants = 100'000;
constexpr int kGroups = 100;

// Made once: a hundred groups of a hundred repositories, each user with ten grants somewhere.
struct Big {
  Big() : accounts(make()) {
    for (int i = 0; i < kUsers; i += 97) {
      users.push_back(as_user(accounts.user("user" + std::to_string(i)).value()));
    }
    for (int i = 0; i < kRepositories; i += 89) {
      nodes.push_back(accounts.repository(name_of(i)).value());
    }
  }
  ~Big() { fs::remove_all(directory); }
  static std::string name_of(int number) {
    return "group" + std::to_string(number % kGroups) + "/repo" + std::to_string(number);
  }
  Accounts make() {
    fs::create_directories(directory);
    Accounts made = Accounts::open(directory).value();
    SQLite::Database raw(Accounts::file(directory).string(), SQLite::OPEN_READWRITE);
    SQLite::Transaction all(raw);
    std::mt19937 random(7);
    const auto run = [&](const std::string& sql) { raw.exec(sql); };
    const std::string numbers =
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
        "WHERE i + 1 < ";
    run("INSERT INTO nodes (kind, name, vcs, description, private, fork_of, created_by, "
        "created_ns, "
        "path) " +
        numbers + std::to_string(kGroups) +
        ") SELECT 1, 'group' || i, '', '', 0, '', 'root', 1, '/srv/group' || i FROM n");
    run("INSERT INTO nodes (kind, name, vcs, description, private, fork_of, created_by, "
        "created_ns, "
        "path, parent) " +
        numbers + std::to_string(kRepositories) +
        ") SELECT 0, 'group' || (i % 100) || '/repo' || i, 'git', '', 0, '', 'root', 1, '', (i % "
        "100) + 1 FROM n");
    run("INSERT INTO users (username, email, firstname, lastname, active, admin, inherit, "
        "addresses, created_by, created_ns) " +
        numbers + std::to_string(kUsers) +
        ") SELECT 'user' || i, '', '', '', 1, 0, 1, '', 'root', 1 FROM n");
    SQLite::Statement grant(raw, "INSERT OR REPLACE INTO node_grants VALUES (?, ?, ?, 'root', 1)");
    for (int i = 0; i < kGrants; ++i) {
      grant.bind(1, i % kUsers + 1);
      grant.bind(2, static_cast<int>(random() % (kGroups + kRepositories)) + 1);
      grant.bind(3, static_cast<int>(random() % 4));
      grant.exec();
      grant.reset();
    }
    run("INSERT OR REPLACE INTO node_grants SELECT 0, id, 1, 'root', 1 FROM nodes WHERE kind = 1");
    all.commit();
    return made;
  }

  const fs::path directory = fs::temp_directory_path() / fs::unique_path("rcx-%%%%%%");
  Accounts accounts;
  std::vector<Actor> users;
  std::vector<Node> nodes;
};

void check(benchmark::State& state) {
  Big big;
  Permissions permissions(big.accounts);
  std::size_t at = 0;
  int allowed = 0;
  for (auto _ : state) {
    const Actor& actor = big.users[at % big.users.size()];
    const Node& node = big.nodes[at * 7 % big.nodes.size()];
    allowed += permissions.may(actor, Action::kPush, &node).value().allowed ? 1 : 0;
    ++at;
  }
  state.counters["allowed"] =
      benchmark::Counter(static_cast<double>(allowed) / static_cast<double>(at));
}
BENCHMARK(check)->Name("permission check with its explanation")->Unit(benchmark::kMicrosecond);

// As a process has it that knows names alone: rcx shell, a request over HTTP.
void check_by_name(benchmark::State& state) {
  Big big;
  Permissions permissions(big.accounts);
  int at = 0;
  for (auto _ : state) {
    at = (at + 97) % kUsers;
    const Actor actor = as_user(big.accounts.user("user" + std::to_string(at)).value());
    const Node node = big.accounts.repository(Big::name_of(at)).value();
    benchmark::DoNotOptimize(permissions.level(actor, node).value());
  }
}
BENCHMARK(check_by_name)->Name("the same from the names of both")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rcx::host

BENCHMARK_MAIN();
