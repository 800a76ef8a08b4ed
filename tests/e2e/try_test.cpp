// `rcx try`: an extension on a history, without a host.
#include <boost/json.hpp>
#include <random>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Try : public HostTest {
 protected:
  Outcome run_try(Words arguments, const std::map<std::string, std::string>& variables = {}) {
    Words all = {(built_programs() / "rcx").string(), "try", fixture("judge").string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run({all, temp_.path(), variables});
  }
  // The same with --json; throws when it says nothing that can be read.
  boost::json::object answer(Words arguments) {
    arguments.insert(arguments.end(), {"--json", "--show", "0"});
    const Outcome outcome = run_try(std::move(arguments));
    if (outcome.out.empty()) throw std::runtime_error(outcome.err);
    return boost::json::parse(outcome.out).as_object();
  }
  static std::int64_t number(const boost::json::object& json, const char* key) {
    return json.at(key).to_number<std::int64_t>();
  }
  static std::string text(const boost::json::value& json, const char* key) {
    return std::string(json.as_object().at(key).as_string());
  }
  // A history of its own, without a host.
  const Clone& history(const Words& subjects, const std::string& format = "sha1") {
    make_repository(format);
    for (const std::string& subject : subjects) clone().commit(subject);
    return clone();
  }
  void make_repository(const std::string& format) {
    repository_.emplace(host_, "a.git", false, format);
    clone_.emplace(temp_, "c", *repository_);
  }
  std::string path() { return clone().path().string(); }
};

// Lines of a real push and of a trial that may differ: the number of the decision, and what a post
// handler says.
Words comparable(const Words& lines) {
  Words kept;
  for (const std::string& line : lines) {
    if (!line.empty() && line != "after" && !line.starts_with("rcx: push refused, decision "))
      kept.push_back(line);
  }
  return kept;
}

// A history with merges, in which some commits are bad.
void make_history(Clone& clone, unsigned seed) {
  std::mt19937 random(seed);
  clone.commit("good 0");
  for (int i = 1; i <= 14; ++i) {
    const std::string word = random() % 4 == 0 ? "bad " : "good ";
    if (random() % 3 != 0) {
      clone.commit(word + std::to_string(i));
      continue;
    }
    clone.git(
        {"checkout", "-q", "-b", "side", "HEAD~" + std::to_string(random() % 2 != 0 && i > 2)});
    clone.commit(word + "side " + std::to_string(i));
    if (random() % 2 == 0) clone.commit("good side " + std::to_string(i));
    clone.git({"checkout", "-q", "main"});
    clone.git({"merge", "-q", "--no-ff", "-m", "good merge " + std::to_string(i), "side"});
    clone.git({"branch", "-D", "-q", "side"});
  }
}

// A seed, and what objects are named by.
class TryHistory : public Try,
                   public ::testing::WithParamInterface<std::tuple<unsigned, const char*>> {};

TEST_P(TryHistory, SaysWhatRealPushesSay) {
  host_.add("judge");
  host_.start();
  make_repository(std::get<1>(GetParam()));
  make_history(clone(), std::get<0>(GetParam()));
  const auto tried = answer({"--repo", path(), "--caller", "root"});
  Words steps;
  std::istringstream ids(clone().git({"rev-list", "--first-parent", "--reverse", "HEAD"}));
  for (std::string id; ids >> id;) steps.push_back(id);
  ASSERT_EQ(number(tried, "pushes"), static_cast<std::int64_t>(steps.size()));
  const boost::json::array& said = tried.at("said").as_array();
  ASSERT_EQ(said.size(), steps.size());
  std::int64_t refused = 0;
  std::string before;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!before.empty()) repository().git({"update-ref", "refs/heads/main", before});
    const Outcome pushed = push({steps[i] + ":refs/heads/main"});
    EXPECT_EQ(said[i].as_object().at("refused").as_bool(), pushed.status != 0) << pushed.err;
    std::istringstream lines(text(said[i], "text"));
    Words told;
    for (std::string line; std::getline(lines, line);) told.push_back(line);
    EXPECT_EQ(comparable(told), comparable(pushed.remote())) << pushed.err;
    EXPECT_EQ(text(said[i], "old_id"), before);
    EXPECT_EQ(text(said[i], "new_id"), steps[i]);
    if (pushed.status != 0) {
      ++refused;
      // As if it had been accepted.
      clone().git({"branch", "-f", "step", steps[i]});
      repository().git({"fetch", "-q", path(), "step"});
    }
    before = steps[i];
  }
  EXPECT_EQ(number(tried, "refused"), refused);
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TryHistory,
                         ::testing::Combine(::testing::Values(1U, 2U, 3U),
                                            ::testing::Values("sha1", "sha256")));

