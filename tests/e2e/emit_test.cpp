// `rcx emit`: what a forge asks and tells, against a real host.
#include <unistd.h>

#include <boost/json.hpp>
#include <thread>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Emit : public HostTest {
 protected:
  Outcome emit(const std::string& event, const std::string& json, Words more = {}) {
    write_file(temp_.path() / "event.json", json);
    Words all = std::move(more);
    all.insert(all.end(), {"emit", event, (temp_.path() / "event.json").string()});
    return host_.rcx(all);
  }
  Outcome create(const std::string& name) {
    return emit("pre_create_repo", R"({"repo_name": ")" + name + R"("})");
  }
  std::string decision_of(const Outcome& outcome) {
    const std::size_t at = outcome.out.rfind("decision ");
    return at == std::string::npos ? "" : outcome.out.substr(at + 9, 36);
  }
};

constexpr const char* kRequest =
    R"({"pull_request_id": 7, "title": "Mend it", "caller": {"username": "ada"},
        "source": {"repository": "grace/app"}, "target": {"repository": "team/app"}})";

TEST_F(Emit, AHandlerMayRefuseAndTheForgeReadsWhy) {
  host_.add("forge_guard", "{settings: {do: reject}}");
  host_.start();
  const Outcome refused = create("team/app");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("asked about team/app\n"), HasSubstr("not today [forge_guard]\n"),
                    HasSubstr("rcx: creation of the repository refused, decision ")));
  EXPECT_THAT(refused.out, StartsWith("refused: pre_create_repo of team/app, decision "));
}

TEST_F(Emit, WhatNobodyRefusesIsAcceptedAndWhatHappenedIsTold) {
  host_.add("forge_guard", "{settings: {do: nothing}}");
  host_.start();
  const Outcome accepted = create("team/app");
  EXPECT_EQ(accepted.status, 0) << accepted.err;
  EXPECT_THAT(accepted.out, StartsWith("accepted: pre_create_repo of team/app, decision "));
  const Outcome done = emit("create_repo", R"({"repo_name": "team/app"})");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.err, "created team/app\n");
  EXPECT_THAT(done.out, StartsWith("done: create_repo of team/app, decision "));
  // Nobody handles it.
  EXPECT_EQ(emit("delete_user", R"({"username": "grace"})").status, 0);
}

// From JSON through the host and the contract to an extension in C.
TEST_F(Emit, FieldsReachAnExtensionInC) {
  host_.add("catalogue_reader");
  host_.start();
  const Outcome outcome = emit("merge_pull_request", kRequest);
  EXPECT_EQ(outcome.status, 0) << outcome.err << host_.log();
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("pull_request_id=7\n"), HasSubstr("title=Mend it\n"),
                    HasSubstr("source.repository=grace/app\n"), HasSubstr("event.caller=ada\n"),
                    HasSubstr("event.repository=team/app\n"), HasSubstr("event.hook_type=emit\n")));
}

TEST_F(Emit, PrintsJson) {
  host_.add("forge_guard", "{settings: {do: reject}}");
  host_.start();
  write_file(temp_.path() / "event.json", R"({"username": "grace"})");
  const Outcome refused =
      host_.rcx({"--json", "emit", "pre_create_user", (temp_.path() / "event.json").string()});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.err, "");
  const boost::json::object out = boost::json::parse(refused.out).as_object();
  EXPECT_EQ(out.at("verdict").as_string(), "refused");
  EXPECT_EQ(out.at("event").as_string(), "pre_create_user");
  EXPECT_EQ(out.at("about").as_string(), "grace");
  EXPECT_EQ(out.at("messages").as_array(), (boost::json::array{"asked about grace"}));
  EXPECT_EQ(out.at("reasons").as_array().at(0).as_string(), "not today [forge_guard]");
  EXPECT_EQ(out.at("decision").as_string().size(), 36U);
}

TEST_F(Emit, ReadsStandardInput) {
  host_.add("forge_guard", "{settings: {do: reject}}");
  host_.start();
  Command command = host_.rcx_command({"emit", "pre_create_repo"});
  command.input = R"({"repo_name": "a"})";
  EXPECT_EQ(run(command).status, 1);
}

