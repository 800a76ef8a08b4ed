// rcx.repository/1 against git's own answers.
#include <fstream>
#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

using ::testing::UnorderedElementsAreArray;

class Reading : public HostTest {
 protected:
  Reading() { host_.add("reader"); }

  std::string written(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(host_.data("reader") / name).rdbuf();
    return text.str();
  }

  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  // `COMMIT PATH TEXT` for each line that git marks with a `+`.
  std::vector<std::string> added(const std::string& range) {
    std::vector<std::string> all;
    std::string id;
    std::string path;
    for (const std::string& line : lines(clone().git(
             {"log", "--reverse", "-p", "-U0", "--no-renames", "--format=commit %H", range}))) {
      if (line.starts_with("commit ")) id = line.substr(7);
      if (line.starts_with("+++ ")) path = line.substr(std::min<std::size_t>(line.size(), 6));
      if (line.starts_with("Binary files") && !line.ends_with("/dev/null differ")) {
        const std::size_t end = line.rfind(" differ");
        const std::size_t begin = line.rfind(" and b/") + 7;
        all.push_back(id + " " + line.substr(begin, end - begin) + " binary");
      }
      if (!line.starts_with('+') || line.starts_with("+++ ")) continue;
      all.push_back(id + " " + path + " " + line.substr(1));
    }
    return all;
  }

  // What the fixture wrote, without the numbers: git may place equal lines otherwise. That each
  // number is right is checked against the file.
  std::vector<std::string> said(const std::string& name) {
    std::vector<std::string> all;
    for (const std::string& line : lines(written(name))) {
      if (line.ends_with(" binary")) {
        all.push_back(line);
        continue;
      }
      const std::size_t first = line.find(' ');
      const std::size_t second = line.find(' ', first + 1);
      const std::size_t third = line.find(' ', second + 1);
      const std::string id = line.substr(0, first);
      const std::string path = line.substr(first + 1, second - first - 1);
      const std::string number = line.substr(second + 1, third - second - 1);
      const std::string text = line.substr(third + 1);
      const std::vector<std::string> file = lines(clone().git({"show", id + ":" + path}) + "\n");
      EXPECT_EQ(file.at(std::stoul(number) - 1), text) << line;
      all.push_back(id + " " + path + " " + text);
    }
    return all;
  }
};

std::string numbered(int from, int to) {
  std::string text;
  for (int i = from; i < to; ++i) text += "line " + std::to_string(i % 7) + "\n";
  return text;
}

TEST_F(Reading, AddedLinesAreThoseThatGitMarks) {
  serve();
  clone().commit("first", {{"a", numbered(0, 200)}, {"b", "no newline"}, {"c", "x\ny\n"}});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  EXPECT_THAT(said("pre-added"), UnorderedElementsAreArray(added("main")));
  const std::string base = clone().id();
  clone().commit("in the middle", {{"a", numbered(0, 90) + "new\n" + numbered(95, 150) +
                                             "new\nnew\n" + numbered(150, 200)},
                                   {"b", "no newline\n"},
                                   {"c", "y\nx\ny\n"}});
  clone().commit("the end", {{"a", "only\r\nthis"}, {"b", "no newline\nmore"}, {"d", ""}});
  clone().commit("again", {{"a", "only\r\nthis\n\n\n"}, {"bin", std::string("a\0b\n", 4)}});
  clone().commit("no longer binary", {{"bin", "text\n"}, {"c", "\n\n\n"}, {"d", "\xff\xfe\n"}});
  clone().git({"rm", "-q", "a"});
  clone().git({"commit", "-q", "-m", "gone"});
  const Outcome pushed = push({"main"});
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  const std::vector<std::string> wanted = added(base + "..main");
  EXPECT_THAT(wanted, SizeIs(::testing::Gt(15U)));
  EXPECT_THAT(said("pre-added"), UnorderedElementsAreArray(wanted));
  EXPECT_EQ(written("pre-added"), written("post-added"));
}

TEST_F(Reading, AMergeAddsWhatNoParentHas) {
  serve();
  clone().commit("base", {{"f", "1\n2\n3\n"}});
  clone().git({"checkout", "-q", "-b", "side"});
  clone().commit("side", {{"f", "1\n2\n3\nside\n"}});
  clone().git({"checkout", "-q", "main"});
  clone().commit("main", {{"f", "main\n1\n2\n3\n"}});
  clone().git({"merge", "-q", "--no-commit", "side"});
  const std::string merge = clone().commit("merge", {{"f", "main\n1\n2\nmerge\n3\nside\n"}});
  const Outcome pushed = push({"main"});
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_THAT(lines(written("pre-added")), Contains(merge + " f 4 merge"));
  EXPECT_THAT(written("pre-added"), Not(HasSubstr(merge + " f 1 ")));
  EXPECT_THAT(written("pre-added"), Not(HasSubstr(merge + " f 6 ")));
}