class TryFormats : public Try, public ::testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Formats, TryFormats, ::testing::Values("sha1", "sha256"),
                         [](const auto& format) { return std::string(format.param); });

TEST_P(TryFormats, RangesCountPushesAndCommits) {
  history({"a", "b", "c", "d", "e"}, GetParam());
  clone().git({"branch", "old", "HEAD~2"});
  const auto counts = [&](Words arguments) {
    arguments.insert(arguments.begin(), {"--repo", path()});
    const auto tried = answer(std::move(arguments));
    return std::pair(number(tried, "pushes"), number(tried, "commits"));
  };
  using Counts = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(counts({}), Counts(5, 5));
  EXPECT_EQ(counts({"--last", "2"}), Counts(2, 2));
  EXPECT_EQ(counts({"--last", "99"}), Counts(5, 5));
  EXPECT_EQ(counts({"--range", "HEAD~3..HEAD"}), Counts(3, 3));
  EXPECT_EQ(counts({"--range", "HEAD~3.."}), Counts(3, 3));
  EXPECT_EQ(counts({"--range", "HEAD~3..HEAD", "--last", "1"}), Counts(1, 1));
  EXPECT_EQ(counts({"--range", "old"}), Counts(3, 3));
  EXPECT_EQ(counts({"--range", "HEAD..old"}), Counts(0, 0));
  EXPECT_EQ(counts({"--as-one"}), Counts(1, 5));
  EXPECT_EQ(counts({"--range", "old..main", "--as-one"}), Counts(1, 2));
}

TEST_P(TryFormats, ReplacedCommitsCountNowhere) {
  history({"a", "b"}, GetParam());
  clone().git({"checkout", "-q", "-b", "side", "HEAD~1"});
  clone().commit("c");
  clone().git({"checkout", "-q", "main"});
  clone().git({"merge", "-q", "--no-ff", "-m", "d", "side"});
  clone().git({"replace", "--graft", "HEAD"});
  clone().git({"replace", "--graft", "side"});
  const auto tried = answer({"--repo", path()});
  EXPECT_EQ(number(tried, "pushes"), 3);
  EXPECT_EQ(number(tried, "commits"), 4);
  EXPECT_EQ(number(answer({"--repo", path(), "--range", "main..side"}), "pushes"), 0);
}

TEST_P(TryFormats, TheReferenceIsTheBranchOfTheRange) {
  history({"a", "bad b"}, GetParam());
  clone().git({"branch", "topic"});
  const auto ref = [&](Words arguments) {
    arguments.insert(arguments.begin(), {"--repo", path()});
    return text(answer(std::move(arguments)).at("said").as_array()[0], "ref");
  };
  EXPECT_EQ(ref({}), "refs/heads/main");
  EXPECT_EQ(ref({"--range", "topic"}), "refs/heads/topic");
  EXPECT_EQ(ref({"--range", "HEAD~1..refs/heads/topic"}), "refs/heads/topic");
  EXPECT_EQ(ref({"--range", clone().id()}), "refs/heads/main");
  EXPECT_EQ(ref({"--ref", "refs/heads/other"}), "refs/heads/other");
}

