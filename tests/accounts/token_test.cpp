#include "host/accounts/permission.hpp"
#include "tests/accounts/accounts_fixture.hpp"

namespace rcx::host {
namespace {

class Tokens : public AccountsTest {
 protected:
  std::string make(Token token) {
    if (token.user == 0) token.user = add_user("ada").id;
    if (token.role.empty()) token.role = "all";
    token.created_ns = wall_ns();
    return accounts().add_token(token).value().made;
  }
  // Why it is not good; empty where it is.
  std::string tried(const std::string& made, const std::string& role = "api",
                    const std::string& ip = "192.0.2.1") {
    std::string reason;
    const Result<Actor> actor = authenticate(accounts(), made, role, ip, reason);
    if (actor) return {};
    EXPECT_EQ(actor.error().code, Code::kDenied);
    EXPECT_EQ(actor.error().message, "the token is not good for this")
        << "who has none learns nothing more";
    return reason;
  }
};

TEST_F(Tokens, AreGoodForWhomTheyAreOf) {
  const std::string made = make({});
  std::string reason;
  const Actor actor = authenticate(accounts(), made, "api", "192.0.2.1", reason).value();
  EXPECT_EQ(actor.name(), "ada");
  EXPECT_FALSE(actor.service);
  EXPECT_EQ(actor.ip, "192.0.2.1");
}

TEST_F(Tokens, AreNotStored) {
  const std::string made = make({});
  accounts();
  const std::string secret = made.substr(made.rfind('_') + 1);
  for (const char* part : {"", "-wal"}) {
    const auto bytes = read_file(Accounts::file(state_).string() + part, 1U << 24U);
    if (bytes) {
      EXPECT_EQ(bytes->find(secret), std::string::npos);
    }
  }
}

TEST_F(Tokens, OthersAreRefused) {
  const std::string made = make({});
  std::string near = made;
  near.back() = near.back() == 'A' ? 'B' : 'A';
  EXPECT_NE(tried(near), "");
  for (const std::string& wrong : {std::string(), std::string("rcx_"), made.substr(0, 20),
                                   made + "x", std::string(100000, 'a'), "x" + made}) {
    EXPECT_EQ(tried(wrong), "nobody knows the token");
  }
}

TEST_F(Tokens, EndWhenTheyAreRevoked) {
  const std::string made = make({});
  const std::string id = accounts().tokens("ada").value().at(0).id;
  ASSERT_TRUE(accounts().revoke_token(id, wall_ns()));
  EXPECT_NE(tried(made).find("revoked"), std::string::npos);
  EXPECT_EQ(accounts().revoke_token(id, wall_ns()).error().code, Code::kNotFound);
}

TEST_F(Tokens, EndWhenTheirTimeIsOver) {
  Token token;
  token.expires_ns = wall_ns() - 1;
  EXPECT_NE(tried(make(token)).find("expired"), std::string::npos);
}

TEST_F(Tokens, AreForOneRole) {
  Token token;
  token.role = "vcs";
  const std::string made = make(token);
  EXPECT_EQ(tried(made, "vcs"), "");
  EXPECT_NE(tried(made, "api").find("is for vcs"), std::string::npos);
}

TEST_F(Tokens, ComeFromTheirNetworksOnly) {
  Token token;
  token.addresses = {"192.0.2.0/24"};
  const std::string made = make(token);
  EXPECT_EQ(tried(made, "api", "192.0.2.200"), "");
  EXPECT_NE(tried(made, "api", "198.51.100.1"), "");
  EXPECT_NE(tried(made, "api", ""), "");
}

TEST_F(Tokens, OfUsersWhoComeFromElsewhereAreRefused) {
  Account user;
  user.username = "grace";
  user.addresses = {"10.0.0.0/8"};
  Token token;
  token.user = accounts().add_user(user).value().id;
  EXPECT_NE(tried(make(token), "api", "192.0.2.1"), "");
}

TEST_F(Tokens, OfUsersWhoAreNotActiveAreRefused) {
  const Account ada = add_user("ada");
  Token token;
  token.user = ada.id;
  const std::string made = make(token);
  ASSERT_TRUE(accounts().set_active(ada, false));
  EXPECT_NE(tried(made).find("not active"), std::string::npos);
}

TEST_F(Tokens, GoWithTheirUserAndTheirRepository) {
  const Account ada = add_user("ada");
  const Node app = add_repo("app");
  Token token;
  token.user = ada.id;
  token.node = app.id;
  const std::string made = make(token);
  EXPECT_EQ(accounts().tokens("").value().at(0).repository, "app");
  ASSERT_TRUE(accounts().forget(app));
  EXPECT_EQ(tried(made), "nobody knows the token");
}

}  // namespace
}  // namespace rcx::host
