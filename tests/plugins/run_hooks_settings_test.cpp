#include "hook_files.hpp"

namespace rcx::tests {
namespace {

using ::testing::HasSubstr;
using testing::list;
using testing::map;
using testing::Setting;
using ::testing::StartsWith;

class RunHooksSettings : public HookFiles {
 protected:
  std::string failure_with(const Setting& settings) {
    const testing::FakeHost& host = load(settings);
    EXPECT_EQ(host.created().status, RCX_FAILED);
    return host.created().failure;
  }
  // Of one item of `hooks`.
  std::string failure_of(const Setting& item) {
    return failure_with(map({{"hooks", list({item})}}));
  }
  std::string failure_of_variable(const char* name, const Setting& value) {
    return failure_with(map({{"environment", map({{name, value}})}}));
  }
};

TEST_F(RunHooksSettings, MayBeEmptyAndSaySo) {
  testing::FakeHost& host = load(map({}));
  EXPECT_EQ(host.created().status, RCX_OK);
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "no hooks: nothing is run");
}

TEST_F(RunHooksSettings, RefuseUnknownKeys) {
  EXPECT_EQ(failure_with(map({{"hook", "x"}})),
            "rcx.yaml:2:1: hook: unknown setting; known: directory, hooks, environment, output, "
            "grace");
  EXPECT_THAT(failure_of(map({{"file", "x"}})),
              StartsWith("rcx.yaml:4:1: hooks[0].file: unknown setting; known: path,"));
  EXPECT_THAT(failure_with(map({{"output", map({{"line", 1}})}})),
              StartsWith("rcx.yaml:3:1: output.line: unknown setting; known: lines, bytes"));
}

TEST_F(RunHooksSettings, WantAListOfHooks) {
  EXPECT_EQ(failure_with(map({{"hooks", "x"}})),
            "rcx.yaml:2:1: hooks: wanted a list of hooks, got 'x'");
  EXPECT_EQ(failure_with(map({{"hooks", list({"x"})}})),
            "rcx.yaml:3:1: hooks[0]: wanted a map, got 'x'");
  EXPECT_EQ(failure_of(map({{"kind", "update"}})),
            "rcx.yaml:3:1: hooks[0]: wanted either path or directory, got a map");
  EXPECT_EQ(failure_of(map({{"path", "a"}, {"directory", "b"}})),
            "rcx.yaml:3:1: hooks[0]: wanted either path or directory, got a map");
  EXPECT_EQ(failure_with(map({{"directory", "a"}, {"hooks", list({})}})),
            "rcx.yaml:2:1: directory: wanted nothing beside hooks, got 'a'");
}

TEST_F(RunHooksSettings, WantHooksThatCanBeRun) {
  const std::string file = path("x").string();
  EXPECT_EQ(failure_of(map({{"path", "x"}})),
            "rcx.yaml:4:1: hooks[0].path: wanted a hook (cannot find " + file +
                ": No such file or directory), got 'x'");
  test::write_file(path("x"), "");
  EXPECT_EQ(failure_of(map({{"path", file}})),
            "rcx.yaml:4:1: hooks[0].path: wanted a hook (" + file +
                " is not executable; mend it with:  chmod +x " + file + "), got '" + file + "'");
  EXPECT_THAT(failure_of(map({{"directory", "x"}})),
              HasSubstr("wanted a directory of hooks (" + file + " is not a directory)"));
  EXPECT_THAT(failure_of(map({{"path", "."}})), HasSubstr("is not a file"));
  EXPECT_THAT(failure_of(map({{"path", ""}})), HasSubstr("hooks[0].path: wanted a path, got ''"));
  fs::create_directory(path("d"));
  fs::permissions(path("d"), fs::perms(0777));
  EXPECT_THAT(failure_of(map({{"directory", "d"}})), HasSubstr("can be written by others"));
  fs::permissions(path("d"), fs::perms(01777));
  EXPECT_THAT(failure_of(map({{"directory", "d"}})), HasSubstr("can be written by others"));
}

TEST_F(RunHooksSettings, KindFollowsFromTheNameWhereItCan) {
  for (const char* name : {"pre-receive", "update", "post-receive"}) {
    hook(name, "exit 0");
    EXPECT_EQ(load(map({{"hooks", list({map({{"path", name}})})}})).created().status, RCX_OK);
    fs::create_directory(path(std::string(name) + ".d"));
    EXPECT_EQ(load(map({{"directory", std::string(name) + ".d/"}})).created().status, RCX_OK);
  }
  hook("x", "exit 0");
  EXPECT_EQ(failure_of(map({{"path", "x"}})),
            "rcx.yaml:3:1: hooks[0].kind: wanted pre-receive, update or post-receive, got nothing");
  EXPECT_EQ(failure_of(map({{"path", "x"}, {"kind", "pre_receive"}})),
            "rcx.yaml:5:1: hooks[0].kind: wanted pre-receive, update or post-receive, got "
            "'pre_receive'");
  fs::create_directory(path("d"));
  EXPECT_EQ(failure_with(map({{"directory", "d"}})),
            "rcx.yaml:2:1: directory: wanted a directory named pre-receive.d, update.d or "
            "post-receive.d, got 'd'");
}

TEST_F(RunHooksSettings, WantDurations) {
  hook("update", "exit 0");
  for (const char* text : {"10", "0s", "-1s", "soon", "1e99s", "nans", ""}) {
    EXPECT_EQ(failure_of(map({{"path", "update"}, {"timeout", text}})),
              "rcx.yaml:5:1: hooks[0].timeout: wanted a duration such as 500ms, 10s or 2m, got '" +
                  std::string(text) + "'");
  }
  EXPECT_EQ(failure_with(map({{"grace", 5}})),
            "rcx.yaml:2:1: grace: wanted a duration such as 500ms, 10s or 2m, got '5'");
  for (const char* text : {"500ms", "1.5s", "2m", "2min", "1h"}) {
    EXPECT_EQ(load(map({{"grace", text}})).created().status, RCX_OK) << text;
  }
}

TEST_F(RunHooksSettings, WantLimits) {
  EXPECT_EQ(failure_with(map({{"output", map({{"lines", -1}})}})),
            "rcx.yaml:3:1: output.lines: wanted an integer in range, got '-1'");
  EXPECT_EQ(failure_with(map({{"output", map({{"bytes", "much"}})}})),
            "rcx.yaml:3:1: output.bytes: wanted a size such as 64KiB, got 'much'");
  EXPECT_EQ(failure_with(map({{"output", 5}})), "rcx.yaml:2:1: output: wanted a map, got '5'");
}

TEST_F(RunHooksSettings, WantVariables) {
  EXPECT_EQ(failure_with(map({{"environment", list({"A=b"})}})),
            "rcx.yaml:2:1: environment: wanted a map of variables, got a list");
  for (const char* name : {"", "1A", "A-B", "A=B", "A B"}) {
    EXPECT_THAT(failure_of_variable(name, "x"),
                HasSubstr("wanted a variable whose name is letters, digits and _, got 'x'"));
  }
  for (const char* name : {"GIT_DIR", "GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "RCX_CALLER",
                           "GIT_PUSH_OPTION_0", "REMOTE_USER"}) {
    EXPECT_EQ(failure_of_variable(name, "x"),
              "rcx.yaml:3:1: environment." + std::string(name) +
                  ": wanted a variable that run_hooks does not set itself, got 'x'");
  }
  for (const char* value : {"{", "}", "{caller", "{nobody}", "a}b", "{}", "{{{caller}}"}) {
    EXPECT_EQ(failure_of_variable("A", value),
              "rcx.yaml:3:1: environment.A: wanted text in which braces are doubled or one of "
              "{caller}, {caller_ip}, {event_id}, {push_id}, {repository}, {repository_path}, "
              "{server_url}, got '" +
                  std::string(value) + "'");
  }
  EXPECT_EQ(load(map({{"environment", map({{"A", 1}, {"B", true}})}})).created().status, RCX_OK);
}

}  // namespace
}  // namespace rcx::tests