TEST_F(Emit, WrongFieldsAreStatusTwoAndReachNobody) {
  host_.add("forge_guard", "{settings: {do: crash}}");
  host_.start();
  const std::string file = (temp_.path() / "event.json").string();
  const Outcome near = emit("pre_create_repo", R"({"repo_nmae": "a"})");
  EXPECT_EQ(near.status, 2);
  EXPECT_EQ(near.out, "");
  EXPECT_EQ(near.err, "rcx: " + file +
                          ": repo_nmae: pre_create_repo has no such field; did you mean "
                          "repo_name?\n");
  EXPECT_EQ(emit("pre_create_repo", "{").status, 2);
  EXPECT_EQ(emit("pre_create_repo", "").status, 2);
  EXPECT_EQ(emit("pre_create_repo", std::string(17'000'000, ' ')).status, 2);
  EXPECT_EQ(emit("pre_create_repo", std::string(100'000, '[')).status, 2);
  EXPECT_EQ(emit("pre_create_repo", "{\"repo_name\": \"\xff\"}").status, 2);
  const Outcome secret = emit("pre_create_user", R"({"username": "a", "password": "hunter2"})");
  EXPECT_EQ(secret.status, 2);
  EXPECT_THAT(secret.err, Not(HasSubstr("hunter2")));
  EXPECT_EQ(host_.rcx({"emit", "pre_create_repo", "/nowhere/at/all"}).status, 2);
  const Outcome hook = emit("pre_push", "{}");
  EXPECT_EQ(hook.status, 2);
  EXPECT_THAT(hook.err, HasSubstr("cannot be emitted; install the hook with:  rcx install REPO"));
  EXPECT_EQ(emit("no_such_event", "{}").status, 2);
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Emit, WithoutAHostIsStatusThree) {
  host_.write_config();
  const Outcome none = create("a");
  EXPECT_EQ(none.status, 3);
  EXPECT_THAT(none.err, HasSubstr("start it with:  rcxd -c "));
}

// What it is about decides, by both names where it has two; users are in no repository.
TEST_F(Emit, FiltersGoByTheNameOfTheRepositoryOrGroup) {
  host_.add("forge_guard", "{repositories: ['team/*'], settings: {do: reject}}");
  host_.start();
  EXPECT_EQ(create("team/app").status, 1);
  EXPECT_EQ(create("other/app").status, 0);
  const auto rename = [&](const std::string& from, const std::string& to) {
    return emit("pre_rename_repo",
                R"({"repo_name": ")" + from + R"(", "new_name": ")" + to + R"("})")
        .status;
  };
  EXPECT_EQ(rename("team/app", "other/app"), 1);
  EXPECT_EQ(rename("other/app", "team/app"), 1);
  EXPECT_EQ(rename("other/app", "other/tool"), 0);
  EXPECT_EQ(emit("pre_merge_pull_request", kRequest).status, 1);
  EXPECT_EQ(emit("pre_create_repo_group", R"({"group_name": "team/sub"})").status, 1);
  EXPECT_EQ(emit("pre_create_repo_group", R"({"group_name": "other"})").status, 0);
  EXPECT_EQ(emit("pre_create_user", R"({"username": "grace"})").status, 1);
}

TEST_F(Emit, LeavesARecordThatExplains) {
  host_.add("forge_guard", "{settings: {do: reject}}");
  host_.start();
  const Outcome refused = emit("pre_create_user",
                               R"({"username": "grace", "email": "grace@example.org",
               "caller": {"username": "ada", "ip": "192.0.2.1"}})");
  const Outcome explained = host_.rcx({"explain", decision_of(refused)});
  EXPECT_EQ(explained.status, 0) << explained.err;
  EXPECT_THAT(explained.out,
              AllOf(StartsWith("refused: pre_create_user of grace by ada (says the forge, uid "),
                    HasSubstr("forge_guard 1.0.0 objected\n    not today\n"),
                    HasSubstr("Told\n  username: grace\n  email: grace@example.org\n"),
                    HasSubstr("from 192.0.2.1)")));
  const Outcome listed = host_.rcx({"decisions"});
  EXPECT_THAT(listed.out, HasSubstr("pre_create_user  grace  ada"));
}

// Who failed is named, and its policy answers, as for a push.
TEST_F(Emit, AnExtensionThatFailsRefusesAndIsNamed) {
  host_.set("budget", "{extension: 300ms}");
  host_.add("forge_guard", "{settings: {do: throw, on: throws}}");
  host_.add("forge_guard_b", "{settings: {do: hang, on: hangs}}");
  host_.start();
  const Outcome thrown = create("throws");
  EXPECT_EQ(thrown.status, 1);
  EXPECT_THAT(thrown.err, HasSubstr("the extension forge_guard failed: the database is gone"));
  const Outcome hung = create("hangs");
  EXPECT_EQ(hung.status, 1);
  EXPECT_THAT(hung.err, HasSubstr("the extension forge_guard_b failed: "));
  EXPECT_EQ(create("else").status, 0);
}

TEST_F(Emit, AnExtensionThatCrashesIsFoundAndOthersAreAsked) {
  host_.add("forge_guard", "{settings: {do: crash, on: crashes}}");
  host_.add("forge_guard_b", "{settings: {do: nothing}}");
  host_.start();
  const Outcome crashed = create("crashes");
  EXPECT_EQ(crashed.status, 1);
  EXPECT_THAT(crashed.err, AllOf(HasSubstr("the extension forge_guard failed: "),
                                 Not(HasSubstr("forge_guard_b failed"))));
  EXPECT_EQ(create("else").status, 0);
}

TEST_F(Emit, FailOpenLetsItPass) {
  host_.add("forge_guard", "{fail: open, settings: {do: throw}}");
  host_.start();
  EXPECT_EQ(create("a").status, 0);
}

TEST_F(Emit, ObserveOnlyRecords) {
  host_.add("forge_guard", "{mode: observe, settings: {do: reject}}");
  host_.start();
  const Outcome passed = create("a");
  EXPECT_EQ(passed.status, 0) << passed.err;
  EXPECT_THAT(host_.rcx({"explain", decision_of(passed)}).out,
              HasSubstr("would have objected (mode: observe)"));
}

// Partial acceptance is for pushes.
TEST_F(Emit, IsRefusedAsAWholeWherePushesPassInPart) {
  host_.set("partial", "true");
  host_.add("forge_guard", "{settings: {do: reject, on: a}}");
  host_.start();
  EXPECT_EQ(create("a").status, 1);
  EXPECT_EQ(create("b").status, 0);
}

TEST_F(Emit, ReachesAnExtensionInAProcessOfItsOwn) {
  host_.add("forge_guard", "{isolation: dedicated, settings: {do: reject, on: a}}");
  host_.add("catalogue_reader", "{isolation: dedicated}");
  host_.start();
  const Outcome refused = create("a");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("not today [forge_guard]"), HasSubstr("repo_name=a\n")));
  EXPECT_EQ(create("b").status, 0);
}

TEST_F(Emit, ExtraFieldsOfTheRepositoryAreThere) {
  host_.set("fields", "[{key: frozen}]");
  host_.set("repositories", "[{match: 'team/*', fields: {frozen: true}}]");
  host_.add("forge_guard", "{settings: {do: frozen}}");
  host_.start();
  const Outcome outcome = create("team/app");
  EXPECT_EQ(outcome.status, 1) << outcome.err << host_.log();
  EXPECT_THAT(outcome.err, HasSubstr("it is frozen [forge_guard]\n"));
  EXPECT_EQ(create("other/app").status, 0);
  EXPECT_EQ(emit("pre_create_user", R"({"username": "team/app"})").status, 0);
}

TEST_F(Emit, ManyAtOnce) {
  host_.add("forge_guard", "{settings: {do: reject, on: r3}}");
  host_.start();
  std::vector<Running> running;
  for (int i = 0; i < 8; ++i) {
    Command command = host_.rcx_command({"emit", "pre_create_repo"});
    command.input = R"({"repo_name": "r)" + std::to_string(i) + R"("})";
    running.emplace_back(command);
  }
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(running[static_cast<std::size_t>(i)].wait().status, i == 3 ? 1 : 0) << i;
  }
}

