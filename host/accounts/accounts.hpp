// Users, their tokens and keys, repositories, groups of repositories, and who may do what with
// them, in one SQLite database of an instance. The front of host/accounts.
//
// Every process of the instance's own user may open it, several at once; none that loads extensions
// does. What is called a node is a repository or a group: both have a name below the root, and no
// two have the same one, whatever the case of its letters.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/accounts/holder.hpp"
#include "host/core/core.hpp"

namespace rcx::host {

// What somebody may do with a node. Each contains those before it.
enum class Level { kNone, kRead, kWrite, kAdmin };
const char* level_name(Level level);
std::optional<Level> level_of(std::string_view name);

// Permissions that belong to no node.
inline constexpr const char* kMayCreate = "hg.create.repository";
inline constexpr const char* kMayFork = "hg.fork.repository";
inline constexpr const char* kMayCreateGroup = "hg.repogroup.create.true";
inline constexpr const char* kMayCreateInGroup = "hg.create.write_on_repogroup.true";
const std::vector<std::string>& global_permissions();

// Who everybody is, where permissions are given.
inline constexpr const char* kEverybody = "*";

struct Account {
  std::int64_t id = 0;
  std::string username;
  std::string email;
  std::string firstname;
  std::string lastname;
  bool active = true;
  bool admin = false;
  bool inherit = true;                 // has what everybody has besides what they are given
  std::vector<std::string> addresses;  // networks that they may come from; empty: any
  std::string created_by;
  std::int64_t created_ns = 0;
};

struct Token {
  std::string id;
  std::int64_t user = 0;
  std::string username;
  std::string role;  // all, api, vcs, http or feed
  std::string description;
  std::optional<std::int64_t> node;    // the only repository that it is good for
  std::string repository;              // its name
  std::vector<std::string> addresses;  // as those of an account
  std::int64_t created_ns = 0;
  std::int64_t expires_ns = 0;  // 0: never
  std::int64_t revoked_ns = 0;  // 0: it was not
};
const std::vector<std::string>& token_roles();

struct Key {
  std::string fingerprint;  // `SHA256:…`
  std::int64_t user = 0;
  std::string username;
  std::string type;  // such as `ssh-ed25519`
  std::string blob;  // base64
  std::string comment;
  std::int64_t created_ns = 0;
};

enum class NodeKind { kRepository, kGroup };

struct Node {
  std::int64_t id = 0;
  NodeKind kind = NodeKind::kRepository;
  std::string name;                    // with its groups; in the trash, what it was
  std::optional<std::int64_t> parent;  // group
  std::string vcs;                     // git, hg or svn; empty for groups
  std::string description;
  bool is_private = false;  // what everybody has does not count for it
  std::optional<std::int64_t> owner;
  std::string owner_name;
  std::string fork_of;
  std::string created_by;
  std::int64_t created_ns = 0;
  std::string path;  // absolute
  std::string deleted_by;
  std::int64_t deleted_ns = 0;  // not 0: it lies in the trash
  // What is being done with it, by a process that may have died over it; empty: nothing.
  std::string busy;    // create, adopt, delete, restore or rename
  std::string aside;   // the other path that this is about
  std::string holder;  // who does it, see `Holder`; this process where nobody is named
};

struct Grant {
  std::string username;  // or kEverybody
  std::string node;      // its name; empty for a global permission
  NodeKind kind = NodeKind::kRepository;
  Level level = Level::kNone;
  std::string permission;  // where it is global
  std::string granted_by;
  std::int64_t granted_ns = 0;
};

struct Field {
  std::string key;
  std::string value;
};

// An event that something in the database has caused, and that nobody was told of yet.
struct Announcement {
  std::string id;  // of the event
  std::string event;
  std::string fields;  // JSON, as `rcx emit` takes it
  std::int64_t time_ns = 0;
  std::string holder = {};  // who stored it, and tells it while it lives; as that of a node
};

// One open database. One thread. What SQLite throws becomes an Error (kIo, kLimit, kInvalid,
// kDenied).
class Accounts {
 public:
  // In the directory `state`. Makes it where there is none, readable by its owner alone.
  static Result<Accounts> open(const fs::path& state);
  static fs::path file(const fs::path& state);
  Accounts(Accounts&&) noexcept;
  Accounts& operator=(Accounts&&) noexcept;
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;
  ~Accounts();

