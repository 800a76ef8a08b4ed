// Files that do not load: one line each, which says what to do. And none keeps a good one away.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

// A fixture that is refused, and what its line holds.
struct Bad {
  std::string id;
  std::vector<std::string> says;
};

void PrintTo(const Bad& bad, std::ostream* out) {
  *out << bad.id;
}

class Load : public HostTest {
 protected:
  Load() {
    host_.add("recorder");
    host_.set("budget", "{load: 2s}");
  }
  // The line of `id` has that standing and these texts; and the recorder works all the same.
  void expect_refused(const std::string& id, const std::vector<std::string>& says) {
    const std::string line = host_.listed(id);
    EXPECT_THAT(line, HasSubstr(" refused ")) << host_.log();
    for (const std::string& text : says) EXPECT_THAT(line, HasSubstr(text));
    EXPECT_THAT(host_.listed("recorder"), HasSubstr(" loaded "));
  }
  void start_with(const std::string& id, const std::string& bytes) {
    write_file(host_.rcextensions() / (id + ".so"), bytes);
    host_.start();
  }
};

class LoadFixture : public Load, public ::testing::WithParamInterface<Bad> {};

TEST_P(LoadFixture, IsRefusedInOneLine) {
  host_.add(GetParam().id);
  serve();
  expect_refused(GetParam().id, GetParam().says);
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
}

INSTANTIATE_TEST_SUITE_P(
    Bad, LoadFixture,
    ::testing::Values(Bad{"no_entry", {"exports no rcx_plugin_entry", "define it with"}},
                      Bad{"wrong_magic", {"wanted magic", "0x00000021", "RCX_ABI_MAGIC"}},
                      Bad{"wrong_major", {"built for ABI 99.x", "rebuild it"}},
                      Bad{"newer_minor", {"needs ABI 1.77", "upgrade rcx"}},
                      Bad{"no_handlers", {"bad table of handlers"}},
                      Bad{"undefined_symbol", {"undefined symbol: nobody_defines_this", "link"}},
                      Bad{"load_throws", {"while it is loaded", "static constructors"}},
                      Bad{"load_crashes", {"while it is loaded", "signal 11"}},
                      Bad{"load_exits", {"while it is loaded", "static constructors"}},
                      Bad{"load_hangs", {"hangs while it is loaded", "2 s"}}),
    [](const auto& tested) { return tested.param.id; });

TEST_F(Load, NotElf) {
  start_with("bad", "this is text\n");
  expect_refused("bad", {"bad.so: cannot be loaded", "copy it again"});
}

TEST_F(Load, Empty) {
  start_with("bad", "");
  expect_refused("bad", {"bad.so: cannot be loaded", "copy it again"});
}

TEST_F(Load, Truncated) {
  const std::string whole = read_file(fixture("plain"));
  for (const std::size_t size : {40U, 1000U, 5000U}) {
    const std::string id = "cut" + std::to_string(size);
    write_file(host_.rcextensions() / (id + ".so"), whole.substr(0, size));
  }
  host_.start();
  for (const char* id : {"cut40", "cut1000", "cut5000"}) expect_refused(id, {"copy it again"});
}

TEST_F(Load, ElfOfAnotherMachine) {
  std::string bytes = read_file(fixture("plain"));
  bytes[18] = '\x28';  // e_machine: ARM
  start_with("bad", bytes);
  expect_refused("bad", {"cannot be loaded"});
}

TEST_F(Load, IdThatTwoFilesHave) {
  host_.add("plain");
  write_file(host_.rcextensions() / "copy.so", read_file(fixture("plain")));
  host_.start();
  const std::string list = must(host_.rcx_command({"extensions", "list"}));
  EXPECT_THAT(list, HasSubstr("plain.so: copy.so has the id 'plain' as well; remove one"));
  EXPECT_THAT(list, HasSubstr("copy.so: plain.so has the id 'plain' as well; remove one"));
  EXPECT_THAT(host_.listed("recorder"), HasSubstr(" loaded "));
}

TEST_F(Load, WritableByOthers) {
  host_.add("plain");
  ASSERT_EQ(::chmod((host_.rcextensions() / "plain.so").c_str(), 0666), 0);
  host_.start();
  expect_refused("plain", {"can be written by others (mode 0666)", "chmod go-w"});
}

// No host starts on that (Places); who asks without one is told as well.
TEST_F(Load, DirectoryWritableByOthers) {
  host_.add("plain");
  ASSERT_EQ(::chmod(host_.rcextensions().c_str(), 0777), 0);
  host_.write_config();
  EXPECT_THAT(host_.listed("plain"), AllOf(HasSubstr(" refused "), HasSubstr("chmod go-w")));
  EXPECT_THAT(host_.listed("recorder"), HasSubstr(" refused "));
}

TEST_F(Load, OwnedByAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give files away";
  host_.add("plain");
  give_away(host_.rcextensions() / "plain.so", kNobody);
  host_.start();
  expect_refused("plain", {"belongs to uid 65534", "chown"});
}

TEST_F(Load, DanglingLink) {
  fs::create_symlink(temp_.path() / "nowhere.so", host_.rcextensions() / "bad.so");
  host_.start();
  expect_refused("bad", {"cannot follow"});
}

TEST_F(Load, WithoutAHostTheListIsTheSame) {
  host_.add("wrong_major");
  host_.write_config();
  expect_refused("wrong_major", {"rebuild it"});
  host_.start();
  expect_refused("wrong_major", {"rebuild it"});
}

// `create` runs in the workers, not when the file is looked at.
class Create : public Load, public ::testing::WithParamInterface<Bad> {
 protected:
  void add_creator(const std::string& more) {
    host_.add("creator", "{settings: {how: " + GetParam().id + "}" + more + "}");
  }
};

TEST_P(Create, FailureRefusesPushes) {
  add_creator("");
  serve();
  expect_refused("creator", GetParam().says);
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0), AllOf(HasSubstr("the extension creator failed: it is not "
                                                     "loaded"),
                                           HasSubstr(GetParam().says.at(0))));
  EXPECT_THAT(records("pre_push"), SizeIs(1)) << "the others are asked";
}

TEST_P(Create, FailureOfOneThatMayFail) {
  add_creator(", fail: open");
  serve();
  expect_refused("creator", GetParam().says);
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Create,
    ::testing::Values(Bad{"throw", {"create failed: no table of tickets"}},
                      Bad{"setting",
                          {"how: wanted one of fine and good, got 'setting'", "rcx.yaml:"}},
                      Bad{"crash", {"create crashed (signal 11", "rcx reload"}},
                      Bad{"exit", {"create called exit()", "rcx reload"}},
                      Bad{"hang", {"create did not end within its deadline"}}),
    [](const auto& tested) { return tested.param.id; });

// Whoever could write where copies are kept could have put another library there.
TEST_F(Load, CopyThatOthersCouldHaveMade) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give files away";
  host_.add("judge");
  serve();
  ASSERT_EQ(host_.stop(), 0);
  for (const fs::directory_entry& entry :
       fs::directory_iterator(host_.directory() / "state/staged")) {
    give_away(entry.path(), kNobody);
  }
  host_.start();
  EXPECT_THAT(host_.listed("judge"),
              AllOf(HasSubstr("refused"), HasSubstr("its copy may not be"), HasSubstr("rm -r ")));
}

}  // namespace
}  // namespace rcx::test
