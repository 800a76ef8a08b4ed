#include "host/cli/ssh_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rcx::host::cli {
namespace {

using namespace std::literals;
using testing::ElementsAre;

TEST(ShellWords, AreSplitAsClientsQuoteThem) {
  EXPECT_THAT(shell_words("git-upload-pack '/team/app.git'").value(),
              ElementsAre("git-upload-pack", "/team/app.git"));
  EXPECT_THAT(shell_words("a 'it'\\''s' b").value(), ElementsAre("a", "it's", "b"));
  EXPECT_THAT(shell_words("a 'x'\\!'y'").value(), ElementsAre("a", "x!y"));
  EXPECT_THAT(shell_words("a '' 'b c'").value(), ElementsAre("a", "", "b c"));
  EXPECT_THAT(shell_words("").value(), ElementsAre());
}

TEST(ShellWords, NothingElseIsDone) {
  for (const std::string_view bad :
       {"a; b"sv, "a `b`"sv, "a $(b)"sv, "a | b"sv, "a > b"sv, "a && b"sv, "'a"sv, "a \"b\""sv,
        "a\nb"sv, "a *"sv, "a # b"sv, "a\0b"sv, "a \\b"sv, "{a,b}"sv}) {
    EXPECT_FALSE(shell_words(bad)) << bad;
  }
}

TEST(ShellQuoted, IsOneWord) {
  for (const std::string& text : {"plain"s, "it's"s, "a b"s, ""s, "$x `y` \"z\""s}) {
    EXPECT_THAT(shell_words(shell_quoted(text)).value(), ElementsAre(text));
  }
}

TEST(SshCommands, AreReadForEachSystem) {
  const SshCommand push = read_ssh_command("git-receive-pack '/team/app.git'").value();
  EXPECT_EQ(push.vcs, "git");
  EXPECT_EQ(push.repository, "team/app");
  EXPECT_TRUE(push.writes);
  EXPECT_EQ(read_ssh_command("git upload-pack 'team/app/.git'").value().service, "git-upload-pack");
  EXPECT_EQ(read_ssh_command("git-upload-pack '~/team/app/'").value().repository, "team/app");
  EXPECT_EQ(read_ssh_command("hg -R team/app serve --stdio").value().repository, "team/app");
  EXPECT_EQ(read_ssh_command("svnserve -t").value().vcs, "svn");
}

TEST(SshCommands, OthersAreRefused) {
  for (const char* bad : {"", "sh", "git-shell", "git-upload-pack", "git-upload-pack a b",
                          "git-upload-pack --strict a", "git daemon", "git config -l",
                          "hg -R a serve --stdio --config x=y", "hg init a", "svnserve -t -r /",
                          "svnserve", "scp -t x", "/usr/bin/git-upload-pack a"}) {
    EXPECT_FALSE(read_ssh_command(bad)) << bad;
  }
}

}  // namespace
}  // namespace rcx::host::cli