// Extensions of the first release hear nothing of it, and stand in nobody's way.
TEST_F(Emit, ExtensionsOfTheFirstReleaseAreLeftAlone) {
  host_.add("first_release_c", "{settings: {reason: closed}}");
  host_.add("first_release_cpp", "{settings: {reason: closed}}");
  host_.start();
  EXPECT_EQ(create("a").status, 0);
  EXPECT_EQ(emit("create_user", R"({"username": "grace"})").status, 0);
}

// A host of root, and a forge that runs as nobody.
class EmitStranger : public Emit {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be two users";
    host_.add("forge_guard", "{settings: {do: nothing}}");
  }
  Outcome emit_as_nobody() {
    host_.start();
    Command command = host_.rcx_command({"emit", "pre_create_repo"});
    // It may stand where nobody cannot look.
    const fs::path program = temp_.path() / "rcx";
    write_file(program, read_file(command.argv.front()));
    fs::permissions(program, static_cast<fs::perms>(0755));
    command.argv.front() = program.string();
    command.input = R"({"repo_name": "a", "caller": {"username": "root"}})";
    command.as_nobody = true;
    return run(command);
  }
};

TEST_F(EmitStranger, IsNotHeard) {
  const Outcome outcome = emit_as_nobody();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("user nobody may not use"));
}

TEST_F(EmitStranger, WhoMayPushMayNotSpeakForOthers) {
  host_.set("identity", "{admitted_users: [nobody]}");
  const Outcome outcome = emit_as_nobody();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("user nobody may not say what others do"),
                                 HasSubstr("trusted_users: [nobody]")));
  EXPECT_THAT(outcome.err, Not(HasSubstr("asked about")));
}

TEST_F(EmitStranger, IsHeardWhereItIsTrusted) {
  host_.set("identity", "{trusted_users: [nobody]}");
  const Outcome outcome = emit_as_nobody();
  EXPECT_EQ(outcome.status, 0) << outcome.err << host_.log();
  EXPECT_THAT(outcome.err, HasSubstr("asked about a"));
}

}  // namespace
}  // namespace rcx::test