  // Users. kBusy where the name is taken, kNotFound where there is none.
  // `told` is asked for what to tell of the user as stored.
  Result<Account> add_user(const Account& user,
                           const std::function<Announcement(const Account&)>& told = {});
  Result<std::optional<Account>> find_user(std::string_view username);
  Result<Account> user(std::string_view username);  // who must be there
  Result<std::vector<Account>> users();
  // What they own becomes `heir`'s; kBusy where they own something and there is no heir.
  Result<void> remove_user(const Account& user, const Account* heir,
                           const std::vector<Announcement>& told);
  Result<void> set_active(const Account& user, bool active);

  // Tokens. `made` is shown once: what is stored is its hash.
  struct NewToken {
    Token token;
    std::string made;
  };
  Result<NewToken> add_token(Token token);
  // The token that `made` is, with its user, whatever their states; nothing where nobody knows it.
  Result<std::optional<std::pair<Token, Account>>> find_token(std::string_view made);
  Result<std::vector<Token>> tokens(const std::string& username);  // empty: of all
  Result<void> revoke_token(const std::string& id, std::int64_t now_ns);

  // Keys for ssh. kBusy where somebody has it.
  Result<void> add_key(const Key& key);
  Result<std::vector<Key>> keys(const std::string& username);  // empty: of all
  Result<std::optional<Key>> find_key(const std::string& fingerprint);
  Result<void> remove_key(const std::string& fingerprint);

  // Nodes. `reserve` makes one that is busy: kBusy where the name is taken, or is the same but for
  // the case of letters. Until it is settled nobody finds it by its name: it is not there yet.
  Result<Node> reserve(const Node& node);
  Result<std::optional<Node>> find_node(std::string_view name);
  Result<Node> repository(std::string_view name);  // that must be there, and a repository
  Result<Node> group(std::string_view name);
  Result<std::vector<Node>> nodes(NodeKind kind);
  Result<std::vector<Node>> trash();
  Result<std::vector<Node>> busy_nodes();
  Result<std::vector<Node>> below(const Node& group);  // directly
  // Marks it; kBusy where something is done with it already, or it has changed since it was read.
  Result<void> hold(Node& node, const std::string& busy, const std::string& aside,
                    const std::string& holder = this_process());
  // Takes over what a dead process did. False where somebody else has.
  Result<bool> take_over(Node& node, const std::string& holder = this_process());
  // Stores where it is now, under which name and since when, and what is to be told, in one
  // transaction. It is busy no more. `reserved` held its name until then, and goes.
  Result<void> settle(const Node& node, const std::vector<Announcement>& told,
                      const Node* reserved = nullptr);
  Result<void> forget(const Node& node, const std::vector<Announcement>& told = {});

  // Fields of a repository that the database has.
  Result<std::vector<Field>> fields(const Node& repository);
  Result<void> set_field(const Node& repository, const std::string& key, const std::string& value);
  Result<void> unset_field(const Node& repository, const std::string& key);

  // Permissions. What is given takes the place of what was.
  Result<void> grant(const Account& user, const Node& node, Level level, const std::string& by);
  Result<void> grant(const Account& user, const std::string& permission, const std::string& by);
  Result<bool> revoke(const Account& user, const Node& node);
  Result<bool> revoke(const Account& user, const std::string& permission);
  // Those of a user, on a node, or all.
  Result<std::vector<Grant>> grants(const std::string& username, const std::string& node);
  Result<bool> given(std::int64_t user, const std::string& permission);
  // The node of an id; for walks up to the root, without names of others.
  Result<std::optional<Node>> node_at(std::int64_t id);
  // Nearest first: what this user was given on the node and on the groups above it.
  struct Found {
    Level level = Level::kNone;
    std::int64_t node = 0;
  };
  Result<std::optional<Found>> nearest_grant(std::int64_t user, std::int64_t node);

  // What is still to be told, oldest first.
  Result<std::vector<Announcement>> announcements();
  Result<void> told(const std::string& id);

 private:
  struct Connection;
  explicit Accounts(std::unique_ptr<Connection> connection);
  template <class Value>
  Result<Value> with(const std::function<Result<Value>(Connection&)>& work);
  // In a transaction, which an Error takes back.
  template <class Value>
  Result<Value> change(const std::function<Result<Value>(Connection&)>& work);
  std::unique_ptr<Connection> connection_;
};

// That there is no such repository or group, or none of either.
Error not_there(std::string_view name, std::optional<NodeKind> kind);

// Everybody, as an account.
Account everybody();

}  // namespace rcx::host
