// What is read of a content without asking the host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>

#include <optional>
#include <string>

namespace {

std::optional<rcx::LfsPointer> pointer(const std::string& lines) {
  return rcx::lfs_pointer("version https://git-lfs.github.com/spec/v1\n" + lines);
}

TEST(Reading, APointerOfLfsHasAHashAndASizeOnce) {
  const std::string oid = "oid sha256:" + std::string(60, 'a') + "09fF";
  const auto found = pointer(oid + "\nsize 12345\n");
  ASSERT_TRUE(found);
  EXPECT_EQ("oid " + found->oid, oid);
  EXPECT_EQ(found->size, 12345U);
  EXPECT_TRUE(pointer("ext-0-x sha256:1\n" + oid + "\nsize 0")) << "an extension of it";
  EXPECT_EQ(pointer(oid + "\nsize 9999999999999999999\n")->size, 9'999'999'999'999'999'999U);
  for (const std::string& none : {
           "oid sha256:" + std::string(64, 'z') + "\nsize 1\n",
           "oid sha256:" + std::string(63, 'a') + "\nsize 1\n",
           "oid sha1:" + std::string(64, 'a') + "\nsize 1\n",
           oid + "\nsize 5\nsize 6\n",
           oid + "\n" + oid + "\nsize 5\n",
           oid + "\nsize \n",
           oid + "\nsize 1x\n",
           oid + "\nsize 10000000000000000000\n",
           oid + "\n",
           std::string("size 1\n"),
       }) {
    EXPECT_FALSE(pointer(none)) << none;
  }
  EXPECT_FALSE(rcx::lfs_pointer(oid + "\nsize 1\n"));
  EXPECT_FALSE(pointer(oid + "\nsize 1\nx " + std::string(1024, 'x')));
}

}  // namespace
