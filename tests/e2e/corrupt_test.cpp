// Objects of the server that are damaged, and that a push needs to be told of.
#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Corrupt : public HostTest, public ::testing::WithParamInterface<std::string> {
 protected:
  Corrupt() { host_.add("recorder"); }

  // A parent on the server whose tree is in a file of its own, or in a pack.
  void make(bool packed) {
    host_.start();
    repository_.emplace(host_, "a.git", false, GetParam());
    clone_.emplace(temp_, "c", *repository_);
    std::map<std::string, std::string> files;
    for (int i = 0; i < 100; ++i) files["dir/f" + std::to_string(i)] = "x";
    clone().commit("first", files);
    repository().git({"config", "receive.unpackLimit", "1000"});
    ASSERT_EQ(push({"main"}).status, 0);
    if (packed) repository().git({"repack", "-adq"});
    tree_ = clone().id("HEAD:dir");
    clone().commit("second", {{"dir/f1", "y"}});
  }

  fs::path file_of(const std::string& id) const {
    return repository_->path() / "objects" / id.substr(0, 2) / id.substr(2);
  }

  static void flip(const fs::path& file, std::size_t at) {
    std::string bytes = read_file(file);
    bytes.at(at) = static_cast<char>(bytes[at] ^ 0x10);
    fs::permissions(file, fs::perms::owner_all);
    write_file(file, bytes);
  }

  // Neither accepted, nor told to the extension as a push that changes nothing.
  void expect_refusal_that_names_it() {
    const std::size_t before = records().size();
    // Otherwise git itself meets it, as what a delta is based on.
    const Outcome pushed = push({"--no-thin", "main"});
    EXPECT_EQ(pushed.status, 1) << pushed.err;
    EXPECT_THAT(pushed.remote(), Contains(AllOf(StartsWith("rcx: "), HasSubstr(tree_))));
    EXPECT_EQ(records().size(), before);
    EXPECT_NE(repository().id("main"), clone().id());
  }

  std::string tree_;
};

TEST_P(Corrupt, BitFlipInALooseTree) {
  make(false);
  const fs::path file = file_of(tree_);
  flip(file, fs::file_size(file) / 2);
  expect_refusal_that_names_it();
}

TEST_P(Corrupt, EmptyFileOfATree) {
  make(false);
  fs::permissions(file_of(tree_), fs::perms::owner_all);
  write_file(file_of(tree_), "");
  expect_refusal_that_names_it();
}

TEST_P(Corrupt, TreeThatIsNotThere) {
  make(false);
  fs::remove(file_of(tree_));
  expect_refusal_that_names_it();
}

TEST_P(Corrupt, BitFlipInAPack) {
  make(true);
  std::string pack;
  for (const auto& entry : fs::directory_iterator(repository().path() / "objects/pack")) {
    if (entry.path().extension() == ".pack") pack = entry.path().string();
  }
  const std::string index = pack.substr(0, pack.size() - 5) + ".idx";
  const std::string listed = repository().git({"verify-pack", "-v", index});
  std::istringstream words(listed.substr(listed.find(tree_)));
  std::string id;
  std::string type;
  std::size_t size = 0;
  std::size_t in_pack = 0;
  std::size_t offset = 0;
  words >> id >> type >> size >> in_pack >> offset;
  ASSERT_EQ(type, "tree");
  flip(pack, offset + in_pack / 2);
  expect_refusal_that_names_it();
}

// One damaged repository, and whoever pushes to it, takes no extension from all others.
TEST_P(Corrupt, ExtensionIsNotDisabledForIt) {
  host_.set("breaker", "{failures: 3}");
  make(false);
  fs::remove(file_of(tree_));
  for (int i = 0; i < 4; ++i) expect_refusal_that_names_it();
  const Repository other(host_, "b.git", false, GetParam());
  const Outcome pushed = run(clone().command({"push", other.path().string(), "main"}));
  EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_THAT(host_.listed("recorder"), Not(HasSubstr("disabled")));
}

// Where neither libgit2 nor git can: what is pushed is not let through unread.
TEST_F(HostTest, WhatNobodyCanOpenIsRefusedWithTheReason) {
  host_.add("recorder");
  const fs::path broken = temp_.path() / "broken/git";
  write_file(broken.string(), "#!/bin/sh\necho 'fatal: not today' >&2\nexit 128\n", 0755);
  host_.set_variable("PATH", broken.parent_path().string() + ":" + std::getenv("PATH"));
  host_.start();
  repository_.emplace(host_, "a.git", false, "sha256");  // which libgit2 does not read
  clone_.emplace(temp_, "c", *repository_);
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains(AllOf(StartsWith("rcx: "), HasSubstr("not today"))))
      << pushed.err;
  EXPECT_THAT(records(), IsEmpty());
  EXPECT_EQ(repository().id("main"), "");
}

INSTANTIATE_TEST_SUITE_P(Formats, Corrupt, ::testing::Values("sha1", "sha256"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace rcx::test
