#include "host/accounts/names.hpp"

#include <gtest/gtest.h>

namespace rcx::host {
namespace {

using namespace std::literals;

TEST(NodeNames, StayBelowTheRoot) {
  for (const std::string_view good :
       {"app"sv, "team/app"sv, "a/b/c"sv, "Ärger/über"sv, "with space/x"sv, "v1.2"sv, "a.gitx"sv}) {
    EXPECT_TRUE(check_node_name(good)) << good;
  }
  for (const std::string_view bad :
       {""sv,     "/abs"sv,        "a/../b"sv,  ".."sv,       "."sv,
        "a//b"sv, "a/"sv,          "a\0b"sv,    "a\nb"sv,     "-x"sv,
        "a/-x"sv, ".hidden"sv,     "a.git"sv,   "a.git/b"sv,  "a.lock"sv,
        "a\\b"sv, "a:b"sv,         "\xff"sv,    "a\u202Eb"sv, " a"sv,
        "a "sv,   "x.git/hooks"sv, "a/hooks"sv, "~?"sv,       "con|x"sv}) {
    const Result<void> checked = check_node_name(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().code, Code::kInvalid);
  }
  EXPECT_FALSE(check_node_name(std::string(201, 'a')));
}

TEST(Usernames, ArePlain) {
  for (const std::string_view good : {"ada"sv, "ada@example.org"sv, "a.b-c_d+e"sv, "7"sv}) {
    EXPECT_TRUE(check_username(good)) << good;
  }
  for (const std::string_view bad : {""sv, "*"sv, "-ada"sv, "a b"sv, "a/b"sv, "ä"sv, "a\0"sv}) {
    EXPECT_FALSE(check_username(bad)) << bad;
  }
  EXPECT_FALSE(check_username(std::string(65, 'a')));
}

}  // namespace
}  // namespace rcx::host
