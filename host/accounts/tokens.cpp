// What people and programs prove with who they are.
#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "host/accounts/connection.hpp"

namespace rcx::host {
namespace {

// `rcx_` and 16 digits that say which one it is, `_` and 43 characters that nobody can guess.
constexpr std::string_view kPrefix = "rcx_";
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kIdLength = kIdBytes * 2;
constexpr std::size_t kSecretBytes = 32;
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

using Hash = std::array<unsigned char, crypto_generichash_BYTES>;

// The secret is 256 random bits: what makes guessing of passwords slow would only cost time here.
Hash hash_of(std::string_view secret) {
  Hash hash{};
  ::crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                       nullptr, 0);
  return hash;
}

constexpr const char* kColumns =
    "t.id, t.user, u.username, t.role, t.description, t.node, coalesce(n.name, n.old_name, ''), "
    "t.addresses, t.created_ns, t.expires_ns, t.revoked_ns";

Token token_in(Prepared& row) {
  Token token;
  token.id = row.text(0);
  token.user = row.integer(1);
  token.username = row.text(2);
  token.role = row.text(3);
  token.description = row.text(4);
  if (!row.raw().isColumnNull(5)) token.node = row.integer(5);
  token.repository = row.text(6);
  token.addresses = words_of(row.text(7));
  token.created_ns = row.integer(8);
  token.expires_ns = row.integer(9);
  token.revoked_ns = row.integer(10);
  return token;
}

Error nobodys_key(const std::string& fingerprint) {
  return {Code::kNotFound, fmt::format("nobody has the key {}; see them with:  rcx user key list",
                                       printable(fingerprint))};
}

}  // namespace

Result<Accounts::NewToken> Accounts::add_token(Token token) {
  if (::sodium_init() < 0) return Error{Code::kIo, "cannot make random numbers"};
  std::array<unsigned char, kIdBytes> id{};
  std::array<unsigned char, kSecretBytes> secret{};
  ::randombytes_buf(id.data(), id.size());
  ::randombytes_buf(secret.data(), secret.size());
  std::array<char, kIdLength + 1> id_text{};
  ::sodium_bin2hex(id_text.data(), id_text.size(), id.data(), id.size());
  std::array<char, sodium_base64_ENCODED_LEN(kSecretBytes, kVariant)> secret_text{};
  ::sodium_bin2base64(secret_text.data(), secret_text.size(), secret.data(), secret.size(),
                      kVariant);
  token.id = id_text.data();
  const Hash hash = hash_of(secret_text.data());
  return change<NewToken>([&](Connection& to) -> Result<NewToken> {
    Prepared insert = to.statements.use(
        "INSERT INTO tokens (id, user, role, description, addresses, created_ns, expires_ns, node, "
        "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.with(token.id, token.user, token.role, token.description, joined(token.addresses),
                token.created_ns, token.expires_ns);
    if (token.node) insert.raw().bind(8, *token.node);
    insert.raw().bind(9, hash.data(), static_cast<int>(hash.size()));
    insert.run();
    return NewToken{token, fmt::format("{}{}_{}", kPrefix, token.id, secret_text.data())};
  });
}

Result<std::optional<std::pair<Token, Account>>> Accounts::find_token(std::string_view made) {
  using Known = std::optional<std::pair<Token, Account>>;
  if (!made.starts_with(kPrefix) || made.size() <= kPrefix.size() + kIdLength + 1 ||
      made[kPrefix.size() + kIdLength] != '_') {
    return Known();
  }
  const std::string id(made.substr(kPrefix.size(), kIdLength));
  const Hash given = hash_of(made.substr(kPrefix.size() + kIdLength + 1));
  Result<std::optional<Token>> token =
      with<std::optional<Token>>([&](Connection& to) -> Result<std::optional<Token>> {
        Prepared find = to.statements.use(
            std::string("SELECT ") + kColumns +
            ", t.hash FROM tokens t JOIN users u ON u.id = t.user LEFT JOIN nodes n ON n.id = "
            "t.node WHERE t.id = ?");
        if (!find.with(id).step()) return std::optional<Token>();
        const SQLite::Column hash = find.raw().getColumn(11);
        if (hash.getBytes() != static_cast<int>(given.size()) ||
            ::sodium_memcmp(hash.getBlob(), given.data(), given.size()) != 0) {
          return std::optional<Token>();
        }
        return std::optional<Token>(token_in(find));
      });
  if (!token) return token.error();
  if (!*token) return Known();
  Result<std::optional<Account>> user = find_user((*token)->username);
  if (!user) return user.error();
  if (!*user) return Known();
  return Known(std::pair(std::move(**token), std::move(**user)));
}

