#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/testing.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rcx::SettingError;
using rcx::Value;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Setting;
using rcx::testing::SettingTree;
using testing::ElementsAre;

// Settings of an extension, which stay alive as long as this.
class Settings {
 public:
  explicit Settings(Setting root) : tree_(std::move(root)) {}
  Value value() const { return {tree_.root(), "", "rcx.yaml:1:1"}; }
  Value operator[](std::string_view key) const { return value()[key]; }

 private:
  SettingTree tree_;
};

template <class Function>
std::string error_of(const Function& function) {
  try {
    function();
  } catch (const SettingError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Value, ReadsEveryScalar) {
  const Settings settings(
      map({{"b", true}, {"i", -7}, {"n", 1.5}, {"t", "text"}, {"bytes", std::string("a\0b", 3)}}));
  EXPECT_TRUE(settings["b"].as<bool>());
  EXPECT_EQ(settings["i"].as<int>(), -7);
  EXPECT_EQ(settings["n"].as<double>(), 1.5);
  EXPECT_EQ(settings["i"].as<double>(), -7.0);
  EXPECT_EQ(settings["t"].as<std::string>(), "text");
  EXPECT_EQ(settings["t"].as<std::string_view>(), "text");
  EXPECT_EQ(settings["bytes"].as<std::string>().size(), 3U);
  EXPECT_EQ(settings["i"].as<std::string>(), "-7");
}

TEST(Value, TellsItsKind) {
  const Settings settings(map({{"b", false}, {"i", 1}, {"nothing", nullptr}}));
  EXPECT_EQ(settings.value().kind(), RCX_VALUE_MAP);
  EXPECT_EQ(settings["b"].kind(), RCX_VALUE_BOOLEAN);
  EXPECT_EQ(settings["i"].kind(), RCX_VALUE_INTEGER);
  EXPECT_EQ(settings["nothing"].kind(), RCX_VALUE_NULL);
  EXPECT_EQ(settings["missing"].kind(), RCX_VALUE_NULL);
}

TEST(Value, RefusesIntegersOutOfRange) {
  const Settings settings(map({{"big", 256},
                               {"negative", -1},
                               {"min", std::numeric_limits<std::int64_t>::min()},
                               {"max", std::numeric_limits<std::int64_t>::max()}}));
  EXPECT_EQ(settings["big"].as<std::uint16_t>(), 256U);
  EXPECT_EQ(settings["min"].as<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(settings["max"].as<std::uint64_t>(), 9223372036854775807U);
  EXPECT_THROW(settings["big"].as<std::uint8_t>(), SettingError);
  EXPECT_THROW(settings["negative"].as<std::uint8_t>(), SettingError);
  EXPECT_THROW(settings["negative"].as<std::uint64_t>(), SettingError);
  EXPECT_THROW(settings["min"].as<std::int32_t>(), SettingError);
  EXPECT_EQ(error_of([&] { settings["big"].as<std::int8_t>(); }),
            "rcx.yaml:2:1: big: wanted an integer in range, got '256'");
}

TEST(Value, FallsBackOnlyWhenAbsent) {
  const Settings settings(map({{"nothing", nullptr}, {"text", "x"}}));
  EXPECT_EQ(settings["missing"].as<int>(5), 5);
  EXPECT_EQ(settings["nothing"].as<int>(5), 5);
  EXPECT_THROW(settings["text"].as<int>(5), SettingError);
}

TEST(Value, ReachesThroughMissingMaps) {
  const Settings settings(map({}));
  const Value deep = settings["a"]["b"];
  EXPECT_FALSE(deep.exists());
  EXPECT_EQ(deep.name(), "a.b");
  EXPECT_EQ(error_of([&] { deep.as<int>(); }), "rcx.yaml:1:1: a.b: wanted an integer, got nothing");
}

TEST(Value, SaysWhereWhatWantedAndGot) {
  const Settings settings(map({{"a", map({{"b", "x"}})}, {"l", list({1, "two"})}}));
  const std::vector<std::string> errors = {
      error_of([&] { settings["a"]["b"].as<bool>(); }),
      error_of([&] { settings["a"].as<int>(); }),
      error_of([&] { settings["l"].as<std::string>(); }),
      error_of([&] { settings["a"]["b"]["c"]; }),
      error_of([&] { settings["a"]["b"].items(); }),
      error_of([&] { settings["l"].list<int>(); }),
  };
  EXPECT_THAT(errors, ElementsAre("rcx.yaml:3:1: a.b: wanted true or false, got 'x'",
                                  "rcx.yaml:2:1: a: wanted an integer, got a map",
                                  "rcx.yaml:4:1: l: wanted text, got a list",
                                  "rcx.yaml:3:1: a.b: wanted a map, got 'x'",
                                  "rcx.yaml:3:1: a.b: wanted a list or a map, got 'x'",
                                  "rcx.yaml:6:1: l[1]: wanted an integer, got 'two'"));
}

TEST(Value, ListTakesAScalarAsListOfOne) {
  const Settings settings(map({{"many", list({1, 2, 3})}, {"one", 4}, {"none", list({})}}));
  EXPECT_THAT(settings["many"].list<int>(), ElementsAre(1, 2, 3));
  EXPECT_THAT(settings["one"].list<int>(), ElementsAre(4));
  EXPECT_TRUE(settings["none"].list<int>().empty());
  EXPECT_TRUE(settings["missing"].list<int>().empty());
}

TEST(Value, ItemsKeepTheOrderOfTheFile) {
  const Settings settings(map({{"z", 1}, {"a", 2}, {"m", 3}}));
  std::vector<std::string> names;
  for (const Value& item : settings.value().items())
    names.push_back(std::string(item.key()) + "=" + item.as<std::string>());
  EXPECT_THAT(names, ElementsAre("z=1", "a=2", "m=3"));
}

TEST(Value, AllowOnlyNamesTheUnknownAndTheKnown) {
  const Settings settings(map({{"in", map({{"good", 1}, {"bda", 2}})}}));
  EXPECT_NO_THROW(settings["in"].allow_only({"good", "bda"}));
  EXPECT_NO_THROW(settings["missing"].allow_only({}));
  EXPECT_EQ(error_of([&] {
              settings["in"].allow_only({"good", "bad"});
            }),
            "rcx.yaml:4:1: in.bda: unknown setting; known: good, bad");
  EXPECT_EQ(error_of([&] { settings["in"]["good"].allow_only({}); }),
            "rcx.yaml:3:1: in.good: wanted a map, got '1'");
}

}  // namespace
