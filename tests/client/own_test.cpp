// One client for many repositories: the hooks that each has of its own.
#include <filesystem>

#include "host/event/wire.h"
#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class OwnTest : public ClientTest {
 protected:
  OwnTest() {
    make_repository(repository());
    write_file(sandbox_.hooks() / RCX_WIRE_FORWARDS_FILE, "pre-receive\npost-receive\n");
    for (const char* hook : {"pre-commit", "proc-receive", "push-to-checkout", "update"}) {
      fs::create_symlink(fs::absolute(client()), sandbox_.hooks() / hook);
    }
  }
  static void make_repository(const fs::path& directory) {
    for (const char* name : {"hooks", "objects", "refs"}) fs::create_directories(directory / name);
    write_file(directory / "HEAD", "ref: refs/heads/main\n");
  }
  fs::path repository() const { return sandbox_.root() / "repo.git"; }
  Invocation in_repository(const std::string& name) const {
    Invocation call = hook(name);
    call.variables.push_back("GIT_DIR=" + repository().string());
    return call;
  }
  static void put(const fs::path& directory, const std::string& name, const std::string& script) {
    write_file(directory / "hooks" / name, script);
    fs::permissions(directory / "hooks" / name, fs::perms::owner_all);
  }
};
RCX_BOTH_CLIENTS(OwnTest);

TEST_P(OwnTest, GetsWhatGitGave) {
  put(repository(), "pre-commit",
      "#!/bin/sh\necho \"$0\" \"$1\" \"$2\" \"$VALUE\" >&2; cat >&2; exit 7\n");
  Invocation call = in_repository("pre-commit");
  call.arguments = {"one", "two words"};
  call.variables.emplace_back("VALUE=x y");
  call.input = "input\n";
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.error,
            (repository() / "hooks/pre-commit").string() + " one two words x y\ninput\n");
}

TEST_P(OwnTest, WithoutInterpreterIsRunByTheShell) {
  put(repository(), "pre-commit", "test \"$1\" = argument && echo ran >&2\n");
  Invocation call = in_repository("pre-commit");
  call.arguments = {"argument"};
  EXPECT_EQ(run_client(call).error, "ran\n");
}

TEST_P(OwnTest, DoesNotInheritThatTheClientIgnoresSigpipe) {
  put(repository(), "pre-commit", "#!/bin/sh\nkill -PIPE $$\nexit 0\n");
  EXPECT_EQ(run_client(in_repository("pre-commit")).status, 128 + 13);
}

TEST_P(OwnTest, ThatCannotBeRunFails) {
  put(repository(), "pre-commit", "#!/nowhere/interpreter\n");
  const Result result = run_client(in_repository("pre-commit"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("pre-commit cannot be run: No such file or directory"));
}

TEST_P(OwnTest, AbsentIsSuccessButWhereGitReliesOnIt) {
  EXPECT_EQ(run_client(in_repository("pre-commit")).status, 0);
  EXPECT_EQ(run_client(in_repository("update")).status, 0) << "the host is not asked";
  for (const char* name : {"proc-receive", "push-to-checkout"}) {
    const Result result = run_client(in_repository(name));
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.error,
              "rcx: this repository has no hook " + std::string(name) + " of its own\n");
  }
}

TEST_P(OwnTest, WithoutARepositoryItFails) {
  Invocation call = hook("pre-commit");
  call.variables.push_back("GIT_DIR=" + (sandbox_.root() / "absent").string());
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error, "rcx: cannot tell which repository this hook is of: pre-commit\n");
}

// `commondir` leads from a linked work tree to its repository, a file `.git` to either.
TEST_P(OwnTest, IsThatOfTheRepositoryOfALinkedWorkTree) {
  put(repository(), "pre-commit", "#!/bin/sh\nexit 7\n");
  const fs::path linked = repository() / "worktrees/one";
  fs::create_directories(linked);
  write_file(linked / "HEAD", "ref: refs/heads/one\n");
  write_file(linked / "commondir", "../..\n");
  Invocation call = hook("pre-commit");
  call.variables.push_back("GIT_DIR=" + linked.string());
  EXPECT_EQ(run_client(call).status, 7);
  write_file(sandbox_.root() / ".git", "gitdir: " + linked.string() + "\n");
  call.variables.back() = "GIT_DIR=" + (sandbox_.root() / ".git").string();
  EXPECT_EQ(run_client(call).status, 7);
}

TEST_P(OwnTest, ACopyOfThisInstanceIsPassedOverAndOneOfAnotherIsNot) {
  fs::copy_file(client(), repository() / "hooks/pre-receive");
  write_file(repository() / "hooks" / RCX_WIRE_INSTANCE_FILE,
             (sandbox_.root() / "instance").string() + "\n");
  put(repository(), "pre-receive.before-rcx", "#!/bin/sh\necho before >&2\n");
  {
    FakeWorker worker(pre_socket(), {verdict(0)});
    EXPECT_EQ(run_client(in_repository("pre-receive")).error, "before\n");
    EXPECT_EQ(worker.finish().size(), 1U);
  }
  const fs::path other = sandbox_.root() / "other";
  write_file(repository() / "hooks" / RCX_WIRE_INSTANCE_FILE, other.string() + "\n");
  const Result result = run_client(in_repository("pre-receive"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("cannot read " + other.string() + "/client.conf"));
}

// A copy of it is what a host of that repository would ask.
TEST_P(OwnTest, WhatLiesBelowNoRootIsNotAsked) {
  sandbox_.configure("root=" + (sandbox_.root() / "elsewhere").string() + "\n");
  put(repository(), "pre-receive", "#!/bin/sh\ncat >&2\n");
  Invocation call = in_repository("pre-receive");
  call.input = "lines\n";
  FakeWorker worker(pre_socket(), {verdict(1)});
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "lines\n");
  EXPECT_TRUE(worker.finish().empty());
}

TEST_P(OwnTest, APartOfAPushIsNotLeftToSomebodyElsesProcReceive) {
  write_file(sandbox_.hooks() / RCX_WIRE_FORWARDS_FILE, "post-receive\nproc-receive\npre-receive");
  const FakeWorker worker(pre_socket(),
                          {verdict(RCX_WIRE_SOME_BY_PROC_RECEIVE), verdict(RCX_WIRE_SOME_BY_UPDATE),
                           verdict(RCX_WIRE_SOME_BY_PROC_RECEIVE)});
  EXPECT_EQ(run_client(in_repository("pre-receive")).status, 0);
  EXPECT_EQ(run_client(in_repository("pre-receive")).status, 1) << "update asks nobody";
  put(repository(), "proc-receive", "#!/bin/sh\nexit 0\n");
  const Result result = run_client(in_repository("pre-receive"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("is none of rcx's"));
}

}  // namespace
}  // namespace rcx::test
