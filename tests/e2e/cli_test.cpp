// The programs as one types them.
#include <boost/json.hpp>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Cli : public HostTest {
 protected:
  Outcome program(const std::string& name, const Words& arguments) {
    Command command{{(built_programs() / name).string()}, temp_.path()};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    return run(command);
  }
  // Of rcx.yaml with this text.
  Outcome check(const std::string& text) {
    write_file(host_.file(), text);
    return host_.rcx({"config", "check"});
  }
};

TEST_F(Cli, HelpOfEachCommandHoldsAnExample) {
  for (const Words& command : std::vector<Words>{{},
                                                 {"init"},
                                                 {"install"},
                                                 {"uninstall"},
                                                 {"extensions", "list"},
                                                 {"status"},
                                                 {"config", "check"}}) {
    Words words = command;
    words.emplace_back("--help");
    const Outcome help = program("rcx", words);
    EXPECT_EQ(help.status, 0) << help.err;
    EXPECT_THAT(help.out, HasSubstr("Example:  rcx")) << (command.empty() ? "rcx" : command[0]);
  }
  const Outcome help = program("rcxd", {"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("Example:  rcxd"));
}

TEST_F(Cli, VersionOfEachProgram) {
  for (const char* name : {"rcx", "rcxd", "rcx-hook"}) {
    const Outcome version = program(name, {"--version"});
    EXPECT_EQ(version.status, 0) << name;
    EXPECT_THAT(version.out, ContainsRegex("[0-9]+\\.[0-9]+\\.[0-9]+")) << name;
  }
}

TEST_F(Cli, WrongUsageIsStatusTwo) {
  for (const Words& words : std::vector<Words>{{},
                                               {"frobnicate"},
                                               {"status", "--no-such-option"},
                                               {"status", "--wait", "soon"},
                                               {"install"},
                                               {"init"},
                                               {"init", "a", "b"},
                                               {"config"},
                                               {"extensions"}}) {
    const Outcome wrong = program("rcx", words);
    EXPECT_EQ(wrong.status, 2) << (words.empty() ? "" : words[0]) << wrong.err;
    EXPECT_NE(wrong.err, "");
  }
  EXPECT_EQ(program("rcxd", {"--no-such-option"}).status, 2);
}

TEST_F(Cli, MissingConfigurationSaysHowToMakeOne) {
  for (const Outcome& wrong : {program("rcx", {"-c", "/nowhere/rcx.yaml", "status"}),
                               program("rcxd", {"-c", "/nowhere/rcx.yaml"})}) {
    EXPECT_EQ(wrong.status, 1);
    EXPECT_THAT(wrong.err, AllOf(HasSubstr("/nowhere/rcx.yaml"), HasSubstr("rcx init")));
  }
}

TEST_F(Cli, StatusWithoutAHostIsStatusThree) {
  const Outcome status = host_.rcx({"status"});
  EXPECT_EQ(status.status, 3);
  EXPECT_THAT(status.err, HasSubstr("rcxd -c " + host_.file().string()));
}

TEST_F(Cli, StatusOfAHost) {
  host_.add("plain");
  host_.start();
  const Outcome status = host_.rcx({"status"});
  EXPECT_EQ(status.status, 0);
  EXPECT_THAT(status.out, AllOf(HasSubstr("is ready, pid " + std::to_string(host_.host().pid())),
                                HasSubstr("1 of 1 loaded"), HasSubstr(host_.file().string())));
}

TEST_F(Cli, JsonParses) {
  host_.add("plain");
  host_.add("wrong_major");
  host_.start();
  const auto status = boost::json::parse(must(host_.rcx_command({"--json", "status"})));
  EXPECT_EQ(status.at("phase").as_string(), "ready");
  EXPECT_EQ(status.at("pid").to_number<pid_t>(), host_.host().pid());
  EXPECT_EQ(status.at("workers").as_array().size(), 2U);
  // The flag may stand behind the command as well.
  const auto list = boost::json::parse(must(host_.rcx_command({"extensions", "list", "--json"})));
  ASSERT_EQ(list.as_array().size(), 2U);
  EXPECT_EQ(list.at(0).at("status").as_string(), "loaded");
  EXPECT_EQ(list.at(1).at("status").as_string(), "refused");
}

TEST_F(Cli, ListWithoutExtensions) {
  host_.start();
  EXPECT_THAT(must(host_.rcx_command({"extensions", "list"})),
              HasSubstr(host_.rcextensions().string()));
}

TEST_F(Cli, InitTwiceChangesNothing) {
  write_file(host_.file(), "roots: [elsewhere]\n");
  const Outcome again = program("rcx", {"init", host_.directory().string()});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("nothing was changed"));
  EXPECT_EQ(read_file(host_.file()), "roots: [elsewhere]\n");
}

TEST_F(Cli, InitMakesWhatRuns) {
  const fs::path other = temp_.path() / "o/n";
  ASSERT_EQ(program("rcx", {"init", other.string()}).status, 0);
  const std::string file = (other / "rcx.yaml").string();
  const Outcome checked = program("rcx", {"-c", file, "config", "check"});
  EXPECT_EQ(checked.status, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("no mistakes"));
}

TEST_F(Cli, ConfigurationByVariable) {
  Command command{{(built_programs() / "rcx").string(), "config", "check"}, temp_.path()};
  command.variables["RCX_CONFIG"] = host_.file().string();
  EXPECT_EQ(run(command).status, 0);
}

TEST_F(Cli, UnknownKeyNamesTheNearest) {
  const Outcome wrong = check("roots: [repositories]\nextension:\n  a: {}\n");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr(host_.file().string() + ":2:1: unknown key 'extension'"),
                               HasSubstr("did you mean 'extensions'?")));
}

TEST_F(Cli, UnknownKeyInsideNamesItsPath) {
  const Outcome wrong = check("roots: [repositories]\nbudget:\n  exension: 5s\n");
  EXPECT_THAT(wrong.err, AllOf(HasSubstr(":3:3: unknown key 'budget.exension'"),
                               HasSubstr("did you mean 'extension'?")));
}

TEST_F(Cli, WrongTypeSaysWhatWasWanted) {
  const Outcome wrong = check("roots: [repositories]\nworkers:\n  pre: {threads: many}\n");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err,
              AllOf(HasSubstr(":3:18: workers.pre.threads: wanted an integer from 1 to 64"),
                    HasSubstr("got 'many'")));
}

TEST_F(Cli, DuplicateKeyIsRefused) {
  const Outcome wrong = check("roots: [repositories]\nrun: a\nrun: b\n");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr(":3:1: duplicate key 'run', first given in line 2"));
}

TEST_F(Cli, EveryMistakeIsFound) {
  const Outcome wrong = check(
      "roots: [repositories]\nclient: {timeout: soon}\nbugdet: {}\n"
      "extensions: {a: {fail: ajar}}\n");
  EXPECT_THAT(wrong.err, AllOf(HasSubstr(":2:19:"), HasSubstr(":3:1:"), HasSubstr(":4:24:")));
}

TEST_F(Cli, BrokenYamlSaysWhere) {
  const Outcome wrong = check("roots: [repositories\n");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr(host_.file().string() + ":"));
}

TEST_F(Cli, HostDoesNotStartWithAMistake) {
  host_.set("bugdet", "{}");
  host_.launch();
  const Outcome ended = host_.host().wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("did you mean 'budget'?"));
}

}  // namespace
}  // namespace rcx::test
