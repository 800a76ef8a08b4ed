// Second versions of extensions, which observe beside the first and are compared with it.
#include "tests/e2e/isolation.hpp"

namespace rcx::test {
namespace {

class Canary : public Isolation {
 protected:
  void serve_both(const std::string& more = {}) {
    fs::create_directory(host_.directory() / "next");
    replace("judge_next");
    host_.add("judge", "{canary: next/judge.so" + more + "}");
    host_.add("recorder");
    serve();
  }
  fs::path file() const { return host_.directory() / "next/judge.so"; }
  void replace(const std::string& by) const {
    write_file(host_.directory() / "next/.fresh", read_file(fixture(by)));
    fs::rename(host_.directory() / "next/.fresh", file());
  }
  Outcome compare(const Words& more = {}) {
    Words words = {"extensions", "compare", "judge"};
    words.insert(words.end(), more.begin(), more.end());
    return host_.rcx(words);
  }
};

TEST_F(Canary, ObservesAndIsCompared) {
  serve_both();
  EXPECT_THAT(host_.listed("judge@canary"), AllOf(HasSubstr("loaded"), HasSubstr("2.0.0")));
  const Outcome good = push_subject("good");
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_THAT(good.remote(), ElementsAre(HasSubstr(" brings good"), "after"))
      << "said once, and nothing is done twice";
  EXPECT_EQ(push_subject("bad one").status, 1);
  EXPECT_EQ(push_subject("worse one").status, 0);
  EXPECT_FALSE(fs::exists(host_.data("judge@canary") / "after"));

  const Outcome compared = compare();
  EXPECT_EQ(compared.status, 0) << compared.err;
  EXPECT_THAT(compared.out,
              AllOf(HasSubstr("  judge 1.0.0  objects\n    refs/heads/b2: will not have bad one\n"
                              "  judge@canary 2.0.0  agrees\n"),
                    HasSubstr("  judge 1.0.0  agrees\n  judge@canary 2.0.0  objects\n    "
                              "refs/heads/b3: will not have worse one\n"),
                    HasSubstr("2 of 3 events differ\n")));
  EXPECT_THAT(compare({"--limit", "1"}).out, Not(HasSubstr("will not have bad")));
  Words json = {"--json", "extensions", "compare", "judge"};
  const boost::json::value first =
      boost::json::parse(host_.rcx(json).out.substr(0, host_.rcx(json).out.find('\n')));
  EXPECT_EQ(first.at("canary").at("opinion").as_string(), "objects");
  EXPECT_EQ(first.at("first").at("opinion").as_string(), "agrees");
}

TEST_F(Canary, ItsFailuresCountForNothing) {
  serve_both(", deadline: 300ms, fail: closed");
  host_.set("breaker", "{failures: 3}");
  fs::remove(host_.rcextensions() / "judge.so");
  write_file(host_.rcextensions() / "judge.so", read_file(fixture("judge")));
  // The first fails as well: it is its policy that speaks.
  const Outcome crash = push_subject("crash now");
  EXPECT_EQ(crash.status, 1);
  EXPECT_THAT(crash.remote(), Contains(HasSubstr("the extension judge failed")));
  EXPECT_THAT(crash.remote(), Not(Contains(HasSubstr("@canary failed"))));
}

// It is waited for no longer than its own deadline, after all others.
TEST_F(Canary, TakesNoTimeFromOthers) {
  host_.set("budget", "{event: 20s}");
  serve_both(", deadline: 300ms, priority: 1");
  const Outcome pushed = push_subject("linger here");
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(compare().out,
              HasSubstr("judge@canary 2.0.0  failed: did not end within its deadline"));
  EXPECT_EQ(push_subject("good").status, 0);
}

TEST_F(Canary, HasNoSectionOfItsOwn) {
  host_.name("judge@canary", "{mode: off}");
  host_.write_config();
  const Outcome checked = host_.rcx({"config", "check"});
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.err, HasSubstr("a canary has no section"));
}

TEST_F(Canary, ThatCannotBeLoadedIsShownAndRefusesNothing) {
  serve_both();
  replace("recorder");
  ASSERT_TRUE(eventually([&] {
    return host_.rcx({"status"}).out.find("it has the id 'recorder', wanted 'judge'") !=
           std::string::npos;
  })) << host_.log();
  EXPECT_EQ(push_subject("worse").status, 0) << "the old set serves on";
  host_.stop();
  host_.start();
  EXPECT_THAT(host_.listed("judge@canary"), HasSubstr("refused"));
  const Outcome pushed = push_subject("good");
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  fs::remove(file());
  EXPECT_EQ(push_subject("good").status, 0);
}

TEST_F(Canary, IsFollowedAsTheOthersAre) {
  serve_both();
  replace("judge");
  ASSERT_TRUE(is_listed("judge@canary", "1.0.0"));
  EXPECT_EQ(push_subject("bad").status, 1);
  EXPECT_THAT(compare().out, HasSubstr("0 of 1 events differ"));
}

TEST_F(Canary, CompareWithoutOneSaysWhatToWrite) {
  host_.add("judge");
  serve();
  push_subject("good");
  const Outcome compared = compare();
  EXPECT_EQ(compared.status, 1);
  EXPECT_THAT(compared.err, HasSubstr("extensions: {judge: {canary: FILE}}"));
  EXPECT_EQ(compare({"--since", "yesterday"}).status, 2);
}

}  // namespace
}  // namespace rcx::test
