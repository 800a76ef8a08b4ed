// rcx.files/1 and rcx.hook/1 against git's own answers.
#include <rcx/abi.h>

#include <fstream>
#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Files : public HostTest {
 protected:
  Files() { host_.add("files"); }

  std::string written(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(host_.data("files") / name).rdbuf();
    return text.str();
  }
  // What git lists for these commits, in the form of the fixture.
  std::string listed(const std::vector<std::string>& commits) {
    std::string text;
    for (const std::string& commit : commits) {
      std::istringstream lines(
          clone().git({"-c", "core.quotePath=off", "ls-tree", "-r",
                       "--format=%(objectmode) %(objectname) %(path)", commit}));
      std::string line;
      while (std::getline(lines, line)) {
        const std::string id = line.substr(7, 40);
        const bool submodule = line.starts_with("160000");
        const std::string size = submodule ? "0" : clone().git({"cat-file", "-s", id});
        text += commit + " " + line.substr(0, 48) + size + line.substr(47) + "\n";
      }
    }
    return text;
  }
};

TEST_F(Files, AreThoseThatGitLists) {
  serve();
  const std::string big(300'000, 'x');
  const std::string first = clone().commit(
      "first", {{"file", "one\n"}, {"dir/sub/deep", big}, {"dir/a", ""}, {"caf\xe9", "latin"}});
  clone().git(
      {"update-index", "--add", "--cacheinfo", "160000," + std::string(40, 'd') + ",module"});
  clone().git({"commit", "-q", "-m", "a submodule"});
  const std::string second = clone().id();
  const std::string third = clone().commit("smaller", {{"dir/sub/deep", big.substr(1)}});
  const Outcome pushed = push({"main"});
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_EQ(written("files"), listed({first, second, third}));
  EXPECT_THAT(written("changes"), AllOf(HasSubstr("file 0 4\n"), HasSubstr("module 0 0\n"),
                                        HasSubstr("dir/sub/deep 300000 299999\n")));
}

TEST_F(Files, WhatIsNotThereHasNoEntriesAndNoSize) {
  serve();
  push_first();
  EXPECT_EQ(written("absent"), "");
  EXPECT_EQ(written("missing"), std::to_string(RCX_GONE));
}

TEST_F(Files, TheHookTellsWhereTheQuarantineIsAndNothingElse) {
  serve();
  push_first();
  EXPECT_THAT(written("quarantine"),
              AllOf(StartsWith(repository().path().string()), HasSubstr("/objects/")));
  EXPECT_EQ(written("path"), "");
}

}  // namespace
}  // namespace rcx::test
