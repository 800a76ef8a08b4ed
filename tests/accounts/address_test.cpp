#include "host/accounts/address.hpp"

#include <gtest/gtest.h>

namespace rcx::host {
namespace {

TEST(Networks, AreReadAsTheyAreKept) {
  EXPECT_EQ(read_network("192.0.2.7/24").value(), "192.0.2.0/24");
  EXPECT_EQ(read_network("192.0.2.7").value(), "192.0.2.7/32");
  EXPECT_EQ(read_network("2001:db8::1/32").value(), "2001:db8::/32");
  for (const char* wrong : {"", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "a", "192.0.2.0/24/1",
                            "::1/129", "10.0.0.1 ", "0/0"}) {
    EXPECT_FALSE(read_network(wrong)) << wrong;
  }
}

TEST(Networks, HoldAddresses) {
  const std::vector<std::string> some = {"192.0.2.0/24", "2001:db8::/32"};
  EXPECT_TRUE(lies_in("192.0.2.255", some));
  EXPECT_FALSE(lies_in("192.0.3.0", some));
  EXPECT_TRUE(lies_in("2001:db8:1::5", some));
  EXPECT_FALSE(lies_in("2001:db9::", some));
  EXPECT_TRUE(lies_in("::ffff:192.0.2.9", some)) << "IPv4, written as IPv6";
  EXPECT_FALSE(lies_in("", some)) << "who has no address comes from none of them";
  EXPECT_FALSE(lies_in("192.0.2.9\n", some));
  EXPECT_TRUE(lies_in("", {})) << "none means any";
}

}  // namespace
}  // namespace rcx::host
