// `rcx extensions check`: an extension against the rules of the contract, one rule at a time.
#include <boost/json.hpp>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Check : public ::testing::Test {
 protected:
  Outcome check(const fs::path& file, const Words& more = {}, const std::string& rule = {}) const {
    Words all = {(built_programs() / "rcx").string(), "extensions", "check", file.string()};
    all.insert(all.end(), more.begin(), more.end());
    return run({all, temp_.path(), {{"WRONG", rule}}});
  }

  TempDir temp_;
};

struct Rule {
  std::string name;
  bool error;
  std::string says;
};

void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.name;
}

class BrokenRule : public Check, public ::testing::WithParamInterface<Rule> {};

TEST_P(BrokenRule, IsToldInOneLine) {
  write_file(temp_.path() / "rcx.yaml", "roots: [.]\nbudget: {extension: 200ms, load: 2s}\n");
  const Outcome outcome = check(fixture("wrong"), {"-c", "rcx.yaml"}, GetParam().name);
  EXPECT_EQ(outcome.status, GetParam().error ? 1 : 0) << outcome.out << outcome.err;
  EXPECT_EQ(outcome.err, "");
  const std::string kind = GetParam().error ? "error: " : "warning: ";
  EXPECT_THAT(outcome.out, AllOf(StartsWith(kind), HasSubstr(GetParam().says)));
  const std::string account =
      GetParam().error ? "wrong 1.0.0: 1 error, 0 warnings" : "wrong 1.0.0: 0 errors, 1 warning ";
  EXPECT_THAT(outcome.out, HasSubstr("\n" + account));
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 2) << outcome.out;
}

const std::vector<Rule> rules = {
    {"create_fails", true, "create: create fails: no database; give it settings"},
    {"create_silent", true, "create: fails without a reason"},
    {"create_crashes", true, "create: crashed (signal 6, Aborted)"},
    {"create_throws", true, "create: throws a C++ exception through the C interface"},
    {"create_hangs", true, "create: does not end within its budget"},
    {"create_says", true, "create: calls say in create"},
    {"create_reads", true, "create: calls rcx_commits.get in create"},
    {"create_facts", true, "create: calls rcx_reading.facts in create"},
    {"destroy_crashes", true, "destroy: crashed (signal 6, Aborted)"},
    {"destroy_throws", true, "destroy: throws a C++ exception out of destroy"},
    {"crashes", true, "pre_push on an update of a branch by one commit: crashed (signal 6"},
    {"exits", true, "calls exit()"},
    {"ends", true, "ends its process (exit status 3)"},
    {"ends_well", true, "ends its process (exit status 0)"},
    {"foreign_pipe", true, "wrote into the host's own pipe"},
    {"throws", true, "throws a C++ exception through the C interface"},
    {"hangs", true, "does not end within its budget"},
    {"status", true, "returns 17, which is no rcx_status"},
    {"no_reason", false, "fails without a reason"},
    {"fails", false, "fails: never works"},
    {"ignores_errors", true, "pre_push on commits that the host cannot read: lets a push pass"},
    {"thread", true, "calls say on a thread of its own"},
    {"late_call", true, "calls say after its handler or create has returned"},
    {"late_event", true, "reads what belonged to an earlier call"},
    {"late_commit", true, "reads what belonged to an earlier call"},
    {"late_added", true, "reads what belonged to an earlier call"},
    {"late_content", true, "what rcx_reading.content gave until it is called again"},
    {"foreign_commit", true, "gives rcx_reading.trailer a commit that is not one of this event"},
    {"lost_index", true, "asks what a reference loses that the push does not have"},
    {"lasting_thread", true, "leaves threads running after destroy"},
    {"crashing_thread", true, "takes its process down from a thread of its own"},
    {"ref_index", true, "objects to a reference that the push does not have"},
    {"empty_reason", false, "objects without a reason"},
    {"not_utf8", false, "gives say bytes that are no UTF-8"},
    {"late_objection", true,
     "push on an update of a branch by one commit: objects in a handler for"},
    {"directory", true, "changes the working directory"},
    {"umask", true, "changes the umask"},
    {"locale", true, "changes the locale"},
    {"environment", true, "changes environment variables"},
    {"no_environment", true, "changes environment variables"},
    {"signals", true, "changes what signal 10 (User defined signal 1) does"},
    {"blocked", true, "leaves signals blocked"},
    {"closes", true, "closes descriptor 0"},
    {"leaks", true, "leaves descriptors open after destroy"},
    {"child", true, "leaves child processes after destroy"},
    {"prints", false, "writes to standard output or error"},
};

INSTANTIATE_TEST_SUITE_P(Rules, BrokenRule, ::testing::ValuesIn(rules),
                         [](const auto& rule) { return rule.param.name; });

TEST_F(Check, WhoBreaksARuleInALoopIsEnded) {
  write_file(temp_.path() / "rcx.yaml", "roots: [.]\nbudget: {extension: 100ms}\n");
  const Outcome outcome = check(fixture("wrong"), {"-c", "rcx.yaml"}, "floods");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("error: pre_push on an update of a branch by one commit: "
                              "does not end within its budget"),
                    HasSubstr("warning: "), HasSubstr("no UTF-8")));
}

