// Users, their tokens and their keys.
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "host/accounts/address.hpp"
#include "host/accounts/names.hpp"
#include "host/actions/actions.hpp"

namespace rcx::host {
namespace {

Result<void> check_text(const std::string& what, const std::string& text) {
  constexpr std::size_t kLongest = 255;
  if (text.size() <= kLongest && printable(text) == text) return {};
  return Error{Code::kInvalid,
               fmt::format("{}: wanted at most {} bytes of printable UTF-8, got '{}'", what,
                           kLongest, shortened(printable(text), kLongest))};
}

Result<void> check_email(const std::string& email) {
  if (email.empty()) return {};
  const std::size_t at = email.find('@');
  if (at != std::string::npos && at > 0 && at + 1 < email.size() &&
      email.find_first_of(" <>,;\"\\") == std::string::npos && email.rfind('@') == at) {
    return check_text("email", email);
  }
  return Error{Code::kInvalid,
               fmt::format("email: wanted an address such as ada@example.org, got '{}'",
                           shortened(printable(email), 255))};
}

Result<std::vector<std::string>> read_networks(const std::vector<std::string>& texts) {
  std::vector<std::string> networks;
  for (const std::string& text : texts) {
    Result<std::string> network = read_network(text);
    if (!network) return network.error();
    networks.push_back(std::move(*network));
  }
  return networks;
}

// What the blob itself says that it is: RFC 4253, section 6.6.
std::string inner_type(const std::string& blob) {
  if (blob.size() < 4) return {};
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size = size << 8U | static_cast<unsigned char>(blob[i]);
  return size <= blob.size() - 4 ? blob.substr(4, size) : std::string();
}

// Quotes no more than the first word: what is given by mistake is a private key.
Error no_key(const std::string& line) {
  const bool secret = line.find("PRIVATE KEY") != std::string::npos;
  return {Code::kInvalid,
          fmt::format(
              "wanted a public key on one line, as in a file id_ed25519.pub: its type, its "
              "base64 and a comment; got {}",
              secret ? "a private key, which should be shown to nobody: give the file "
                       "beside it whose name ends with .pub"
                     : fmt::format(
                           "'{}'",
                           shortened(printable(line.substr(0, line.find_first_of(" \r\n"))), 40)))};
}

// Whether who calls has shown a token that is not good for everything, from anywhere.
bool is_limited(const Actor& actor) {
  return actor.role != "all" || actor.only || !actor.addresses.empty();
}

// A token makes none that is good for longer, or from elsewhere, than itself.
Result<void> keep_within(const Actor& actor, Token& token) {
  if (token.addresses.empty()) token.addresses = actor.addresses;
  for (const std::string& network : token.addresses) {
    if (network_lies_in(network, actor.addresses)) continue;
    return Error{Code::kDenied,
                 fmt::format("addresses: {} lies outside of {}, where the token is good that you "
                             "show",
                             network, fmt::join(actor.addresses, ", "))};
  }
  if (actor.expires_ns == 0) return {};
  if (token.expires_ns == 0) token.expires_ns = actor.expires_ns;
  if (token.expires_ns <= actor.expires_ns) return {};
  return Error{Code::kDenied, fmt::format("lifetime: wanted at most until {}, when the token ends "
                                          "that you show",
                                          utc_text(actor.expires_ns))};
}

Result<Key> read_key(const std::string& line) {
  std::string text = line;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.find_first_of("\r\n") != std::string::npos) return no_key(line);
  const std::vector<std::string_view> words = split(text, ' ');
  constexpr std::array<std::string_view, 8> kTypes = {
      "ssh-ed25519",         "ssh-rsa",
      "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
      "ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
      "rsa-sha2-512",        "sk-ecdsa-sha2-nistp256@openssh.com"};
  if (words.size() < 2 || std::find(kTypes.begin(), kTypes.end(), words[0]) == kTypes.end()) {
    return no_key(line);
  }
  std::string blob(words[1].size(), '\0');
  std::size_t size = 0;
  if (::sodium_base642bin(reinterpret_cast<unsigned char*>(blob.data()), blob.size(),
                          words[1].data(), words[1].size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
    return no_key(line);
  }
  blob.resize(size);
  if (inner_type(blob) != words[0]) return no_key(line);
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  ::crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(blob.data()),
                       blob.size());
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, kVariant)> hashed{};
  ::sodium_bin2base64(hashed.data(), hashed.size(), hash.data(), hash.size(), kVariant);
  Key key;
  key.fingerprint = std::string("SHA256:") + hashed.data();
  key.type = words[0];
  key.blob = words[1];
  if (words.size() > 2) key.comment = printable(text.substr(words[0].size() + words[1].size() + 2));
  key.created_ns = wall_ns();
  return key;
}

}  // namespace

