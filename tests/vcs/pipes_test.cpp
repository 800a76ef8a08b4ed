// Pipes where git has files, for which an open that is not careful waits until somebody writes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>

#include "host/vcs/git/objects/loose_objects.hpp"
#include "host/vcs/git/references.hpp"
#include "tests/support/temp_dir.hpp"

namespace rcx::host::git {
namespace {

class PipesTest : public testing::Test {
 protected:
  void make(const std::string& name) {
    path_ = (temp_.path() / name).string();
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  }

  // What it returns, whether it waits for the pipe or not.
  template <class Function>
  auto asked(const Function& function) {
    auto answer = std::async(std::launch::async, function);
    const auto done = [&](int seconds) {
      return answer.wait_for(std::chrono::seconds(seconds)) == std::future_status::ready;
    };
    if (!done(10)) ADD_FAILURE() << "it waits for " << path_;
    while (!done(1)) const Fd writer(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
    return answer.get();
  }

  const rcx::test::TempDir temp_;
  std::string path_;
};

TEST_F(PipesTest, PackedReferences) {
  make("packed-refs");
  References references(temp_.path().string());
  EXPECT_FALSE(asked([&] { return references.current("refs/heads/main"); }));
  EXPECT_EQ(asked([&] { return references.tips().size(); }), 0U);
  EXPECT_FALSE(references.whole());
}

TEST_F(PipesTest, ALooseObjectThatWasPushed) {
  const ObjectId id = *ObjectId::parse(std::string(40, 'a'));
  make("aa/" + id.text().substr(2));
  Buffers buffers;
  const auto loose = std::move(*LooseObjects::open(temp_.path().string(), buffers));
  EXPECT_EQ(asked([&] { return loose->header(id).error().code; }), Code::kUnavailable);
  EXPECT_EQ(asked([&] { return loose->read(id).error().code; }), Code::kUnavailable);
}

}  // namespace
}  // namespace rcx::host::git
