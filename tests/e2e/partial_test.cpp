// Single references of a push are refused, and the others pass.
#include "tests/e2e/partial.hpp"

namespace rcx::test {
namespace {

TEST_F(Partial, OneIsRefusedAndTheOthersPass) {
  serve();
  make_branches();
  const Outcome pushed = push({"good", "bad", "good:refs/notes/x"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.err,
              HasSubstr("[remote rejected] bad -> bad (will not have bad one [judge])"));
  EXPECT_THAT(pushed.remote(), Contains("refs/heads/bad: will not have bad one [judge]"));
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: 1 of 3 references refused, decision ")));
  EXPECT_EQ(repository().id("good"), good_);
  EXPECT_EQ(repository().id("refs/notes/x"), good_);
  EXPECT_EQ(repository().id("bad"), "");
  EXPECT_THAT(last("pre_push").refs, SizeIs(3));
  EXPECT_THAT(moved(), ElementsAre("refs/heads/good", "refs/notes/x"));
  EXPECT_THAT(ids(last("push").commits), ElementsAre(good_)) << "not what was refused";
  EXPECT_THAT(records("pre_push"), SizeIs(1)) << "nothing is asked again";

  const boost::json::object record = decision();
  EXPECT_EQ(record.at("verdict"), "partial");
  const std::string id(record.at("id").as_string());
  const std::string explained = host_.rcx({"explain", id}).out;
  EXPECT_THAT(explained, StartsWith("partial: pre_push of a by "));
  EXPECT_THAT(explained, ContainsRegex("refs/heads/bad create - -> [0-9a-f]+, refused"));
  EXPECT_THAT(host_.rcx({"decisions", "--refused"}).out, HasSubstr(id));
  EXPECT_TRUE(fs::is_empty(host_.directory() / "state/pushes")) << "what was kept goes";
}

// Its objects lie in the repository now, and no reference reaches them.
TEST_F(Partial, WhatWasRefusedIsRefusedAgain) {
  serve();
  make_branches();
  push({"good", "bad"});
  const Outcome again = push({"bad", "good:another"});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.remote(), Contains("refs/heads/bad: will not have bad one [judge]"));
  EXPECT_EQ(repository().id("bad"), "");
  EXPECT_EQ(repository().id("another"), good_);
  EXPECT_EQ(push({"bad"}).status, 1);
  EXPECT_EQ(repository().id("bad"), "");
}

TEST_F(Partial, WhereAllAreRejectedThePushIsRefused) {
  serve();
  make_branches();
  const Outcome pushed = push({"bad", "bad:worse"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.err, HasSubstr("pre-receive hook declined"));
  EXPECT_EQ(decision().at("verdict"), "refused");
}

TEST_F(Partial, AnAtomicPushIsRefusedAsAWhole) {
  serve();
  make_branches();
  const Outcome pushed = push({"--atomic", "good", "bad"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.err, HasSubstr("good -> good (atomic push, and refs/heads/bad is refused)"));
  EXPECT_THAT(pushed.remote(),
              Contains("rcx: the push is atomic, so that all references are refused"));
  EXPECT_EQ(repository().id("good"), "");
  EXPECT_EQ(repository().id("bad"), "");
  EXPECT_THAT(records("push"), IsEmpty());
  EXPECT_EQ(push({"--atomic", "good", "good:same"}).status, 0);
  EXPECT_EQ(repository().id("same"), good_);
}

TEST_F(Partial, UpdatesAndDeletionsPass) {
  serve();
  make_branches();
  ASSERT_EQ(push({"good", "good:old"}).status, 0);
  clone().git({"checkout", "--quiet", "good"});
  const std::string next = clone().commit("good two");
  const Outcome pushed = push({"good", ":old", "bad"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_EQ(repository().id("good"), next);
  EXPECT_EQ(repository().id("old"), "");
  EXPECT_THAT(moved(), UnorderedElementsAre("refs/heads/good", "refs/heads/old"));
}

// The extension names the first reference that brings a commit, and the others bring it as well.
TEST_F(Partial, ACommitThatIsRejectedComesInByNoOtherReference) {
  serve();
  make_branches();
  clone().git({"tag", "v1", "bad"});
  const Outcome pushed = push({"good", "bad", "bad:worse", "v1"});
  EXPECT_EQ(repository().id("good"), good_);
  for (const char* name : {"bad", "worse", "v1"}) EXPECT_EQ(repository().id(name), "") << name;
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: 3 of 4 references refused")));
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("which is rejected; push it alone")));
}

// An extension that has read no commit objects to the reference itself.
TEST_F(Partial, AnObjectionToAReferenceIsForThatAlone) {
  host_.add("refuser", "{settings: {refs: {locked: it is locked}}}");
  serve();
  make_branches();
  const Outcome pushed = push({"good:locked", "good"});
  EXPECT_THAT(pushed.err, HasSubstr("good -> locked (it is locked [refuser])"));
  EXPECT_EQ(repository().id("good"), good_);
}

TEST_F(Partial, AnExtensionWithItsOwnProcessesIsTheSame) {
  host_.add("judge", "{isolation: dedicated}");
  serve();
  make_branches();
  push({"good", "bad", "bad:worse"});
  EXPECT_EQ(repository().id("good"), good_);
  EXPECT_EQ(repository().id("bad") + repository().id("worse"), "");
}

TEST_F(Partial, ObjectsMayBeNamedBySha256) {
  host_.start();
  repository_.emplace(host_, "a.git", false, "sha256");
  clone_.emplace(temp_, "c", *repository_);
  make_branches();
  EXPECT_THAT(push({"good", "bad"}).err, HasSubstr("bad -> bad (will not have bad one [judge])"));
  EXPECT_EQ(repository().id("good"), good_);
  EXPECT_EQ(repository().id("bad"), "");
}

// As git has it without the hook: a reference of that name.
TEST_F(Partial, RefsForFallsThrough) {
  serve();
  make_branches();
  const Outcome pushed = push({"good:refs/for/main", "bad"});
  EXPECT_THAT(pushed.err, ContainsRegex("new reference. +good -> refs/for/main"));
  EXPECT_EQ(repository().id("refs/for/main"), good_);
}

TEST_F(Partial, AnObjectionToThePushRefusesAll) {
  host_.add("refuser", "{settings: {reason: closed today}}");
  serve();
  make_branches();
  EXPECT_EQ(push({"good", "bad"}).status, 1);
  EXPECT_EQ(repository().id("good"), "");
}

TEST_F(Partial, AFailedExtensionRefusesAll) {
  serve();
  make_branches();
  clone().git({"checkout", "--quiet", "-b", "broken", "good"});
  clone().commit("throw it");
  const Outcome pushed = push({"good", "bad", "broken"});
  EXPECT_THAT(pushed.err, HasSubstr("pre-receive hook declined"));
  EXPECT_EQ(repository().id("good"), "");
}

TEST_F(Partial, ManyReferencesInOneCall) {
  serve();
  make_branches();
  std::string updates;
  for (int i = 0; i < 1000; ++i)
    updates += "create refs/heads/b" + std::to_string(i) + " " + good_ + "\n";
  clone().git({"update-ref", "--stdin"}, updates);
  const Outcome pushed = push({"refs/heads/b*:refs/heads/b*"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: 1 of 1001 references refused")));
  EXPECT_EQ(repository().id("b999"), good_);
  EXPECT_THAT(last("push").refs, SizeIs(1000));
}

TEST_F(Partial, WithoutItsHookThePushIsRefusedAsAWhole) {
  serve();
  make_branches();
  fs::remove(repository().hook("proc-receive"));
  const Outcome pushed = push({"good", "bad"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("proc-receive, which would refuse single "
                                                  "references, is none of rcx's")));
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("run 'rcx install <repository>' again")));
  EXPECT_EQ(repository().id("good"), "");
}

TEST_F(Partial, WithoutItsConfigurationThePushIsRefusedAsAWhole) {
  serve();
  make_branches();
  repository().git({"config", "--unset-all", "receive.procReceiveRefs"});
  EXPECT_THAT(push({"good", "bad"}).remote(), Contains(HasSubstr("hooks/update, which would")));
  EXPECT_EQ(repository().id("good"), "");
  EXPECT_EQ(push({"good"}).status, 0);
}

// Somebody else's file is no hook that would refuse.
TEST_F(Partial, AForeignHookDoesNotCount) {
  serve();
  make_branches();
  fs::remove(repository().hook("proc-receive"));
  write_script(repository().hook("proc-receive"), "#!/bin/sh\nexit 0\n");
  EXPECT_EQ(push({"good", "bad"}).status, 1);
  EXPECT_EQ(repository().id("bad"), "");
  EXPECT_EQ(repository().id("good"), "");
}

TEST_F(Partial, WithoutTheVerdictAllIsRefused) {
  serve();
  make_branches();
  fs::remove_all(host_.directory() / "state/pushes");
  const Outcome pushed = push({"good", "good:same"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains(kGone));
  EXPECT_THAT(pushed.err, HasSubstr("good -> good (the verdict of rcx on this push is gone; push "
                                    "again)"));
  EXPECT_EQ(repository().id("good"), "");
}

TEST_F(Partial, WhereItIsSwitchedOffTheHooksLetThrough) {
  serve();
  make_branches();
  host_.set("partial", "false");
  host_.write_config();
  ASSERT_EQ(host_.rcx({"reload"}).status, 0);
  EXPECT_EQ(push({"good"}).status, 0);
  EXPECT_THAT(push({"good:same", "bad"}).err, HasSubstr("pre-receive hook declined"));
  EXPECT_EQ(repository().id("same"), "");
}

TEST_F(Partial, AllowLetsThroughWithoutAHost) {
  host_.set("client", "{when_unreachable: allow, connect_timeout: 10ms}");
  serve();
  make_branches();
  host_.stop();
  const Outcome pushed = push({"good", "bad"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(repository().id("bad"), bad_);
  for (const auto& entry : fs::directory_iterator(repository().path())) {
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("unjudged")));
  }
}

TEST_F(Partial, AHostForOneCallRefusesSingleReferences) {
  host_.set("client", "{when_unreachable: run-once}");
  host_.write_config();
  open("a.git");
  make_branches();
  const Outcome pushed = push({"good", "bad"});
  EXPECT_THAT(pushed.err, HasSubstr("bad -> bad (will not have bad one [judge])"));
  EXPECT_EQ(repository().id("good"), good_);
  EXPECT_EQ(repository().id("bad"), "");
}

TEST_F(Partial, IsForRepositoriesThatSaySo) {
  host_.set("partial", "false");
  host_.set("repositories", "[{match: 'team/*', partial: true}]");
  host_.start();
  fs::create_directories(host_.root() / "team");
  open("team/b.git");
  EXPECT_TRUE(fs::exists(repository().hook("proc-receive")));
  const Repository other(host_, "other.git");
  EXPECT_FALSE(fs::exists(other.hook("proc-receive"))) << "it would cost every push a process";
  EXPECT_EQ(run({{"git", "-C", other.path().string(), "config", "receive.procReceiveRefs"}}).out,
            "");
  make_branches();
  push({"good", "bad"});
  EXPECT_EQ(repository().id("good"), good_);
}

}  // namespace
}  // namespace rcx::test