TEST_F(Reading, ContentsTrailersAndFilesOfTheRepository) {
  serve();
  const std::string first = clone().commit(
      "one\n\nBody: not this\n\nSigned-off-by: A <a@b>\nReviewed-by: C",
      {{"dir/policy", "strict"},
       {"dir/other", ""},
       {"big", "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') +
                   "\nsize 12345\n"}});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  EXPECT_EQ(written("pre-commits"),
            "trailer Signed-off-by=A <a@b>\ntrailer Reviewed-by=C\nsigned 0\n");
  EXPECT_EQ(written("pre-contents"),
            "big ersi |sha256:" + std::string(64, 'a') + "\ndir/other  |\ndir/policy tric |\n");
  EXPECT_EQ(written("pre-push"),
            "initial 1\nnow refs/heads/main \npolicy strict\nentry other\nentry policy\n");
  EXPECT_EQ(written("post-push"), "initial 1\nnow refs/heads/main " + first +
                                      "\npolicy strict\nentry other\nentry policy\n");
  EXPECT_EQ(written("post-contents"), written("pre-contents"));
}

TEST_F(Reading, LostCommitsAreThoseOfAForcedPushAndOfADeletedBranch) {
  serve();
  const std::string base = clone().commit("base", {{"f", "1\n"}});
  const std::string kept = clone().commit("kept", {{"f", "2\n"}});
  clone().git({"branch", "also"});
  const std::string lost = clone().commit("lost", {{"f", "3\n"}});
  ASSERT_EQ(push({"main", "also"}).status, 0) << host_.log();
  clone().git({"reset", "-q", "--hard", base});
  clone().commit("instead", {{"f", "4\n"}});
  ASSERT_EQ(push({"--force", "main"}).status, 0) << host_.log();
  EXPECT_THAT(written("pre-push"),
              AllOf(HasSubstr("initial 0\nnow refs/heads/main " + lost + "\nlost " + lost +
                              "\nlost " + kept + "\nreaches 0\npolicy none\n")));
  const std::string only = clone().commit("only there", {{"f", "5\n"}});
  ASSERT_EQ(push({"main:gone"}).status, 0) << host_.log();
  ASSERT_EQ(push({":also", ":gone"}).status, 0) << host_.log();
  EXPECT_EQ(written("pre-push"), "initial 0\nnow refs/heads/also " + kept + "\nlost " + kept +
                                     "\nnow refs/heads/gone " + only + "\nlost " + only + "\n");
  EXPECT_EQ(written("post-push"), "initial 0\nnow refs/heads/also \nlost " + kept +
                                      "\nnow refs/heads/gone \nlost " + only + "\n");
}

TEST_F(Reading, SignaturesAreCheckedWithTheKeysOfRcxYaml) {
  must({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f",
         (temp_.path() / "key").string()}});
  std::ostringstream key;
  key << std::ifstream(temp_.path() / "key.pub").rdbuf();
  write_file(host_.directory() / "signers", "ada@example.org " + key.str());
  host_.set("signatures", "{allowed_signers: signers}");
  host_.name("reader", "{settings: {verify: true}}");
  serve();
  clone().git({"config", "gpg.format", "ssh"});
  clone().git({"config", "user.signingkey", (temp_.path() / "key").string()});
  clone().commit("unsigned", {{"f", "1\n"}});
  write_file(clone().path() / "f", "2\n");
  clone().git({"commit", "-q", "-a", "-S", "-m", "signed"});
  // As signed, and with another message.
  std::string forged = clone().git({"cat-file", "commit", "HEAD"}) + " by ada\n";
  const std::string id = clone().git({"hash-object", "-t", "commit", "-w", "--stdin"}, forged);
  clone().git({"reset", "-q", "--hard", id});
  clone().git({"commit", "-q", "--allow-empty", "-S", "-m", "signed"});
  const Outcome pushed = push({"main"});
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_EQ(written("pre-commits"),
            "signed 0\nsignature none by \nsigned 1\nsignature bad by \n"
            "signed 1\nsignature good by ada@example.org\n");
  EXPECT_EQ(written("post-commits"), written("pre-commits"));
}

TEST_F(Reading, ALimitIsAnErrorThatSaysWhichOne) {
  host_.set("reading", "{content: 1KiB}");
  serve();
  clone().commit("large", {{"f", std::string(2000, 'x')}});
  const Outcome pushed = push({"main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, HasSubstr("has 2000 bytes, and reading.content in rcx.yaml allows 1024"));
}

}  // namespace
}  // namespace rcx::test