TEST_F(Check, WhatKeepsTheRulesHasNoFindings) {
  for (const char* id : {"wrong", "plain", "talker"}) {
    const Outcome outcome = check(fixture(id));
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(": 0 errors, 0 warnings in ")) << id;
  }
}

// All of rcx.repository/1, on every sample.
TEST_F(Check, WhatReadsAllThatThereIsHasNoFindings) {
  write_file(temp_.path() / "settings.yaml", "verify: true\n");
  const Outcome outcome = check(fixture("reader"), {"--settings", "settings.yaml"});
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(": 0 errors, 0 warnings in "));
}

TEST_F(Check, ShippedExtensionsKeepTheRules) {
  write_file(temp_.path() / "commit_policy.yaml",
             "rules: [{name: subject, subject_max_length: 72, branches: [main]}]\n");
  write_file(
      temp_.path() / "path_policy.yaml",
      "rules: [{name: all, no_case_collisions: true, windows_names: true, max_file_size: 1MB}]\n");
  write_file(temp_.path() / "protect_files.yaml",
             "rules: [{name: all, file: CODEOWNERS}, {name: src, owners: '/src/ @grace'}]\n");
  write_file(temp_.path() / "signed_commits.yaml",
             "rules: [{name: all, signers: '*@example.org', signed_push: true}]\n");
  for (const char* id :
       {"commit_policy", "path_policy", "protect_files", "push_log", "signed_commits"}) {
    const fs::path settings = temp_.path() / (std::string(id) + ".yaml");
    const fs::path file = fs::path(RCX_TEST_PLUGINS) / (std::string(id) + ".so");
    Words more;
    if (fs::exists(settings)) more = {"--settings", settings.string()};
    const Outcome outcome = check(file, more);
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(": 0 errors, 0 warnings in ")) << id;
  }
}

TEST_F(Check, WhatDoesNotLoadHasOneFinding) {
  const std::vector<std::pair<std::string, std::string>> wanted = {
      {"wrong_magic", "wanted magic 0x52435831"},  {"wrong_major", "built for ABI 99.x"},
      {"newer_minor", "needs ABI 1.77"},           {"no_handlers", "bad table of handlers"},
      {"no_entry", "exports no rcx_plugin_entry"}, {"load_throws", "ends the process while"},
      {"load_crashes", "ends the process while"},  {"load_exits", "ends the process while"},
      {"undefined_symbol", "undefined symbol"}};
  for (const auto& [id, says] : wanted) {
    const Outcome outcome = check(fixture(id));
    EXPECT_EQ(outcome.status, 1) << id;
    EXPECT_THAT(outcome.out, AllOf(StartsWith("error: "), HasSubstr(says)));
  }
}

TEST_F(Check, FileNameAndModeAreLookedAt) {
  const fs::path file = temp_.path() / "other.so";
  write_file(file, read_file(fixture("plain")));
  fs::permissions(file, fs::perms(0666));
  const Outcome outcome = check(file);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("error: the host would not load it from here: "),
                                 HasSubstr("chmod go-w"),
                                 HasSubstr("warning: its file is named other and its")));
}

TEST_F(Check, FurtherSymbolsAreAWarning) {
  write_file(temp_.path() / "open.c",
             read_file(fs::path(RCX_TEST_SOURCES) / "examples/hello_c/hello_c.c") +
                 "\nint further_symbol(void) { return 1; }\n");
  const std::string include = std::string("-I") + RCX_TEST_SOURCES + "/sdk/include";
  must({{"cc", "-shared", "-fPIC", include, "open.c", "-o", "hello_c.so"}, temp_.path()});
  const Outcome outcome = check(temp_.path() / "hello_c.so");
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("exports 1 symbols besides rcx_plugin_entry (further_symbol)"));
}

TEST_F(Check, JsonHoldsTheSame) {
  const Outcome outcome = check(fixture("wrong"), {"--json"}, "umask");
  EXPECT_EQ(outcome.status, 1);
  const auto json = boost::json::parse(outcome.out).as_object();
  EXPECT_EQ(json.at("findings").as_array().size(), 1U);
  EXPECT_EQ(json.at("findings").as_array()[0].as_object().at("severity"), "error");
  EXPECT_EQ(json.at("descriptor").as_object().at("id"), "wrong");
  EXPECT_GT(json.at("calls").to_number<int>(), 20);
}

TEST_F(Check, BadInputHasAClearAnswer) {
  const auto error = [&](const fs::path& file, const Words& more = {}) {
    const Outcome outcome = check(file, more);
    EXPECT_EQ(outcome.status, 1) << outcome.out;
    return outcome.err + outcome.out;
  };
  EXPECT_THAT(error("gone.so"), HasSubstr("gone.so is not there"));
  EXPECT_THAT(error("/dev/zero"), HasSubstr("/dev/zero is no extension"));
  EXPECT_THAT(error(temp_.path()), HasSubstr("is no extension"));
  write_file(temp_.path() / "text.so", "no library\n");
  EXPECT_THAT(error("text.so"), HasSubstr("error: cannot be loaded"));
  EXPECT_THAT(error(fixture("plain"), {"--settings", "gone.yaml"}), HasSubstr("gone.yaml"));
  EXPECT_THAT(error(fixture("plain"), {"-c", "gone.yaml"}), HasSubstr("gone.yaml"));
}

}  // namespace
}  // namespace rcx::test
