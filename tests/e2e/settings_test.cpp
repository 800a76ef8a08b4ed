// What rcx.yaml says of extensions and repositories.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Settings : public HostTest {};

TEST_F(Settings, ObserveLogsAndDoesNotRefuse) {
  host_.add("refuser", "{mode: observe, settings: {reason: I would object}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), IsEmpty());
  EXPECT_THAT(host_.log(), HasSubstr("would object (mode: observe): I would object"));
  EXPECT_THAT(host_.listed("refuser"), HasSubstr("observe"));
}

TEST_F(Settings, OffIsNotRun) {
  host_.add("refuser", "{mode: off, settings: {reason: no}}");
  serve();
  clone().commit("first");
  EXPECT_EQ(push({"main"}).status, 0);
  EXPECT_THAT(host_.listed("refuser"), AllOf(HasSubstr(" off "), HasSubstr("mode: off")));
  EXPECT_THAT(host_.log(), Not(HasSubstr("refuser objects")));
}

TEST_F(Settings, OffForAnExtensionThatIsNotThere) {
  host_.name("ghost", "{mode: off}");
  serve();
  push_first();
}

TEST_F(Settings, ExtensionMayBeForSomeRepositories) {
  host_.add("refuser", "{repositories: ['team/*', special], settings: {reason: no}}");
  serve();
  push_first();
  for (const auto& [name, status] : std::map<std::string, int>{
           {"team/b", 1}, {"team/deep/c", 1}, {"special", 1}, {"special2", 0}, {"other/team", 0}}) {
    const Repository other(host_, name + ".git");
    EXPECT_EQ(run(clone().command({"push", other.path().string(), "main"})).status, status) << name;
  }
}

TEST_F(Settings, SettingsArriveAsWritten) {
  host_.add("recorder", "{settings: {list: [1, two, 3.50], map: {a: true, b: 'x y'}, v: 1.10}}");
  serve();
  push_first();
  EXPECT_EQ(last().settings,
            R"({"list":["1","two","3.50"],"map":{"a":"true","b":"x y"},"v":"1.10"})");
}

TEST_F(Settings, ExtraFieldsOfRepositories) {
  host_.set("fields", "[{key: prefix, label: Ticket prefix}, {key: owner}, {key: unused}]");
  host_.set("repositories",
            "[{match: '*', fields: {prefix: ALL, owner: ann}}, "
            "{match: ['team/*', x], fields: {prefix: TEAM}}]");
  host_.set("server_url", "https://git.example.org");
  host_.add("recorder");
  serve();
  push_first();
  EXPECT_THAT(last().fields, ElementsAre("prefix (Ticket prefix): ALL", "owner (): ann"));
  EXPECT_EQ(last().server_url, "https://git.example.org");
  const Repository other(host_, "team/b.git");
  EXPECT_EQ(run(clone().command({"push", other.path().string(), "main"})).status, 0);
  EXPECT_THAT(last().fields, ElementsAre("prefix (Ticket prefix): TEAM", "owner (): ann"));
}

TEST_F(Settings, BudgetIsVisible) {
  host_.add("recorder", "{deadline: 20s}");
  host_.set("budget", "{event: 25s}");
  serve();
  push_first();
  EXPECT_GT(last().remaining_ms, 5'000);
  EXPECT_LE(last().remaining_ms, 20'000);
}

TEST_F(Settings, BudgetOfTheEventBoundsThatOfTheExtension) {
  host_.add("recorder", "{deadline: 60s}");
  host_.set("budget", "{event: 9s}");
  serve();
  push_first();
  EXPECT_GT(last().remaining_ms, 0);
  EXPECT_LE(last().remaining_ms, 9'000);
}

TEST_F(Settings, BudgetOfTheEventEndsIt) {
  host_.set("budget", "{event: 300ms}");
  host_.add("misbehave", "{deadline: 60s, settings: {how: overrun}}");
  host_.add("recorder", "{priority: 200}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              IsSupersetOf({HasSubstr("misbehave failed: ran out of time"),
                            HasSubstr("recorder failed: no time was left for it")}));
  EXPECT_THAT(records(), IsEmpty());
}

TEST_F(Settings, NamedExtensionThatIsMissingRefuses) {
  host_.name("ghost", "{}");
  host_.add("recorder");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0),
              AllOf(HasSubstr("the extension ghost failed"), HasSubstr("not loaded"),
                    HasSubstr(host_.rcextensions().string())));
  EXPECT_EQ(repository().id("main"), "");
  EXPECT_THAT(records("pre_push"), SizeIs(1)) << "the others are asked";
}

TEST_F(Settings, NamedExtensionThatIsMissingAndMayFail) {
  host_.name("ghost", "{fail: open}");
  serve();
  push_first();
  EXPECT_THAT(host_.log(), HasSubstr("ghost failed: it is not loaded"));
}

TEST_F(Settings, NamedExtensionThatIsMissingElsewhere) {
  host_.name("ghost", "{repositories: ['team/*']}");
  serve();
  push_first();
}

TEST_F(Settings, UnnamedBadFileNeverRefuses) {
  write_file(host_.rcextensions() / "broken.so", "no library");
  write_file(host_.rcextensions() / "README.txt", "not even looked at");
  fs::create_directory(host_.rcextensions() / "folder");
  serve();
  push_first();
  EXPECT_THAT(host_.listed("broken"), HasSubstr("refused"));
  EXPECT_THAT(host_.listed("folder"), HasSubstr("folder.so"));
  EXPECT_EQ(host_.listed("README"), "");
}

TEST_F(Settings, ExtensionInADirectoryOfItsOwn) {
  write_file(host_.rcextensions() / "recorder/recorder.so", read_file(fixture("recorder")));
  write_file(host_.rcextensions() / "recorder/data/table.txt", "1\n");
  serve();
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_THAT(host_.listed("recorder"), HasSubstr("loaded"));
}

// What runs is a staged copy: the file can be replaced under the running host.
TEST_F(Settings, ReplacedFileDoesNotDisturbARunningHost) {
  host_.add("recorder");
  serve();
  push_first();
  write_file(host_.rcextensions() / "recorder.so", "overwritten in place");
  clone().commit("second");
  EXPECT_EQ(push({"main"}).status, 0);
  EXPECT_THAT(records(), SizeIs(4));
  EXPECT_EQ(host_.workers_lost(), 0);
}

}  // namespace
}  // namespace rcx::test
