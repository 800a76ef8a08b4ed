// A repository made with git, and a quarantine in it that is filled as receive-pack fills one.
#pragma once

#include <gtest/gtest.h>

#include "host/vcs/git/push_commits.hpp"
#include "tests/support/command.hpp"

namespace rcx::host::git {

namespace stdfs = std::filesystem;

// By what a repository names its objects, and who reads them.
struct Kind {
  std::string name;
  std::string format;  // as `git init --object-format` has it
  Reader reader;
};

inline void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}

inline const Kind kBest{"Best", "sha1", Reader::kBest};
inline const Kind kLibrary{"Library", "sha1", Reader::kLibrary};
inline const Kind kProcess{"Process", "sha1", Reader::kProcess};
inline const Kind kSha256{"Sha256", "sha256", Reader::kProcess};
inline const Kind kBestSha256{"BestSha256", "sha256", Reader::kBest};

class StoreTest : public testing::TestWithParam<Kind> {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(start()); }

  void SetUp() override {
    stdfs::create_directories(top_);
    git({"init", "-q", "-b", "main", "--object-format=" + GetParam().format});
    tree_ = git({"hash-object", "-w", "-t", "tree", "/dev/null"});
    stdfs::create_directories(quarantine_ / "pack");
  }

  std::string git(std::vector<std::string> arguments, bool quarantined = false,
                  const std::string& input = {}) const {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=a", "-c", "user.email=a@b"});
    rcx::test::Command command{arguments, top_};
    command.input = input;
    if (quarantined) {
      command.variables = {{"GIT_OBJECT_DIRECTORY", quarantine_.string()},
                           {"GIT_ALTERNATE_OBJECT_DIRECTORIES", objects_.string()}};
    }
    std::string out = rcx::test::must(command);
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }

  // A commit whose parents are these; in the store, or in quarantine.
  std::string commit(const std::vector<std::string>& parents, bool quarantined) {
    std::vector<std::string> arguments = {"commit-tree", tree_, "-m", std::to_string(++count_)};
    for (const std::string& parent : parents) arguments.insert(arguments.end(), {"-p", parent});
    return git(arguments, quarantined);
  }

  void set_branch(const std::string& name, const std::string& id) const {
    git({"update-ref", "refs/heads/" + name, id});
  }

  static RefUpdate update(const std::string& name, const std::string& old_id,
                          const std::string& new_id) {
    RefUpdate ref;
    ref.name = "refs/heads/" + name;
    ref.old_id = old_id;
    ref.new_id = new_id;
    ref.kind = RCX_REF_BRANCH;
    ref.change = old_id.empty() ? RCX_CHANGE_CREATE : RCX_CHANGE_UPDATE;
    return ref;
  }

  std::unique_ptr<Store> open() const {
    Result<std::unique_ptr<Store>> opened = Store::open(top_.string() + "/.git", GetParam().reader);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  static ObjectId id(const std::string& text) { return ObjectId::parse(text).value(); }

  const rcx::test::TempDir temp_;
  const stdfs::path top_ = temp_.path() / "r";
  const stdfs::path objects_ = top_ / ".git" / "objects";
  const stdfs::path quarantine_ = objects_ / "tmp_objdir-incoming-test";
  std::string tree_;
  int count_ = 0;
};

inline std::string kind_name(const testing::TestParamInfo<Kind>& tested) {
  return tested.param.name;
}

}  // namespace rcx::host::git
