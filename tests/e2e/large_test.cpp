// Large pushes: what an extension learns of them, and what it is told where that is more than the
// host reads.
#include <random>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

constexpr std::size_t kBlob = std::size_t{60} * 1000 * 1000;

// As the fixture has it.
std::uint64_t sum(const std::string& bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
  }
  return hash;
}

class Large : public HostTest {
 protected:
  Large() {
    host_.add("weigher");
    // The bound, for builds with sanitizers as well.
    host_.set("budget", "{extension: 100s, event: 110s}");
    host_.set("client", "{timeout: 115s}");
  }
  std::string weighed(const std::string& name) const {
    return read_file(host_.data("weigher") / name);
  }
  // Lines of 60 bytes that no compression makes small.
  static std::string lines() {
    std::mt19937_64 random(1);
    std::string text;
    text.reserve(kBlob);
    while (text.size() < kBlob) {
      for (int word = 0; word < 7; ++word) {
        const std::uint64_t bits = random();
        for (unsigned i = 0; i < 8; ++i) {
          text += static_cast<char>('0' + (bits >> (8 * i)) % 75);
        }
      }
      text += "abc\n";
    }
    return text;
  }
  void push_blob(const std::string& content, int status) {
    clone().git({"config", "core.compression", "1"});
    clone().commit("large", {{"blob", content}});
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, status) << pushed.err << host_.log();
    said_ = pushed.remote();
  }

  Words said_;
};

// With ids of either kind: the one is read by the host, the other by git.
class ByFormat : public Large, public testing::WithParamInterface<const char*> {
 protected:
  void serve() {
    host_.start();
    repository_.emplace(host_, "a.git", false, GetParam());
    clone_.emplace(temp_, "c", *repository_);
  }
};

TEST_P(ByFormat, ABlobOf60MegabytesIsReadWhole) {
  serve();
  const std::string content = lines();
  push_blob(content, 0);
  const std::string wanted = "blob 60000000 " + std::to_string(sum(content)) +
                             "\ncommits 1 messages 6 paths 1 bytes 60000000 lines 1000000\n";
  EXPECT_EQ(weighed("pre"), wanted);
  EXPECT_EQ(weighed("post"), wanted);
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Large, ABlobBeyondTheLimitIsAnErrorThatNamesIt) {
  host_.set("reading", "{content: 32MiB}");
  serve();
  push_blob(lines(), 1);
  EXPECT_THAT(said_,
              Contains(HasSubstr("has 60000000 bytes, and reading.content in rcx.yaml allows "
                                 "33554432")));
  EXPECT_EQ(repository().id("main"), "");
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_P(ByFormat, TenThousandCommitsAreEachRead) {
  serve();
  constexpr int kCommits = 10'000;
  std::string stream;
  std::size_t messages = 0;
  std::size_t bytes = 0;
  for (int i = 1; i <= kCommits; ++i) {
    const std::string message = "commit " + std::to_string(i) + "\n";
    const std::string content = "line of " + std::to_string(i) + "\n";
    messages += message.size();
    bytes += 2 * content.size();
    stream += "commit refs/heads/main\ncommitter A <a@example.org> " +
              std::to_string(1'700'000'000 + i) + " +0000\ndata " + std::to_string(message.size()) +
              "\n" + message;
    for (const std::string& path :
         {"d" + std::to_string(i % 50) + "/f" + std::to_string(i % 500), std::string("all")}) {
      stream +=
          "M 100644 inline " + path + "\ndata " + std::to_string(content.size()) + "\n" + content;
    }
  }
  // Without deltas: where new memory is dear, git takes a minute for them.
  clone().git({"fast-import", "--quiet", "--depth=0"}, stream);
  const Outcome pushed = push({"main"});
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  const std::string wanted = "commits 10000 messages " + std::to_string(messages) +
                             " paths 20000 bytes " + std::to_string(bytes) + " lines 20000\n";
  EXPECT_EQ(weighed("pre"), wanted);
  EXPECT_EQ(weighed("post"), wanted);
  EXPECT_EQ(repository().id("main"), clone().id("main"));
  EXPECT_EQ(host_.workers_lost(), 0);
}

INSTANTIATE_TEST_SUITE_P(Large, ByFormat, testing::Values("sha1", "sha256"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace rcx::test
