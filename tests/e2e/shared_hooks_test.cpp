// core.hooksPath in the configuration of the user whom the host runs as, where root installs: it
// counts for more than the system's.
#include <unistd.h>

#include "tests/e2e/system.hpp"

namespace rcx::test {
namespace {

class SharedHooks : public SystemTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to ask about somebody else";
    fs::create_directory(home());
    write_file(temp_.path() / "passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::" +
                                            home().string() + ":/bin/sh\n");
    if (run(elsewhere({{"true"}})).status != 0) GTEST_SKIP() << "needs a mount namespace";
    host_.set("user", "nobody");
    host_.write_config();
    repository_.emplace(host_, "a.git", true);
  }
  fs::path home() const { return temp_.path() / "home"; }
  // With a home of nobody that the test may write in.
  Command elsewhere(Command command) const {
    const Words before = {
        "unshare",
        "--mount",
        "sh",
        "-c",
        "mount --bind '" + (temp_.path() / "passwd").string() + "' /etc/passwd && exec \"$@\"",
        "sh"};
    command.argv.insert(command.argv.begin(), before.begin(), before.end());
    return command;
  }
  Outcome rcx(const Words& arguments) const {
    Command command = elsewhere(host_.rcx_command(arguments));
    for (const auto& [name, value] : variables()) command.variables[name] = value;
    return run(command);
  }
  void share(const fs::path& file) {
    fs::create_directories(file.parent_path());
    write_file(file, "[core]\n\thooksPath = /opt/hooks\n");
  }
};

TEST_F(SharedHooks, OfTheUserOfTheHostAreNotPassedOver) {
  for (const fs::path& file : {home() / ".gitconfig", home() / ".config/git/config"}) {
    share(file);
    const Outcome refused = rcx({"install", "--system"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("core.hooksPath is set to '/opt/hooks' already"));
    EXPECT_THAT(refused.err,
                HasSubstr("with:  git config --file " + file.string() + " --unset core.hooksPath"));
    EXPECT_EQ(read_file(config()), "");
    fs::remove(file);
  }
  // Also what that file includes.
  share(home() / "more");
  write_file(home() / ".gitconfig", "[include]\n\tpath = more\n");
  EXPECT_THAT(rcx({"install", "--system"}).err, HasSubstr("is set to '/opt/hooks' already"));
}

TEST_F(SharedHooks, ThatCameLaterAreFoundByTheDoctor) {
  const Outcome installed = rcx({"install", "--system"});
  ASSERT_EQ(installed.status, 0) << installed.err;
  EXPECT_THAT(rcx({"doctor"}).out, HasSubstr("ok    hooks "));
  share(home() / ".gitconfig");
  const Outcome seen = rcx({"doctor"});
  EXPECT_EQ(seen.status, 1);
  EXPECT_THAT(seen.out,
              ContainsRegex("fail  hooks +core.hooksPath is set to '/opt/hooks' already"));
  EXPECT_THAT(seen.out, HasSubstr("core.hooksPath sends git to /opt/hooks, outside of "));
  EXPECT_THAT(seen.out, HasSubstr("with:  HOME=" + home().string() + " git -C "));
}

TEST_F(SharedHooks, HideThoseOfOneRepositoryAsWell) {
  share(home() / ".gitconfig");
  const Outcome refused = rcx({"install", repository().path().string()});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("core.hooksPath sends git to /opt/hooks, outside of "));
  fs::remove(home() / ".gitconfig");
  EXPECT_EQ(rcx({"install", repository().path().string()}).status, 0);
}

}  // namespace
}  // namespace rcx::test
