#include <fmt/format.h>

#include "host/accounts/connection.hpp"

namespace rcx::host {
namespace {

constexpr const char* kColumns =
    "id, username, email, firstname, lastname, active, admin, inherit, addresses, created_by, "
    "created_ns";

Account account_in(const Prepared& row) {
  Account user;
  user.id = row.integer(0);
  user.username = row.text(1);
  user.email = row.text(2);
  user.firstname = row.text(3);
  user.lastname = row.text(4);
  user.active = row.integer(5) != 0;
  user.admin = row.integer(6) != 0;
  user.inherit = row.integer(7) != 0;
  user.addresses = words_of(row.text(8));
  user.created_by = row.text(9);
  user.created_ns = row.integer(10);
  return user;
}

}  // namespace

Result<Account> Accounts::add_user(const Account& user,
                                   const std::function<Announcement(const Account&)>& told) {
  return change<Account>([&](Connection& to) -> Result<Account> {
    Account added = user;
    try {
      Prepared insert = to.statements.use(
          "INSERT INTO users (username, email, firstname, lastname, active, admin, inherit, "
          "addresses, created_by, created_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      insert
          .with(user.username, user.email, user.firstname, user.lastname, int{user.active},
                int{user.admin}, int{user.inherit}, joined(user.addresses), user.created_by,
                user.created_ns)
          .run();
    } catch (const SQLite::Exception& failed) {
      if (!is_taken(failed)) throw;
      return Error{Code::kBusy, fmt::format("a user '{}' is there already; see them with:  rcx "
                                            "user list",
                                            user.username)};
    }
    added.id = to.database.getLastInsertRowid();
    if (told) to.announce({told(added)});
    return added;
  });
}

Result<std::optional<Account>> Accounts::find_user(std::string_view username) {
  return with<std::optional<Account>>([&](Connection& to) -> Result<std::optional<Account>> {
    Prepared find = to.statements.use(std::string("SELECT ") + kColumns +
                                      " FROM users WHERE username = ? AND id <> 0");
    find.with(std::string(username));
    return find.step() ? std::optional<Account>(account_in(find)) : std::nullopt;
  });
}

Result<Account> Accounts::user(std::string_view username) {
  Result<std::optional<Account>> found = find_user(username);
  if (!found) return found.error();
  if (*found) return std::move(**found);
  return Error{Code::kNotFound, fmt::format("there is no user '{}'; see them with:  rcx user list",
                                            printable(username))};
}

Result<std::vector<Account>> Accounts::users() {
  return with<std::vector<Account>>([](Connection& to) -> Result<std::vector<Account>> {
    Prepared all = to.statements.use(std::string("SELECT ") + kColumns +
                                     " FROM users WHERE id <> 0 ORDER BY username");
    std::vector<Account> found;
    while (all.step()) found.push_back(account_in(all));
    return found;
  });
}

Result<void> Accounts::remove_user(const Account& user, const Account* heir,
                                   const std::vector<Announcement>& told) {
  return change<void>([&](Connection& to) -> Result<void> {
    if (heir != nullptr) {
      to.statements.use("UPDATE nodes SET owner = ? WHERE owner = ?").with(heir->id, user.id).run();
    } else {
      // Of what lies in the trash nobody need be the owner.
      to.statements.use("UPDATE nodes SET owner = NULL WHERE owner = ? AND deleted_ns <> 0")
          .with(user.id)
          .run();
    }
    Prepared owned = to.statements.use("SELECT count(*), min(name) FROM nodes WHERE owner = ?");
    owned.with(user.id).step();
    if (const std::int64_t count = owned.integer(0); count > 0) {
      return Error{
          Code::kBusy,
          fmt::format("{} owns {}{}; name who shall own it then:  rcx user delete {} "
                      "--heir USER",
                      user.username, owned.text(1),
                      count > 1 ? fmt::format(" and {} more", count - 1) : "", user.username)};
    }
    if (to.statements.use("DELETE FROM users WHERE id = ? AND id <> 0").with(user.id).run() == 0) {
      return Error{Code::kNotFound, fmt::format("there is no user '{}' any more", user.username)};
    }
    to.announce(told);
    return {};
  });
}

Result<void> Accounts::set_active(const Account& user, bool active) {
  return change<void>([&](Connection& to) -> Result<void> {
    to.statements.use("UPDATE users SET active = ? WHERE id = ?").with(int{active}, user.id).run();
    return {};
  });
}

}  // namespace rcx::host
