#include "host/vcs/git/stamps.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace rcx::host::git {
namespace {

class StampsTest : public testing::Test {
 protected:
  // A file that was written then, as seconds since 1970; false where the file system has no such
  // date.
  bool write_at(std::int64_t seconds) const {
    std::ofstream(file_) << "x";
    const timespec times[] = {{seconds, 0}, {seconds, 0}};
    struct stat found {};
    return ::utimensat(AT_FDCWD, file_.c_str(), times, 0) == 0 &&
           ::stat(file_.c_str(), &found) == 0 && found.st_mtim.tv_sec == seconds;
  }
  bool surely_unchanged() const {
    Stamps stamps;
    stamps.note(file_);
    return stamps.unchanged();
  }

  const rcx::test::TempDir temp_;
  const std::string file_ = (temp_.path() / "file").string();
};

TEST_F(StampsTest, AFileThatWasWrittenLongAgoIsUnchanged) {
  ASSERT_TRUE(write_at(1'000'000'000));
  EXPECT_TRUE(surely_unchanged());
}

TEST_F(StampsTest, OneOfADateThatIsStillToComeMayChangeUnseen) {
  ASSERT_TRUE(write_at(4'000'000'000));
  EXPECT_FALSE(surely_unchanged());
}

// Behind 2262 nanoseconds do not suffice.
TEST_F(StampsTest, SoMayOneOfADateThatIsFarAway) {
  if (!write_at(12'000'000'000)) GTEST_SKIP() << "the file system has no such date";
  EXPECT_FALSE(surely_unchanged());
}

}  // namespace
}  // namespace rcx::host::git
