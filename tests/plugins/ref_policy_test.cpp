#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <string>
#include <vector>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::FakeRef;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The policy with one rule, made of `items`, and the group release: ada, grace.
class Policy {
 public:
  explicit Policy(std::initializer_list<Setting::Item> items)
      : host_(plugin_of(REF_POLICY_SO), map({{"groups", map({{"release", list({"ada", "grace"})}})},
                                             {"rules", list({map(items)})}})) {}

  Outcome run(const FakePush& push) { return host_.pre_push(push); }
  std::vector<std::string> objections(const FakePush& push) {
    const Outcome outcome = run(push);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_THAT(outcome.misuses, IsEmpty());
    std::vector<std::string> texts;
    for (const auto& objection : outcome.objections) texts.push_back(objection.text);
    return texts;
  }
  // Of one change by `caller`.
  std::vector<std::string> objections(const std::string& ref, std::uint32_t change,
                                      const std::string& caller = "bob", bool forced = false) {
    FakePush push;
    push.caller.name = caller;
    FakeRef& one = push.ref(ref);
    one.change = change;
    one.forced = forced;
    return objections(push);
  }

 private:
  FakeHost host_;
};

constexpr const char* kMain = "refs/heads/main";

TEST(RefPolicy, SaysWhoMayCreate) {
  Policy policy({{"name", "r"}, {"tags", "v*"}, {"create", list({"@release", "builder"})}});
  EXPECT_THAT(policy.objections("refs/tags/v1", RCX_CHANGE_CREATE),
              ElementsAre("only @release and builder may create it, not \"bob\" (rule r): use "
                          "another name, or ask one of them to do it"));
  for (const char* name : {"ada", "grace", "builder"}) {
    EXPECT_THAT(policy.objections("refs/tags/v1", RCX_CHANGE_CREATE, name), IsEmpty()) << name;
  }
  for (const char* name : {"", "release", "@release", "Ada", "ada "}) {
    EXPECT_THAT(policy.objections("refs/tags/v1", RCX_CHANGE_CREATE, name), SizeIs(1)) << name;
  }
  EXPECT_THAT(policy.objections("refs/tags/v1", RCX_CHANGE_UPDATE), IsEmpty());
  EXPECT_THAT(policy.objections("refs/tags/v1", RCX_CHANGE_DELETE), IsEmpty());
  EXPECT_THAT(policy.objections("refs/heads/v1", RCX_CHANGE_CREATE), IsEmpty()) << "no tag";
}

TEST(RefPolicy, SaysWhoMayUpdateAndDelete) {
  Policy policy({{"name", "r"}, {"branches", "main"}, {"update", "ada"}, {"delete", "nobody"}});
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE),
              ElementsAre("only ada may update it, not \"bob\" (rule r): push to another branch, "
                          "or ask one of them to do it"));
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE, "ada"), IsEmpty());
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_DELETE, "ada"),
              ElementsAre("nobody may delete it, not \"ada\" (rule r): leave it"));
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_CREATE), IsEmpty());
}

TEST(RefPolicy, FastForwardOnly) {
  Policy policy({{"name", "r"}, {"branches", "main"}, {"fast_forward_only", true}});
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE), IsEmpty());
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE, "ada", true),
              ElementsAre("it would lose commits, and nobody may do that, not \"ada\" (rule r): "
                          "fetch, merge or rebase, and push without --force"));
}

TEST(RefPolicy, WhoMayForceMustBeAllowedToUpdateAsWell) {
  Policy policy({{"name", "r"}, {"update", "grace"}, {"force", list({"@release"})}});
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE, "grace", true), IsEmpty());
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE, "ada", true), SizeIs(1));
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE, "bob", true), SizeIs(2));
}

TEST(RefPolicy, ImmutableTags) {
  Policy policy({{"name", "r"}, {"tags", "*"}, {"immutable", true}});
  EXPECT_THAT(policy.objections("refs/tags/v1", RCX_CHANGE_CREATE), IsEmpty());
  EXPECT_THAT(
      policy.objections("refs/tags/v1", RCX_CHANGE_UPDATE),
      ElementsAre("nobody may update it, not \"bob\" (rule r): make a tag of another name"));
  EXPECT_THAT(policy.objections("refs/tags/v1", RCX_CHANGE_DELETE), SizeIs(1));
  EXPECT_THAT(policy.objections(kMain, RCX_CHANGE_UPDATE), IsEmpty());
}