Result<Account> Actions::create_user(const NewUser& wanted) {
  if (Result<void> may = permissions_.require(actor_, Action::kCreateUser, nullptr); !may) {
    return may.error();
  }
  Result<void> checked = check_username(wanted.username);
  if (checked) checked = check_email(wanted.email);
  if (checked) checked = check_text("firstname", wanted.firstname);
  if (checked) checked = check_text("lastname", wanted.lastname);
  if (!checked) return checked.error();
  Result<std::vector<std::string>> addresses = read_networks(wanted.addresses);
  if (!addresses) return addresses.error();
  const Result<std::optional<Account>> there = accounts_.find_user(wanted.username);
  if (!there) return there.error();
  if (*there) {
    return Error{Code::kBusy, fmt::format("a user '{}' is there already; see them with:  rcx user "
                                          "list",
                                          (*there)->username)};
  }
  Account user;
  user.username = wanted.username;
  user.email = wanted.email;
  user.firstname = wanted.firstname;
  user.lastname = wanted.lastname;
  user.active = wanted.active;
  user.admin = wanted.admin;
  user.inherit = wanted.inherit;
  user.addresses = std::move(*addresses);
  user.created_by = actor_.name();
  if (Result<void> allowed = allow("pre_create_user", user_fields(user)); !allowed) {
    return allowed.error();
  }
  user.created_ns = wall_ns();
  Result<Account> added = accounts_.add_user(user, [&](const Account& stored) {
    return announcement("create_user", user_fields(stored));
  });
  if (added) announce_own();
  return added;
}

Result<Account> Actions::delete_user(const std::string& username, const std::string& heir) {
  if (Result<void> may = permissions_.require(actor_, Action::kDeleteUser, nullptr); !may) {
    return may.error();
  }
  Result<Account> user = accounts_.user(username);
  if (!user) return user;
  std::optional<Account> heir_user;
  if (!heir.empty()) {
    Result<Account> found = accounts_.user(heir);
    if (!found) return found;
    if (found->id == user->id) {
      return Error{Code::kInvalid, fmt::format("{} cannot be the heir of {}", heir, username)};
    }
    heir_user = std::move(*found);
  }
  boost::json::object fields = user_fields(*user);
  fields["deleted_by"] = actor_.name();
  if (Result<void> allowed = allow("pre_delete_user", fields); !allowed) return allowed.error();
  fields["deleted_on"] = utc_text(wall_ns());
  const Result<void> removed = accounts_.remove_user(*user, heir_user ? &*heir_user : nullptr,
                                                     {announcement("delete_user", fields)});
  if (!removed) return removed.error();
  announce_own();
  return user;
}

Result<std::vector<Account>> Actions::users() {
  if (Result<void> may = require_admin("list users"); !may) return may.error();
  return accounts_.users();
}

Result<Account> Actions::user(const std::string& username) {
  if (actor_.service || actor_.only || actor_.account.username != username) {
    if (Result<void> may = require_admin("see other users"); !may) return may.error();
  }
  return accounts_.user(username);
}

Result<Account> Actions::set_active(const std::string& username, bool active) {
  if (Result<void> may = require_admin("change users"); !may) return may.error();
  Result<Account> user = accounts_.user(username);
  if (!user) return user;
  if (Result<void> set = accounts_.set_active(*user, active); !set) return set.error();
  user->active = active;
  return user;
}

