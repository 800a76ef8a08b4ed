// `rcx call` and `rcx calls` against a real host.
#include <boost/json.hpp>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

namespace json = boost::json;

class CallByName : public HostTest {
 protected:
  void start_with(const std::string& section = {}) {
    host_.add("hooks", section);
    host_.start();
  }
  Outcome call(Words words) {
    words.insert(words.begin(), "call");
    return host_.rcx(words);
  }
  json::object call_json(Words words) {
    words.insert(words.begin(), {"--json", "call"});
    return json::parse(host_.rcx(words).out).as_object();
  }
};

TEST_F(CallByName, ArgumentsArriveAsWhatTheyAre) {
  start_with();
  const Outcome all = call({"many", "text=a=b c", "integer=-3", "number=2.5", "boolean=true"});
  EXPECT_EQ(all.status, 0) << all.err << host_.log();
  EXPECT_EQ(all.out, "text=a=b c integer=-3 number=2.500000 boolean=true\n");
  EXPECT_EQ(all.err, "working\n");
  EXPECT_EQ(call({"many", "text="}).out, "text= integer=-1 number=-1.000000 boolean=false\n");
  EXPECT_EQ(call({"hooks.many", "text=1", "number=4"}).out,
            "text=1 integer=-1 number=4.000000 boolean=false\n");
}

TEST_F(CallByName, TheHandlerSeesAnEventLikeAnyOther) {
  start_with();
  const json::object made = call_json({"echo", "secret=caf\xC3\xA9"});
  EXPECT_EQ(made.at("verdict").as_string(), "done");
  const json::object event = made.at("answer").as_object();
  EXPECT_EQ(event.at("event").as_string(), "call");
  EXPECT_EQ(event.at("hook").as_string(), "echo");
  EXPECT_EQ(event.at("hook_type").as_string(), "call");
  EXPECT_EQ(event.at("arguments"), json::parse(R"({"secret": "café"})"));
  EXPECT_EQ(event.at("event_id"), made.at("decision"));
  EXPECT_FALSE(event.contains("repository"));
}

