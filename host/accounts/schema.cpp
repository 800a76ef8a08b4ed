#include "host/accounts/connection.hpp"

namespace rcx::host {

// The user 0 is everybody. A node in the trash has no name, so that another may have it; old_name
// is what it was. Kinds are those of NodeKind, levels those of Level.
const std::vector<std::string>& account_schema_steps() {
  static const std::vector<std::string> kSteps = {R"sql(
    CREATE TABLE users (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      username TEXT NOT NULL UNIQUE COLLATE NOCASE,
      email TEXT NOT NULL,
      firstname TEXT NOT NULL,
      lastname TEXT NOT NULL,
      active INTEGER NOT NULL,
      admin INTEGER NOT NULL,
      inherit INTEGER NOT NULL,
      addresses TEXT NOT NULL,
      created_by TEXT NOT NULL,
      created_ns INTEGER NOT NULL
    );
    INSERT INTO users VALUES (0, '*', '', '', '', 0, 0, 0, '', '', 0);
    CREATE TABLE nodes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind INTEGER NOT NULL,
      name TEXT UNIQUE COLLATE NOCASE,
      old_name TEXT NOT NULL DEFAULT '',
      parent INTEGER REFERENCES nodes,
      vcs TEXT NOT NULL,
      description TEXT NOT NULL,
      private INTEGER NOT NULL,
      owner INTEGER REFERENCES users,
      fork_of TEXT NOT NULL,
      created_by TEXT NOT NULL,
      created_ns INTEGER NOT NULL,
      path TEXT NOT NULL,
      deleted_by TEXT NOT NULL DEFAULT '',
      deleted_ns INTEGER NOT NULL DEFAULT 0,
      busy TEXT NOT NULL DEFAULT '',
      aside TEXT NOT NULL DEFAULT '',
      holder TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX nodes_parent ON nodes (parent);
    CREATE INDEX nodes_owner ON nodes (owner);
    CREATE INDEX nodes_busy ON nodes (busy) WHERE busy <> '';
    CREATE INDEX nodes_trash ON nodes (deleted_ns) WHERE deleted_ns <> 0;
    CREATE TABLE tokens (
      id TEXT PRIMARY KEY,
      user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
      hash BLOB NOT NULL,
      role TEXT NOT NULL,
      description TEXT NOT NULL,
      node INTEGER REFERENCES nodes ON DELETE CASCADE,
      addresses TEXT NOT NULL,
      created_ns INTEGER NOT NULL,
      expires_ns INTEGER NOT NULL,
      revoked_ns INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX tokens_user ON tokens (user);
    CREATE INDEX tokens_node ON tokens (node);
    CREATE TABLE keys (
      fingerprint TEXT PRIMARY KEY,
      user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
      type TEXT NOT NULL,
      blob TEXT NOT NULL,
      comment TEXT NOT NULL,
      created_ns INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX keys_user ON keys (user);
    CREATE TABLE node_grants (
      user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
      node INTEGER NOT NULL REFERENCES nodes ON DELETE CASCADE,
      level INTEGER NOT NULL,
      granted_by TEXT NOT NULL,
      granted_ns INTEGER NOT NULL,
      PRIMARY KEY (user, node)
    ) WITHOUT ROWID;
    CREATE INDEX node_grants_node ON node_grants (node);
    CREATE TABLE global_grants (
      user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
      permission TEXT NOT NULL,
      granted_by TEXT NOT NULL,
      granted_ns INTEGER NOT NULL,
      PRIMARY KEY (user, permission)
    ) WITHOUT ROWID;
    CREATE TABLE fields (
      node INTEGER NOT NULL REFERENCES nodes ON DELETE CASCADE,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (node, key)
    ) WITHOUT ROWID;
    CREATE TABLE announcements (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      event TEXT NOT NULL,
      fields TEXT NOT NULL,
      time_ns INTEGER NOT NULL,
      holder TEXT NOT NULL
    );
  )sql"};
  return kSteps;
}

}  // namespace rcx::host
