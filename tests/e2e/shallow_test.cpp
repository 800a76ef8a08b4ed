// Pushes from shallow clones that bring new ends of history (receive.shallowUpdate): which commits
// are new is what git says while it holds the push back, by the file that tells where history ends.
#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Shallow : public HostTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    host_.add("recorder");
    host_.start();
    repository_.emplace(host_, "a.git", false, GetParam());
    clone_.emplace(temp_, "c", *repository_);
    repository().git({"config", "receive.shallowUpdate", "true"});
    must(host_.rcx_command({"uninstall", repository().path().string()}));
    // git's own answer, in its own environment.
    write_file(repository().hook("pre-receive"),
               "#!/bin/sh\nwhile read old new ref; do echo $new; done > new\n"
               "git --no-replace-objects rev-list --stdin --not --all < new > told\n",
               0755);
    must(host_.rcx_command({"install", repository().path().string()}));
    for (int i = 1; i <= 6; ++i) {
      const std::string name = std::to_string(i);
      ids_[i] = clone().commit(name, {{name, name + "\n"}});
    }
  }
  // A clone of `depth` commits of `branch`, which then pushes to the repository.
  Command in_shallow(Words words) {
    words.insert(words.begin(), "git");
    return {std::move(words), temp_.path() / "shallow"};
  }
  void make_shallow(const std::string& depth, const std::string& branch = "main") {
    must({{"git", "clone", "--quiet", "--depth", depth, "--branch", branch, "--no-single-branch",
           "file://" + clone().path().string(), "shallow"},
          temp_.path()});
    must(in_shallow({"remote", "set-url", "origin", repository().path().string()}));
  }
  std::string commit_more(const std::string& subject) {
    must(in_shallow({"commit", "--quiet", "--allow-empty", "-m", subject}));
    const std::string id = must(in_shallow({"rev-parse", "HEAD"}));
    return id.substr(0, id.size() - 1);
  }
  Words told() const {
    Words all;
    std::istringstream lines(read_file(repository_->path() / "told"));
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    return all;
  }
  void push_shallow(Words words, std::size_t commits) {
    words.insert(words.begin(), {"push", "origin"});
    const Outcome pushed = run(in_shallow(words));
    ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
    EXPECT_THAT(told(), SizeIs(commits)) << "the push is another";
    for (const char* kind : {"pre_push", "push"}) {
      EXPECT_THAT(ids(last(kind).commits), ::testing::UnorderedElementsAreArray(told())) << kind;
    }
  }

  std::map<int, std::string> ids_;
};

TEST_P(Shallow, IntoAnEmptyRepository) {
  make_shallow("2");
  commit_more("new");
  push_shallow({"main"}, 3);
  const CommitRecord root = last().commits.at(0);
  EXPECT_EQ(root.id, ids_[5]);
  EXPECT_THAT(root.parents, ElementsAre(ids_[4])) << "as it stands in the commit";
  EXPECT_THAT(root.changes, SizeIs(5)) << "all of its files, as git has it";
  // What comes later needs no file of the push.
  commit_more("later");
  push_shallow({"main"}, 1);
  EXPECT_FALSE(last().refs.at(0).forced);
}

TEST_P(Shallow, OntoWhatTheRepositoryHas) {
  ASSERT_EQ(push({ids_[3] + ":refs/heads/main"}).status, 0);
  make_shallow("2");
  commit_more("new");
  push_shallow({"main:topic"}, 3);
  push_shallow({"main~1:refs/heads/again"}, 0);
}

// The end lies where the repository goes on.
TEST_P(Shallow, WhereTheRepositoryHasTheEnd) {
  ASSERT_EQ(push({"main"}).status, 0);
  make_shallow("1");
  const std::string id = commit_more("new");
  push_shallow({"main"}, 1);
  EXPECT_EQ(last().commits.at(0).id, id);
  EXPECT_FALSE(last().refs.at(0).forced);
}

TEST_P(Shallow, SeveralEnds) {
  clone().git({"checkout", "--quiet", "-b", "side", ids_[2]});
  clone().commit("side 1");
  clone().commit("side 2");
  make_shallow("1");
  must(in_shallow(
      {"merge", "--quiet", "--allow-unrelated-histories", "-m", "merge", "origin/side"}));
  push_shallow({"main"}, 3);
}

TEST_P(Shallow, OlderHistoryComesLater) {
  make_shallow("2");
  push_shallow({"main"}, 2);
  // By somebody who has nothing else: others would leave out what the server seems to have.
  clone().git({"branch", "older", ids_[3]});
  must({{"git", "clone", "--quiet", "--branch", "older", "--single-branch",
         "file://" + clone().path().string(), "old"},
        temp_.path()});
  const Outcome pushed =
      run({{"git", "push", repository().path().string(), "older"}, temp_.path() / "old"});
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_THAT(told(), ::testing::UnorderedElementsAre(ids_[1], ids_[2], ids_[3]));
  EXPECT_THAT(ids(last().commits), ::testing::UnorderedElementsAreArray(told()));
}

TEST_P(Shallow, WithoutTheSettingGitRefuses) {
  repository().git({"config", "receive.shallowUpdate", "false"});
  make_shallow("2");
  const Outcome pushed = run(in_shallow({"push", "origin", "main"}));
  EXPECT_THAT(pushed.err, HasSubstr("shallow update not allowed"));
  EXPECT_THAT(records(), IsEmpty());
}

// A file that git did not make tells nothing about the repository.
TEST_P(Shallow, AFileFromElsewhereIsRefused) {
  ASSERT_EQ(push({ids_[3] + ":refs/heads/main"}).status, 0);
  const fs::path file = temp_.path() / "ends";
  write_file(file, ids_[6] + "\n");
  Command hook{{repository().hook("pre-receive").string()}, repository().path()};
  hook.variables = {{"GIT_DIR", "."}, {"GIT_SHALLOW_FILE", file.string()}};
  hook.input = ids_[3] + " " + ids_[3] + " refs/heads/main\n";
  const Outcome refused = run(hook);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr(file.string()));
}

INSTANTIATE_TEST_SUITE_P(Formats, Shallow, ::testing::Values("sha1", "sha256"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace rcx::test