Result<Accounts::NewToken> Actions::create_token(const NewToken& wanted) {
  const bool own = !actor_.service && !actor_.only && actor_.account.username == wanted.user;
  if (!own) {
    if (Result<void> may = require_admin("make tokens of others"); !may) return may.error();
  }
  // A token makes none that is good for more than itself.
  if (actor_.role != "all" && actor_.role != wanted.role) {
    return Error{Code::kDenied,
                 fmt::format("a token for {} makes none for {}", actor_.role, wanted.role)};
  }
  const std::vector<std::string>& roles = token_roles();
  if (std::find(roles.begin(), roles.end(), wanted.role) == roles.end()) {
    return Error{Code::kInvalid, fmt::format("role: wanted one of {}, got '{}'",
                                             fmt::join(roles, ", "), printable(wanted.role))};
  }
  if (Result<void> checked = check_text("description", wanted.description); !checked) {
    return checked.error();
  }
  const Result<Account> user = accounts_.user(wanted.user);
  if (!user) return user.error();
  Result<std::vector<std::string>> addresses = read_networks(wanted.addresses);
  if (!addresses) return addresses.error();
  Token token;
  token.user = user->id;
  token.username = user->username;
  token.role = wanted.role;
  token.description = wanted.description;
  token.addresses = std::move(*addresses);
  token.created_ns = wall_ns();
  if (wanted.lifetime.count() != 0) token.expires_ns = token.created_ns + wanted.lifetime.count();
  if (!wanted.repository.empty()) {
    const Result<Node> node = visible(wanted.repository, NodeKind::kRepository);
    if (!node) return node.error();
    token.node = node->id;
    token.repository = node->name;
  }
  if (Result<void> within = keep_within(actor_, token); !within) return within.error();
  return accounts_.add_token(std::move(token));
}

Result<std::vector<Token>> Actions::tokens(const std::string& username) {
  if (actor_.service || actor_.only || actor_.account.username != username) {
    if (Result<void> may = require_admin("see tokens of others"); !may) return may.error();
  }
  if (!username.empty()) {
    const Result<Account> user = accounts_.user(username);
    if (!user) return user.error();
  }
  return accounts_.tokens(username);
}

Result<void> Actions::revoke_token(const std::string& id) {
  // Also a whole token, which somebody has found: then it is good that it goes.
  const std::string only_id = id.starts_with("rcx_") ? id.substr(4, id.find('_', 4) - 4) : id;
  if (actor_.only) {
    return Error{Code::kDenied, "a token for one repository revokes none, not even itself"};
  }
  if (!actor_.is_admin()) {
    const Result<std::vector<Token>> own = accounts_.tokens(actor_.account.username);
    if (!own) return own.error();
    const bool mine = std::any_of(own->begin(), own->end(),
                                  [&](const Token& token) { return token.id == only_id; });
    if (!mine) {
      return Error{Code::kDenied, fmt::format("{} may not revoke tokens of others", actor_.name())};
    }
  }
  return accounts_.revoke_token(only_id, wall_ns());
}

Result<Key> Actions::add_key(const std::string& username, const std::string& line) {
  // A key is good for all repositories of its user, from anywhere.
  if (is_limited(actor_)) {
    return Error{Code::kDenied,
                 "adding a key takes a token with the role all, for all repositories and without "
                 "addresses: a key is good from anywhere"};
  }
  if (actor_.service || actor_.account.username != username) {
    if (Result<void> may = require_admin("add keys of others"); !may) return may.error();
  }
  const Result<Account> user = accounts_.user(username);
  if (!user) return user.error();
  Result<Key> key = read_key(line);
  if (!key) return key;
  key->user = user->id;
  key->username = user->username;
  if (Result<void> added = accounts_.add_key(*key); !added) return added.error();
  return key;
}

Result<std::vector<Key>> Actions::keys(const std::string& username) {
  if (actor_.service || actor_.only || actor_.account.username != username) {
    if (Result<void> may = require_admin("see keys of others"); !may) return may.error();
  }
  return accounts_.keys(username);
}

Result<void> Actions::remove_key(const std::string& fingerprint) {
  const Result<std::optional<Key>> key = accounts_.find_key(fingerprint);
  if (!key) return key.error();
  const bool own = *key && !actor_.service && !actor_.only && actor_.role == "all" &&
                   (*key)->user == actor_.account.id;
  if (!own) {
    if (Result<void> may = require_admin("remove keys of others"); !may) return may.error();
  }
  return accounts_.remove_key(fingerprint);
}

}  // namespace rcx::host