TEST(RefPolicy, NamesOfNewReferences) {
  Policy policy({{"name", "r"},
                 {"branches", "*"},
                 {"name_must_match", list({"^feature/[a-z]+$", "^main$"})}});
  EXPECT_THAT(policy.objections("refs/heads/feature/x", RCX_CHANGE_CREATE), IsEmpty());
  EXPECT_THAT(policy.objections("refs/heads/Foo", RCX_CHANGE_CREATE),
              ElementsAre("name must match \"^feature/[a-z]+$\" or \"^main$\": \"Foo\" (rule r): "
                          "push it under another name, as in  git push origin HERE:THERE"));
  EXPECT_THAT(policy.objections("refs/heads/feature/\xff", RCX_CHANGE_CREATE), SizeIs(1));
  EXPECT_THAT(policy.objections("refs/heads/feature/x\n", RCX_CHANGE_CREATE), SizeIs(1));
  EXPECT_THAT(policy.objections("refs/heads/Foo", RCX_CHANGE_UPDATE), IsEmpty()) << "it is there";
  EXPECT_THAT(policy.objections("refs/heads/Foo", RCX_CHANGE_DELETE), IsEmpty());
}

TEST(RefPolicy, CoversReferencesByGlob) {
  Policy some(
      {{"name", "r"}, {"branches", "main"}, {"refs", "refs/notes/*"}, {"create", "nobody"}});
  const auto covers = [](Policy& policy, const char* ref) {
    return !policy.objections(ref, RCX_CHANGE_CREATE).empty();
  };
  EXPECT_TRUE(covers(some, kMain));
  EXPECT_TRUE(covers(some, "refs/notes/a/b"));
  EXPECT_FALSE(covers(some, "refs/heads/main2"));
  EXPECT_FALSE(covers(some, "refs/heads/x/main"));
  EXPECT_FALSE(covers(some, "refs/tags/main"));
  Policy all({{"name", "r"}, {"create", "nobody"}});
  for (const char* ref : {kMain, "refs/tags/v1", "refs/for/main"}) EXPECT_TRUE(covers(all, ref));
}

TEST(RefPolicy, ObjectsToEachReferenceAlone) {
  Policy policy({{"name", "r"}, {"branches", "release/*"}, {"create", "ada"}, {"hint", "ask us"}});
  FakePush push;
  push.caller.name = "bob";
  push.ref("refs/heads/release/1").change = RCX_CHANGE_CREATE;
  push.ref(kMain).change = RCX_CHANGE_CREATE;
  push.ref("refs/heads/release/2").change = RCX_CHANGE_CREATE;
  const Outcome outcome = policy.run(push);
  ASSERT_THAT(outcome.objections, SizeIs(2));
  EXPECT_EQ(outcome.objections[0].ref, 0U);
  EXPECT_EQ(outcome.objections[1].ref, 2U);
  EXPECT_EQ(outcome.objections[1].text, "only ada may create it, not \"bob\" (rule r): ask us");
}

TEST(RefPolicy, ARepositoryMayTurnARuleOff) {
  Policy policy({{"name", "r"}, {"repositories", "team/*"}, {"create", "nobody"}});
  FakePush push;
  push.ref(kMain).change = RCX_CHANGE_CREATE;
  EXPECT_THAT(policy.objections(push), SizeIs(1));
  push.repository.name = "other";
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.repository.name = "team/app";
  push.repository.fields = {{"ref_policy.r", "off"}};
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.repository.fields = {{"ref_policy.r", true}};
  EXPECT_THAT(policy.objections(push), SizeIs(1));
  push.repository.fields = {{"ref_policy.r", "perhaps"}};
  const Outcome outcome = policy.run(push);
  EXPECT_NE(outcome.status, RCX_OK);
  EXPECT_THAT(outcome.failure, HasSubstr("ref_policy.r: wanted off or on, got 'perhaps'"));
}

}  // namespace
