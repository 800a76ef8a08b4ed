#include "host/config/value_tree.hpp"

#include <gtest/gtest.h>

#include <rcx/value.hpp>

namespace rcx::host {
namespace {

class ValueTreeTest : public testing::Test {
 protected:
  const rcx_value& at(const char* key) const { return *rcx_value_get(&tree_.root(), key); }

  const ValueTree tree_{YAML::Load("int: 42\n"
                                   "negative: -7\n"
                                   "hex: 0x1F\n"
                                   "octal: 0o17\n"
                                   "number: 2.5e3\n"
                                   "yes: yes\n"
                                   "bool: true\n"
                                   "nothing: ~\n"
                                   "quoted: \"42\"\n"
                                   "version: 1.10\n"
                                   "huge: 99999999999999999999\n"
                                   "list: [a, [b], {c: d}]\n"
                                   "plus: +5\n"
                                   "dash: '-'\n"
                                   "infinite: inf\n"),
                        "f.yaml"};
};

TEST_F(ValueTreeTest, ReadsTheScalarsOfTheCoreSchema) {
  EXPECT_EQ(at("int").kind, RCX_VALUE_INTEGER);
  EXPECT_EQ(at("int").integer, 42);
  EXPECT_EQ(at("int").number, 42.0);
  EXPECT_EQ(at("negative").integer, -7);
  EXPECT_EQ(at("hex").integer, 31);
  EXPECT_EQ(at("octal").integer, 15);
  EXPECT_EQ(at("plus").integer, 5);
  EXPECT_EQ(at("number").kind, RCX_VALUE_NUMBER);
  EXPECT_EQ(at("number").number, 2500.0);
  EXPECT_EQ(at("yes").kind, RCX_VALUE_TEXT);
  EXPECT_EQ(at("bool").kind, RCX_VALUE_BOOLEAN);
  EXPECT_EQ(at("bool").integer, 1);
  EXPECT_EQ(at("nothing").kind, RCX_VALUE_NULL);
  EXPECT_EQ(at("quoted").kind, RCX_VALUE_TEXT);
  EXPECT_EQ(at("dash").kind, RCX_VALUE_TEXT);
  EXPECT_EQ(at("infinite").kind, RCX_VALUE_TEXT);
  EXPECT_EQ(at("huge").kind, RCX_VALUE_NUMBER);
}

TEST_F(ValueTreeTest, KeepsTheTextOfEveryScalarAndItsPlace) {
  const Value version(&at("version"), "version", "");
  EXPECT_EQ(version.as<std::string>(), "1.10");
  EXPECT_EQ(version.as<double>(), 1.1);
  EXPECT_EQ(std::string(at("int").where.data, at("int").where.size), "f.yaml:1:6");
}

TEST_F(ValueTreeTest, NestsListsAndMaps) {
  const rcx_value& list = at("list");
  ASSERT_EQ(list.kind, RCX_VALUE_LIST);
  ASSERT_EQ(list.count, 3U);
  const auto* map = RCX_AT(rcx_value, list.items, list.stride, 2);
  EXPECT_EQ(map->kind, RCX_VALUE_MAP);
  EXPECT_NE(rcx_value_get(map, "c"), nullptr);
  EXPECT_EQ(rcx_value_get(map, "d"), nullptr);
  EXPECT_EQ(rcx_value_get(&list, "c"), nullptr);
}

}  // namespace
}  // namespace rcx::host