TEST_F(CallByName, WrongCallsAreStatusTwoSayWhatThereIsAndReachNobody) {
  start_with();
  const auto fault = [&](const Words& words) {
    const Outcome outcome = call(words);
    EXPECT_EQ(outcome.status, 2) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_EQ(fault({"mny", "text=a"}), "rcx: there is no hook mny; did you mean many?\n");
  EXPECT_EQ(fault({"zzzzzzzzzz"}), "rcx: there is no hook zzzzzzzzzz; see them with:  rcx calls\n");
  EXPECT_EQ(fault({"hook.many"}), "rcx: there is no hook hook.many; did you mean hooks.many?\n");
  EXPECT_EQ(fault({"many"}), "rcx: text: wanted text (Some text), got nothing\n");
  EXPECT_EQ(fault({"many", "text=a", "intger=1"}),
            "rcx: intger: many has no such parameter; did you mean integer?\n");
  EXPECT_EQ(fault({"many", "text=a", "zzzzzzzz=1"}),
            "rcx: zzzzzzzz: many has no such parameter; it takes text (text, required), integer "
            "(integer), number (number), boolean (boolean)\n");
  for (const char* value : {"1.5", "one", "", " 1", "9223372036854775808", "0x1"}) {
    EXPECT_EQ(fault({"many", "text=a", std::string("integer=") + value}),
              std::string("rcx: integer: wanted integer (How many), got '") + value + "'\n");
  }
  EXPECT_THAT(fault({"many", "text=a", "number=inf"}), HasSubstr("number: wanted number"));
  EXPECT_EQ(fault({"many", "text=a", "boolean=yes"}),
            "rcx: boolean: wanted boolean (true or false) (Whether), got 'yes'\n");
  EXPECT_EQ(fault({"many", "text=\xff"}),
            "rcx: text: wanted text (Some text), got bytes that are no UTF-8\n");
  EXPECT_EQ(fault({"many", "text"}), "rcx: wanted KEY=VALUE, got 'text'\n");
  EXPECT_EQ(fault({"many", "=a"}), "rcx: wanted KEY=VALUE, got '=a'\n");
  EXPECT_EQ(fault({"many", "text=a", "text=b"}), "rcx: text is given twice\n");
  EXPECT_EQ(fault({"where"}),
            "rcx: hooks.where is called for a repository; name it with  --repo NAME\n");
  EXPECT_EQ(fault({"where", "--repo", "none/such"}),
            "rcx: there is no repository none/such below the roots of rcx.yaml\n");
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(CallByName, IsForTheRepositoryThatIsNamed) {
  host_.set("fields", "[{key: tier, label: Tier}]");
  host_.set("repositories", "[{match: [a], fields: {tier: gold}}]");
  host_.add("hooks");
  serve();
  const std::string path = repository().path().string();
  const std::string expected = "a " + path + " gold ";
  EXPECT_THAT(call({"where", "--repo", "a"}).out, StartsWith(expected));
  EXPECT_THAT(call({"where", "--repo", path}).out, StartsWith(expected));
  const Outcome outside = call({"where", "--repo", "/etc"});
  EXPECT_NE(outside.status, 0);
  EXPECT_EQ(outside.out, "");
}

TEST_F(CallByName, OnlyRepositoriesThatTheExtensionServes) {
  host_.add("hooks", "{repositories: ['team/*']}");
  serve();
  const Outcome other = call({"where", "--repo", "a"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("hooks does not serve a: see  repositories  of hooks"));
  // It is for none.
  EXPECT_EQ(call({"many", "text=a"}).status, 0);
}

TEST_F(CallByName, AHookMayRefuse) {
  start_with();
  const Outcome refused = call({"act", "what=refuse"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("not today [hooks]\n"), HasSubstr("rcx: call refused, decision ")));
  const json::object made = call_json({"act", "what=refuse"});
  EXPECT_EQ(made.at("verdict").as_string(), "refused");
  EXPECT_FALSE(made.contains("answer"));
}

TEST_F(CallByName, AHookThatFailsIsNamedWhateverItsPolicy) {
  for (const char* policy : {"closed", "open"}) {
    host_.name("hooks", std::string("{fail: ") + policy + "}");
    start_with(std::string("{fail: ") + policy + "}");
    const Outcome thrown = call({"act", "what=throw"});
    EXPECT_EQ(thrown.status, 1) << policy;
    EXPECT_EQ(thrown.out, "");
    EXPECT_THAT(thrown.err, HasSubstr("the extension hooks failed: the database is gone"))
        << policy;
    EXPECT_THAT(call({"act", "what=no-json"}).err, HasSubstr("failed: the answer is no JSON: "));
    EXPECT_THAT(call({"act", "what=too-huge"}).err, HasSubstr("an answer may have 16777216 bytes"));
    host_.stop();
  }
}

TEST_F(CallByName, AHookThatCrashesTakesNobodyAlong) {
  host_.set("budget", "{extension: 300ms}");
  start_with();
  for (const char* what : {"crash", "exit", "hang"}) {
    const Outcome crashed = call({"act", std::string("what=") + what});
    EXPECT_EQ(crashed.status, 1) << what;
    EXPECT_THAT(crashed.err, HasSubstr("the extension hooks failed: ")) << what;
  }
  EXPECT_EQ(call({"many", "text=a"}).status, 0);
}

TEST_F(CallByName, AnswersAreBytes) {
  start_with();
  EXPECT_EQ(call({"act", "what=bytes"}).out, std::string("a\0\xff\x1b[31m\n", 9));
  const Outcome huge = call({"act", "what=huge"});
  EXPECT_EQ(huge.out.size(), std::size_t{16} << 20U);
  EXPECT_EQ(huge.out.find_first_not_of('x'), std::string::npos);
  const json::object made = call_json({"act", "what=bytes"});
  EXPECT_EQ(made.at("answer_base64").as_string(), "YQD/G1szMW0K");
}

TEST_F(CallByName, WorksInAProcessOfItsOwn) {
  start_with("{isolation: dedicated}");
  EXPECT_EQ(call({"many", "text=a"}).out, "text=a integer=-1 number=-1.000000 boolean=false\n");
  EXPECT_EQ(call({"act", "what=bytes"}).out, std::string("a\0\xff\x1b[31m\n", 9));
  EXPECT_EQ(call({"act", "what=huge"}).out.size(), std::size_t{16} << 20U);
  EXPECT_THAT(call({"act", "what=refuse"}).err, HasSubstr("not today [hooks]"));
  EXPECT_THAT(call({"act", "what=crash"}).err, HasSubstr("the extension hooks failed: "));
}

TEST_F(CallByName, TwoOfOneNameAreToldApart) {
  host_.add("hooks_b");
  start_with();
  const Outcome either = call({"many", "text=a"});
  EXPECT_EQ(either.status, 2);
  EXPECT_EQ(either.err,
            "rcx: several extensions have a hook many; call one of hooks.many, hooks_b.many\n");
  EXPECT_EQ(call({"hooks_b.many", "text=a"}).status, 0);
  const Outcome listed = host_.rcx({"calls"});
  EXPECT_THAT(listed.out, HasSubstr("hooks_b.many text=text [integer=integer]"));
}

TEST_F(CallByName, AreListed) {
  start_with();
  const Outcome listed = host_.rcx({"calls"});
  EXPECT_EQ(listed.status, 0);
  EXPECT_THAT(listed.out,
              HasSubstr("many text=text [integer=integer] [number=number] [boolean=boolean]\n"
                        "  Takes each kind of parameter. Of hooks, needs repository.read\n"
                        "  text: Some text\n  integer: How many\n"));
  EXPECT_THAT(listed.out, HasSubstr("where --repo NAME\n"));
  // Where the extension names none.
  EXPECT_THAT(listed.out, HasSubstr("Answers with the event. Of hooks, needs admin\n"));
  const json::array hooks = json::parse(host_.rcx({"--json", "calls"}).out).as_array();
  ASSERT_EQ(hooks.size(), 4U);
  EXPECT_EQ(hooks[1], json::parse(R"({"extension": "hooks", "name": "many",
      "help": "Takes each kind of parameter", "permission": "repository.read",
      "of_repository": false, "parameters": [
        {"name": "text", "help": "Some text", "kind": "text", "required": true},
        {"name": "integer", "help": "How many", "kind": "integer", "required": false},
        {"name": "number", "help": "How much", "kind": "number", "required": false},
        {"name": "boolean", "help": "Whether", "kind": "boolean", "required": false}]})"));
  EXPECT_THAT(host_.listed("hooks"), HasSubstr("call:echo,call:many,call:act,call:where"));
}

TEST_F(CallByName, NoHostAndNoHookAreSaid) {
  host_.write_config();
  EXPECT_EQ(call({"many"}).status, 3);
  EXPECT_EQ(host_.rcx({"calls"}).status, 3);
  host_.add("recorder");
  host_.start();
  EXPECT_EQ(call({"many"}).err,
            "rcx: there is no hook many; no extension that is loaded has any\n");
  EXPECT_THAT(host_.rcx({"calls"}).err, HasSubstr("no extension that is loaded has a hook"));
}

TEST_F(CallByName, LeavesARecordWithoutTheArguments) {
  start_with();
  const json::object made = call_json({"act", "what=refuse"});
  const std::string id(made.at("decision").as_string());
  const Outcome explained = host_.rcx({"explain", id});
  EXPECT_EQ(explained.status, 0) << explained.err;
  EXPECT_THAT(explained.out,
              AllOf(StartsWith("refused: call of hooks.act by "), HasSubstr("not today"),
                    HasSubstr("hook: hooks.act\n"), HasSubstr("parameters: [\"what\"]\n")));
  call({"echo", "secret=hunter2"});
  EXPECT_THAT(host_.log(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(host_.rcx({"--json", "decisions"}).out, Not(HasSubstr("hunter2")));
}

// Who may is asked before the hook hears of it.
TEST_F(CallByName, WhoHasNoPermissionIsRefusedAndRecorded) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else";
  fs::permissions(temp_.path(), fs::perms(0755));
  host_.set("identity", "{admitted_users: [nobody]}");
  start_with();
  fs::permissions(host_.directory(), fs::perms(0755));
  Command command = host_.rcx_command({"call", "act", "what=crash"});
  command.as_nobody = true;
  const Outcome denied = run(command);
  EXPECT_EQ(denied.status, 1) << denied.err;
  EXPECT_THAT(denied.err, HasSubstr("user nobody may not call hooks.act, which needs admin; an "
                                    "administrator can allow it in "));
  EXPECT_EQ(host_.workers_lost(), 0);
  EXPECT_THAT(host_.rcx({"decisions"}).out, HasSubstr("hooks.act"));
}

}  // namespace
}  // namespace rcx::test
