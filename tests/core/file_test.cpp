#include "host/core/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>

namespace rcx::host {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(directory_); }
  void TearDown() override { fs::remove_all(directory_); }
  const fs::path directory_ = fs::temp_directory_path() / fs::unique_path("rcx-file-%%%%%%");
};

TEST_F(FileTest, WritesWholeFilesWithTheirMode) {
  const fs::path path = directory_ / "f";
  ASSERT_TRUE(write_file(path, "one", 0640));
  ASSERT_TRUE(write_file(path, std::string("two\0\xff", 5), 0600));
  EXPECT_EQ(*read_file(path, 100), std::string("two\0\xff", 5));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1) << "no leftovers";
}

TEST_F(FileTest, SaysWhatIsMissing) {
  const auto read = read_file(directory_ / "none", 100);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kNotFound);
  EXPECT_EQ(read.error().message,
            "cannot read " + (directory_ / "none").string() + ": No such file or directory");
  EXPECT_FALSE(write_file(directory_ / "none" / "f", "x", 0600));
}

TEST_F(FileTest, RefusesWhatIsTooLarge) {
  ASSERT_TRUE(write_file(directory_ / "f", "12345", 0600));
  EXPECT_TRUE(read_file(directory_ / "f", 5));
  const auto read = read_file(directory_ / "f", 4);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("wanted at most 4 bytes"), std::string::npos);
}

TEST_F(FileTest, ADirectoryIsNoFile) {
  EXPECT_FALSE(read_file(directory_, 100));
}

}  // namespace
}  // namespace rcx::host
