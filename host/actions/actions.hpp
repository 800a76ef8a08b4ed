// What rcx does by itself with repositories, groups and users. The front of host/actions.
//
// Every action goes the same way: the name is checked, then the permission of who calls
// (permission.hpp); the name is taken, so that of two who want it one gets it; the pre event is
// asked; it is done; what was done and what is to be told of it is stored in one transaction; the
// post event is told. What goes wrong on the way is taken back, also later, where the process died:
// see recover.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>

#include "host/access/access.hpp"
#include "host/accounts/accounts.hpp"
#include "host/accounts/permission.hpp"
#include "host/actions/messenger.hpp"
#include "host/config/config.hpp"

namespace rcx::host {

// What actions need of their surroundings. The messenger must outlive them.
struct Office {
  std::shared_ptr<const Config> config;
  Messenger* messenger = nullptr;
  // Puts the hooks of this instance into a repository.
  std::function<Result<void>(const fs::path& repository)> install;
};

// In each root, for what was deleted.
inline constexpr const char* kTrashDirectory = ".rcx-trash";

struct NewRepo {
  std::string name;
  std::string vcs = "git";
  std::string description;
  bool is_private = false;
  std::string owner;  // empty: who calls, where that is a user
};

struct NewUser {
  std::string username;
  std::string email;
  std::string firstname;
  std::string lastname;
  bool active = true;
  bool admin = false;
  bool inherit = true;
  std::vector<std::string> addresses;
};

struct NewToken {
  std::string user;
  std::string role = "all";
  std::string description;
  std::string repository;
  std::vector<std::string> addresses;
  std::chrono::nanoseconds lifetime{0};  // 0: it does not end
};

// What came with an action, besides what it returned.
struct Report {
  std::string decision;  // id of the pre event; empty where none was asked
  bool vetoed = false;   // an extension refused: the Error says what it said
  std::string said;      // by handlers
  std::vector<std::string>
      notes;  // what did not go as it should, and does not matter to the action
};

// A field of a repository, with where it is from.
struct ShownField {
  std::string key;
  std::string label;
  boost::json::value value;
  bool own = false;  // of the database; else of rcx.yaml
};

// One caller's actions. One thread. kDenied: may not, or vetoed (see Report); kNotFound; kBusy: the
// name is taken, or something else is done with it; kInvalid: the input; kUnavailable: no host, or
// a system of version control that is not installed here.
class Actions {
 public:
  // `accounts` must outlive this.
  Actions(Accounts& accounts, Office office, Actor actor);

  const Actor& actor() const noexcept { return actor_; }
  const Report& report() const noexcept { return report_; }

  Result<Node> create_repo(const NewRepo& repo);
  // One that is there already, below a root.
  Result<Node> adopt_repo(const NewRepo& repo);
  Result<Node> fork_repo(const std::string& source, const NewRepo& repo);
  Result<Node> delete_repo(const std::string& name);
  // The newest of that name in the trash, or the one with that number; `as`: its new name.
  Result<Node> restore_repo(const std::string& which, const std::string& as);
  Result<Node> rename_repo(const std::string& name, const std::string& new_name);
  // Deletes what is in the trash for longer than that, or than trash.keep, for good. How many.
  Result<std::size_t> purge_trash(std::optional<std::chrono::nanoseconds> older_than);
  Result<std::vector<Node>> repos();
  Result<std::vector<Node>> trash();
  Result<Node> repo(const std::string& name);

  Result<Node> create_group(const std::string& name, const std::string& description);
  Result<Node> delete_group(const std::string& name);
  Result<std::vector<Node>> groups();

  Result<Account> create_user(const NewUser& user);
  Result<Account> delete_user(const std::string& username, const std::string& heir);
  Result<std::vector<Account>> users();
  Result<Account> user(const std::string& username);
  Result<Account> set_active(const std::string& username, bool active);

  Result<Accounts::NewToken> create_token(const NewToken& token);
  Result<std::vector<Token>> tokens(const std::string& username);
  Result<void> revoke_token(const std::string& id);
  Result<Key> add_key(const std::string& username, const std::string& line);
  Result<std::vector<Key>> keys(const std::string& username);
  Result<void> remove_key(const std::string& fingerprint);

  // `permission`: a level, such as `write` or `repository.write`, on `node`; or, where that is
  // empty, a global one. `username` may be kEverybody.
  Result<void> grant(const std::string& username, const std::string& permission,
                     const std::string& node);
  Result<void> revoke(const std::string& username, const std::string& permission,
                      const std::string& node);
  Result<std::vector<Grant>> grants(const std::string& username, const std::string& node);
  // Whether `username` may; `object` is a name, also one that is not there yet.
  Result<Ruling> can(const std::string& username, const std::string& action,
                     const std::string& object);

  Result<std::vector<ShownField>> fields(const std::string& repository);
  Result<void> set_field(const std::string& repository, const std::string& key,
                         const std::string& value);
  Result<void> unset_field(const std::string& repository, const std::string& key);

  // Hooks that extensions export by name, as host/plugin/named_hook.hpp writes them. Calling one
  // takes the permission that it names. The answer has one of RCX_WIRE_CALL_* as its status.
  Result<boost::json::array> hooks() const;
  Result<WorkersAnswer> call(const std::string& name, boost::json::object arguments,
                             const std::string& repository);

  // Takes back what was left half done by a process, or an action of this one, that is no more,
  // tells what was not told, and empties the trash of what is in it for long enough. Called before
  // every action.
  Result<void> recover();

 private:
  // Of what is in it for longer than trash.keep.
  void empty_trash();
  Result<std::size_t> purge(std::chrono::nanoseconds older_than);
  Result<Account> account_for(const std::string& username);
  // The repository or group of that name. Where the caller may not read it, it is as if it were not
  // there: nobody learns from what they are told that it is. All that others name is found by this.
  Result<Node> visible(const std::string& name, std::optional<NodeKind> kind = std::nullopt);
  Result<bool> reads(const Node& node);
  // Where something of that name lies, and how its name is written.
  struct Seat {
    std::optional<Node> group;  // none: at the root
    std::string name;
    const Node* parent() const noexcept { return group ? &*group : nullptr; }
  };
  Result<Seat> seat_of(const std::string& name);
  // The same where `node` lies, for another name of it.
  Result<Seat> seat_beside(const Node& node, const std::string& name);
  // Those of a kind that the caller may read.
  Result<std::vector<Node>> readable(NodeKind kind);
  Result<Node> plan(const NewRepo& repo, const std::string& busy);
  Result<Node> make(Node node, const std::function<Result<void>(const fs::path&)>& make_at);
  Result<void> release(const Node& node);
  Result<void> allow(const char* event, boost::json::object fields);
  boost::json::object caller() const;
  Announcement announcement(const char* event, boost::json::object fields);
  // Tells what this has stored, or what processes have left that are no more.
  void announce_own();
  void announce_left();
  bool announce(const Announcement& one);
  Result<void> undo(Node& node);
  Result<void> write_fields(const Node& repository);
  Result<void> require_admin(const std::string& what) const;

  Accounts& accounts_;
  Office office_;
  Actor actor_;
  Permissions permissions_;
  Report report_;
  std::unique_ptr<Holder> holder_;
  std::vector<Announcement> own_;  // stored, as soon as what they tell of is, and not yet told
};

// Who calls without a token: root, and the user who owns the state of the instance. kDenied:
// others.
Result<Actor> local_actor(const Config& config);

// What events and answers say of these.
boost::json::object repo_fields(const Node& repo);
boost::json::object group_fields(const Node& group);
boost::json::object user_fields(const Account& user);

}  // namespace rcx::host
