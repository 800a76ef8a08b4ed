#include "host/dispatch/bypass.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rcx::host {
namespace {

using testing::HasSubstr;

Bypass bypass_of(std::vector<std::string> options) {
  Event event;
  event.push_options = std::move(options);
  return Bypass(event);
}

std::string denied(const Bypass& bypass, const std::string& name, bool unbypassable = false) {
  ExtensionConfig config;
  config.bypass = {"ada", "grace"};
  config.unbypassable = unbypassable;
  Caller caller;
  caller.name = name;
  return bypass.denied(caller, config);
}

TEST(Bypass, IsAskedForByItsOptionAlone) {
  EXPECT_FALSE(bypass_of({}).asked());
  EXPECT_FALSE(bypass_of({"ci.skip", "rcx-bypassed=x", "x-rcx-bypass=y"}).asked());
  EXPECT_TRUE(bypass_of({"ci.skip", "rcx-bypass=x"}).asked());
  EXPECT_EQ(bypass_of({"rcx-bypass=", "rcx-bypass= the mirror = down"}).reason(),
            "the mirror = down");
  EXPECT_EQ(bypass_of({"rcx-bypass=" + std::string(5000, 'x')}).reason().size(), 500U);
}

TEST(Bypass, CountsForWhomItIsAllowed) {
  EXPECT_EQ(denied(bypass_of({"rcx-bypass=why"}), "ada"), "");
  EXPECT_THAT(denied(bypass_of({"rcx-bypass=why"}), "eve"),
              HasSubstr("eve is not among those whom  bypass:  in rcx.yaml allows it"));
  EXPECT_THAT(denied(bypass_of({"rcx-bypass=why"}), ""), HasSubstr("is not among"));
  EXPECT_THAT(denied(bypass_of({"rcx-bypass=why"}), "ada", true), HasSubstr("unbypassable"));
}

TEST(Bypass, WantsAReason) {
  for (const char* option : {"rcx-bypass", "rcx-bypass=", "rcx-bypass= \t"}) {
    const Bypass bypass = bypass_of({option});
    EXPECT_TRUE(bypass.asked()) << option;
    EXPECT_THAT(denied(bypass, "ada"), HasSubstr("it wants a reason")) << option;
  }
}

}  // namespace
}  // namespace rcx::host
