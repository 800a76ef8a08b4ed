// Every misbehaviour of misbehaviour_table.cpp, under both fail policies, beside a healthy
// extension and with a push after it.
#include "tests/e2e/misbehaviour_table.hpp"

#include <csignal>
#include <regex>

#include "tests/e2e/gate.hpp"

namespace rcx::test {
namespace {

using Parameters = std::tuple<std::size_t, bool>;

// Whether the host can go on without a descriptor. Not with UndefinedBehaviorSanitizer, which is
// built in together with AddressSanitizer: it opens a pipe to look at an object of a type that it
// meets for the first time, and reports the object where there is none to be had.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kNeedsNoDescriptor = false;
#else
constexpr bool kNeedsNoDescriptor = true;
#endif

class Misbehaviours : public HostTest, public ::testing::WithParamInterface<Parameters> {
 protected:
  const Misbehaviour& bad() const { return misbehaviours().at(std::get<0>(GetParam())); }
  bool closed() const { return std::get<1>(GetParam()); }
  bool fails() const { return bad().effect != Effect::kHarmless; }

  void TearDown() override {
    const fs::path child = host_.data(bad().extension) / "child";
    if (fs::exists(child)) ::kill(std::stoi(read_file(child)), SIGKILL);
  }

  void prepare() {
    std::string section = std::string("{priority: 50, fail: ") + (closed() ? "closed" : "open");
    if (!bad().deadline.empty()) section += ", deadline: " + bad().deadline;
    if (!bad().settings.empty()) section += ", settings: " + bad().settings;
    host_.add(bad().extension, section + "}");
    host_.add("recorder", "{priority: 200}");
    host_.set("budget", "{load: 800ms, drain: 1s}");
    if (!bad().limits.empty()) host_.set("limits", bad().limits);
    serve();
    clone().commit("first");
  }

  static std::string joined(const Outcome& pushed) {
    std::string all;
    for (const std::string& line : pushed.remote()) {
      // What a slow machine adds.
      if (line.find(" is running") == std::string::npos) all += (all.empty() ? "" : " / ") + line;
    }
    return std::regex_replace(all, std::regex("decision [0-9a-f-]+"), "decision ID");
  }

  // What the person reads: of a failure that refuses, who failed and how; else what was said.
  void check_text(const std::string& read) const {
    const std::string told = "(" + bad().told + ")";
    if (!fails()) {
      EXPECT_TRUE(std::regex_match(read, std::regex(told))) << read;
    } else if (closed()) {
      EXPECT_TRUE(std::regex_search(
          read, std::regex("rcx: the extension " + bad().extension + " failed: " + told)))
          << read;
    } else {
      EXPECT_EQ(read.find(" failed: "), std::string::npos) << read;
    }
  }

  bool logged(const std::string& pattern) const {
    return std::regex_search(host_.log(), std::regex(pattern));
  }

  // Pushes to a branch of its own, and judges what came of it.
  void misbehave(const std::string& option, const std::string& branch, bool strikes, Row& row) {
    const std::size_t before = records("pre_push").size();
    const Outcome pushed = push({"-o", option, "main:" + branch});
    row.read = joined(pushed);
    row.verdict = pushed.status == 0 ? "accepted" : "refused";
    row.healthy_ran = records("pre_push").size() > before;
    EXPECT_EQ(pushed.status, strikes && closed() ? 1 : 0) << pushed.err << host_.log();
    EXPECT_EQ(repository().id(branch).empty(), strikes && closed());
    EXPECT_TRUE(row.healthy_ran) << host_.log();
    if (strikes || !fails()) check_text(row.read);
    if (strikes) {
      EXPECT_TRUE(logged(bad().extension + " failed: .*(" + bad().told + ")")) << host_.log();
    }
  }

  void next_push(Row& row) {
    const bool same = bad().again || bad().effect == Effect::kNotLoaded;
    const std::size_t before = records("pre_push").size();
    const Outcome next = push({"-o", "behave", "main:next"});
    row.next = next.status == 0 ? "accepted" : same ? "refused for the same" : "refused";
    EXPECT_EQ(next.status, same && closed() ? 1 : 0) << next.err << host_.log();
    EXPECT_GT(records("pre_push").size(), before);
  }
};

TEST_P(Misbehaviours, HarmNobodyElse) {
  if (!kCountsMemory && bad().limits.find("memory") != std::string::npos) {
    GTEST_SKIP() << "memory does not count";
  }
  if (!kCountsMemory && bad().real_heap) GTEST_SKIP() << "the heap is another one";
  if (!kNeedsNoDescriptor && bad().extension == "bad_takes_descriptors") {
    GTEST_SKIP() << "the sanitizer needs a descriptor itself";
  }
  prepare();
  Row row;
  row.policy = closed() ? "closed" : "open";
  std::vector<std::string> options = bad().options;
  if (options.empty()) options.emplace_back("none");
  for (std::size_t i = 0; i < options.size(); ++i) {
    misbehave(options[i], "topic" + std::to_string(i), fails(), row);
  }
  if (bad().extension == "bad_crashes_later") {
    write_file(host_.data(bad().extension) / "go", "");
    EXPECT_TRUE(eventually([&] { return host_.workers_lost() == 1; })) << host_.log();
  }
  if (!bad().log.empty()) {
    EXPECT_TRUE(eventually([&] { return logged(bad().log); })) << host_.log();
  }
  if (bad().recycles) {
    EXPECT_TRUE(eventually([&] { return logged("worker [0-9]+ is replaced"); })) << host_.log();
    EXPECT_EQ(host_.workers_lost(), 0);
  }
  if (bad().at_end) {
    EXPECT_EQ(host_.stop(), 0);
    host_.start();
  }
  next_push(row);
  write_row(std::get<0>(GetParam()), row);
}

std::string name_of(const ::testing::TestParamInfo<Parameters>& tested) {
  std::string name;
  for (const char c : misbehaviours().at(std::get<0>(tested.param)).name) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name + (std::get<1>(tested.param) ? "_closed" : "_open");
}

INSTANTIATE_TEST_SUITE_P(
    All, Misbehaviours,
    ::testing::Combine(::testing::Range(std::size_t{0}, misbehaviours().size()), ::testing::Bool()),
    name_of);

}  // namespace
}  // namespace rcx::test