Result<std::vector<Token>> Accounts::tokens(const std::string& username) {
  return with<std::vector<Token>>([&](Connection& to) -> Result<std::vector<Token>> {
    Prepared all = to.statements.use(
        std::string("SELECT ") + kColumns +
        " FROM tokens t JOIN users u ON u.id = t.user LEFT JOIN nodes n ON n.id = t.node WHERE ?1 "
        "= '' OR u.username = ?1 ORDER BY u.username, t.created_ns, t.id");
    all.with(username);
    std::vector<Token> found;
    while (all.step()) found.push_back(token_in(all));
    return found;
  });
}

Result<void> Accounts::revoke_token(const std::string& id, std::int64_t now_ns) {
  return change<void>([&](Connection& to) -> Result<void> {
    if (to.statements.use("UPDATE tokens SET revoked_ns = ? WHERE id = ? AND revoked_ns = 0")
            .with(now_ns, id)
            .run() == 0) {
      return Error{Code::kNotFound, fmt::format("there is no token '{}' that is still good; see "
                                                "them with:  rcx token list",
                                                printable(id))};
    }
    return {};
  });
}

Result<void> Accounts::add_key(const Key& key) {
  return change<void>([&](Connection& to) -> Result<void> {
    try {
      to.statements
          .use(
              "INSERT INTO keys (fingerprint, user, type, blob, comment, created_ns) VALUES (?, "
              "?, ?, ?, ?, ?)")
          .with(key.fingerprint, key.user, key.type, key.blob, key.comment, key.created_ns)
          .run();
    } catch (const SQLite::Exception& failed) {
      if (!is_taken(failed)) throw;
      return Error{Code::kBusy, fmt::format("somebody has the key {} already; see who with:  rcx "
                                            "user key list",
                                            key.fingerprint)};
    }
    return {};
  });
}

Result<std::vector<Key>> Accounts::keys(const std::string& username) {
  return with<std::vector<Key>>([&](Connection& to) -> Result<std::vector<Key>> {
    Prepared all = to.statements.use(
        "SELECT k.fingerprint, k.user, u.username, k.type, k.blob, k.comment, k.created_ns FROM "
        "keys k JOIN users u ON u.id = k.user WHERE ?1 = '' OR u.username = ?1 ORDER BY "
        "u.username, k.created_ns, k.fingerprint");
    all.with(username);
    std::vector<Key> found;
    while (all.step()) {
      found.push_back({all.text(0), all.integer(1), all.text(2), all.text(3), all.text(4),
                       all.text(5), all.integer(6)});
    }
    return found;
  });
}

Result<std::optional<Key>> Accounts::find_key(const std::string& fingerprint) {
  return with<std::optional<Key>>([&](Connection& to) -> Result<std::optional<Key>> {
    Prepared find = to.statements.use(
        "SELECT k.fingerprint, k.user, u.username, k.type, k.blob, k.comment, k.created_ns FROM "
        "keys k JOIN users u ON u.id = k.user WHERE k.fingerprint = ?");
    if (!find.with(fingerprint).step()) return std::optional<Key>();
    return std::optional<Key>(Key{find.text(0), find.integer(1), find.text(2), find.text(3),
                                  find.text(4), find.text(5), find.integer(6)});
  });
}

Result<void> Accounts::remove_key(const std::string& fingerprint) {
  return change<void>([&](Connection& to) -> Result<void> {
    if (to.statements.use("DELETE FROM keys WHERE fingerprint = ?").with(fingerprint).run() == 0) {
      return nobodys_key(fingerprint);
    }
    return {};
  });
}

}  // namespace rcx::host
