// A token makes nothing that is good for more than itself.
#include "tests/actions/actions_fixture.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class LimitedToken : public ActionsTest {
 protected:
  void SetUp() override {
    ActionsTest::SetUp();
    NewUser wanted;
    wanted.username = "boss";
    wanted.admin = true;
    boss_ = as_user(actions().create_user(wanted).value());
    boss_.token = "x";
  }
  Actions as_boss() { return {*accounts_, office(), boss_}; }
  static NewToken token(std::vector<std::string> addresses = {}, int hours = 0) {
    NewToken wanted;
    wanted.user = "boss";
    wanted.addresses = std::move(addresses);
    wanted.lifetime = std::chrono::hours(hours);
    return wanted;
  }
  static constexpr const char* kKey =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA a@b";
  Actor boss_;
};

TEST_F(LimitedToken, OfAnEndMakesNoneForLonger) {
  boss_.expires_ns = wall_ns() + std::chrono::nanoseconds(std::chrono::hours(2)).count();
  EXPECT_EQ(as_boss().create_token(token()).value().token.expires_ns, boss_.expires_ns);
  EXPECT_TRUE(as_boss().create_token(token({}, 1)));
  EXPECT_EQ(as_boss().create_token(token({}, 3)).error().code, Code::kDenied);
}

TEST_F(LimitedToken, OfNetworksMakesNoneForOthers) {
  boss_.addresses = {"10.0.0.0/8", "2001:db8::/32"};
  EXPECT_THAT(as_boss().create_token(token()).value().token.addresses,
              ElementsAre("10.0.0.0/8", "2001:db8::/32"));
  EXPECT_TRUE(as_boss().create_token(token({"10.1.0.0/16", "2001:db8:1::1"})));
  EXPECT_EQ(as_boss().create_token(token({"11.0.0.0/8"})).error().code, Code::kDenied);
  EXPECT_EQ(as_boss().create_token(token({"0.0.0.0/0"})).error().code, Code::kDenied)
      << "all of it must lie there";
  EXPECT_EQ(as_boss().add_key("boss", kKey).error().code, Code::kDenied);
}

TEST_F(LimitedToken, OfOneRoleAddsNoKeyForAdministratorsEither) {
  boss_.role = "api";
  EXPECT_EQ(as_boss().add_key("boss", kKey).error().code, Code::kDenied);
  boss_.role = "all";
  EXPECT_TRUE(as_boss().add_key("boss", kKey));
}

TEST_F(LimitedToken, APrivateKeyIsNotRepeated) {
  for (const std::string text :
       {"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIDZB6s\n",
        "-----BEGIN EC PRIVATE KEY----- MHcCAQEEIDZB6s", "bogus MHcCAQEEIDZB6s"}) {
    const std::string message = as_boss().add_key("boss", text).error().message;
    EXPECT_THAT(message, Not(HasSubstr("MHcC")));
    EXPECT_THAT(message, HasSubstr(".pub"));
  }
}

}  // namespace
}  // namespace rcx::host