TEST_F(Try, PrintsWhatThePersonReadsAndAnAccount) {
  history({"a", "bad b", "c"});
  const Outcome outcome = run_try({"--repo", path(), "--caller", "somebody"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("  remote: refs/heads/main: will not have bad b [judge]\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  remote: somebody brings c\n"));
  EXPECT_THAT(outcome.out, HasSubstr("judge: 1 of 3 pushes (3 commits) would have been refused\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("pre_push: p50 [0-9.]+ .+s, p99 [0-9.]+ .+s, slowest"));
  EXPECT_THAT(outcome.out, HasSubstr("1 other handler did not run"));
  EXPECT_THAT(run_try({"--repo", path(), "--show", "1"}).out, HasSubstr("… and 2 more"));
}

TEST_F(Try, TouchesNothing) {
  history({"a", "bad b"});
  host_.add("judge");
  host_.write_config();
  const auto listing = [&] {
    return must({{"find", ".", "-printf", "%p %s %T@\n"}, temp_.path()});
  };
  const std::string before = listing();
  const Words with_host = {"--repo", path(), "-c", host_.file().string()};
  EXPECT_EQ(run_try(with_host).status, 0);
  EXPECT_EQ(run_try({"--repo", path(), "--post"}).status, 0);
  EXPECT_EQ(listing(), before);
}

TEST_F(Try, PostHandlersRunWhenAskedFor) {
  history({"a", "b"});
  const auto tried = answer({"--repo", path(), "--post"});
  ASSERT_EQ(tried.at("said").as_array().size(), 2U);
  EXPECT_EQ(text(tried.at("said").as_array()[0], "text"), "after\n");
  EXPECT_EQ(number(tried, "refused"), 0);
}

TEST_F(Try, WhatFailsFollowsItsPolicyAndTheRestIsStillTried) {
  history({"a", "throw b", "crash c", "exit d", "bad e"});
  for (const bool open : {false, true}) {
    host_.name("judge", open ? "{fail: open}" : "{}");
    host_.write_config();
    const Outcome outcome = run_try({"--repo", path(), "-c", host_.file().string()});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err, "");
    const char* account = open ? "judge: 1 of 5 pushes" : "judge: 4 of 5 pushes";
    EXPECT_THAT(outcome.out, AllOf(HasSubstr(account), HasSubstr("it failed 3 times\n"),
                                   HasSubstr("it crashed (signal 6, Aborted)\n"),
                                   HasSubstr("it called exit()\n")));
    if (open) continue;
    EXPECT_THAT(outcome.out, HasSubstr("remote: rcx: the extension judge failed: thrown\n"));
    EXPECT_THAT(outcome.out, HasSubstr("remote: rcx: the extension judge failed: crashed (sign"));
  }
}

TEST_F(Try, WhoEndsTheProcessWellHasFailedAllTheSame) {
  history({"a", "_exit b", "c"});
  const Outcome outcome = run_try({"--repo", path()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("judge: 1 of 3 pushes"), HasSubstr("it ended its process\n")));
}

TEST_F(Try, WhoWritesIntoTheHostsPipeIsNamed) {
  history({"write b"});
  const Outcome outcome = run_try({"--repo", path()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("it wrote into the host's own pipe"));
}

TEST_P(TryFormats, DivergedEndsAreAForcedPush) {
  history({"a", "b"}, GetParam());
  clone().git({"checkout", "-q", "-b", "other", "HEAD~1"});
  const std::string other = clone().commit("c");
  const auto tried = answer({"--repo", path(), "--range", "main..other", "--as-one"});
  EXPECT_EQ(text(tried.at("said").as_array()[0], "old_id"), clone().id("main"));
  EXPECT_EQ(text(tried.at("said").as_array()[0], "new_id"), other);
}

TEST_F(Try, LinkedWorkTreesAreRepositoriesToo) {
  history({"a", "bad b"});
  clone().git({"worktree", "add", "-q", "--detach", (temp_.path() / "linked").string()});
  EXPECT_EQ(number(answer({"--repo", (temp_.path() / "linked").string()}), "refused"), 1);
}

TEST_F(Try, WhatHangsIsEnded) {
  history({"a", "hang b", "c"});
  host_.set("budget", "{extension: 200ms}");
  host_.write_config();
  const Outcome outcome = run_try({"--repo", path(), "-c", host_.file().string()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("judge: 1 of 3 pushes"),
                                 HasSubstr("it did not end within its deadline\n")));
}

TEST_F(Try, HistoryThatIsNotThere) {
  history({"a", "b", "bad c"});
  const auto said = [&](const Words& arguments) { return run_try(arguments).err; };
  const std::string shallow = (temp_.path() / "shallow").string();
  clone().git({"clone", "-q", "--depth", "2", "file://" + path(), shallow});
  EXPECT_THAT(said({"--repo", shallow}), HasSubstr("git fetch --unshallow"));
  EXPECT_EQ(number(answer({"--repo", shallow, "--last", "1"}), "refused"), 1);
  for (const std::string format : {"sha1", "sha256"}) {
    const std::string empty = (temp_.path() / ("empty-" + format)).string();
    clone().git({"init", "-q", "--object-format=" + format, empty});
    EXPECT_THAT(said({"--repo", empty}), HasSubstr("HEAD has no commits yet"));
    EXPECT_THAT(said({"--repo", empty, "--range", "none"}), HasSubstr("cannot find 'none'"));
  }
}

TEST_F(Try, InterruptedLeavesNothing) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the sanitizer's own thread takes the signal";
#endif
  history({"a", "hang b"});
  const fs::path scratch = temp_.path() / "scratch";
  fs::create_directory(scratch);
  for (const Words& arguments : {Words{"try", "--repo", path()}, Words{"extensions", "check"}}) {
    Words all = {(built_programs() / "rcx").string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    all.push_back(fixture(arguments[0] == "try" ? "judge" : "wrong").string());
    Running trying({all, temp_.path(), {{"TMPDIR", scratch.string()}, {"WRONG", "hangs"}}});
    ASSERT_TRUE(eventually([&] { return !fs::is_empty(scratch); }));
    trying.signal_group(SIGINT);
    const Outcome ended = trying.wait();
    EXPECT_EQ(ended.signal, SIGINT) << ended.out << ended.err;
    EXPECT_EQ(ended.err, "rcx: interrupted\n");
    EXPECT_TRUE(fs::is_empty(scratch));
  }
}

TEST_F(Try, SettingsComeFromTheInstanceOrFromAFile) {
  history({"a", "worse b"});
  host_.name("judge", "{mode: off, settings: {word: worse}}");
  host_.write_config();
  EXPECT_THAT(run_try({"--repo", path(), "-c", host_.file().string()}).out,
              HasSubstr("judge: 1 of 2"));
  write_file(temp_.path() / "s.yaml", "word: a\n");
  EXPECT_THAT(run_try({"--repo", path(), "--settings", "s.yaml"}).out, HasSubstr("judge: 1 of 2"));
  EXPECT_THAT(run_try({"--repo", path()}).out, HasSubstr("judge: 0 of 2"));
  write_file(temp_.path() / "s.yaml", "words: a\n");
  const Outcome wrong = run_try({"--repo", path(), "--settings", "s.yaml"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, ContainsRegex("rcx: create failed: .*s.yaml:1:8: words: unknown setting"));
  write_file(temp_.path() / "s.yaml", "{word: a");
  EXPECT_THAT(run_try({"--repo", path(), "--settings", "s.yaml"}).err, HasSubstr("s.yaml:1:1"));
}

TEST_F(Try, BadInputHasAClearAnswer) {
  history({"a"});
  const auto error = [&](const Words& arguments) {
    const Outcome outcome = run_try(arguments);
    EXPECT_EQ(outcome.status, 1) << outcome.out;
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_THAT(error({"--repo", "nowhere"}), HasSubstr("cannot open the repository"));
  EXPECT_THAT(error({"--repo", "."}), HasSubstr("cannot open the repository"));
  EXPECT_THAT(error({"--repo", path(), "--range", "a...b"}), HasSubstr("wanted A..B"));
  EXPECT_THAT(error({"--repo", path(), "--range", "no\033such"}), HasSubstr("cannot find 'no"));
  EXPECT_THAT(error({"--repo", path(), "--ref", "main"}), HasSubstr("such as refs/heads/main"));
  EXPECT_THAT(error({"--repo", path(), "--range", "HEAD^{tree}"}), HasSubstr("wanted a commit"));
  EXPECT_THAT(error({"--repo", repository().path().string()}),
              HasSubstr("HEAD has no commits yet"));
  const Outcome missing = run(
      {{(built_programs() / "rcx").string(), "try", "gone.so", "--repo", path()}, temp_.path()});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, HasSubstr("gone.so is not there"));
  EXPECT_EQ(run_try({}).status, 2);
}

}  // namespace
}  // namespace rcx::test
