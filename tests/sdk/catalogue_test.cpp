// That tables and structs of the catalogue agree is checked when they are compiled; here, that this
// check sees what is wrong.
#include <gtest/gtest.h>
#include <rcx/catalogue.hpp>

#include <set>
#include <string>

namespace {

using namespace rcx::catalogue;

struct Sample {
  std::uint32_t size;
  std::uint32_t flag;
  rcx_bytes name;
  const rcx_bytes* items;
  std::uint64_t item_count;
  std::uint32_t item_stride;
  std::uint32_t reserved;
};

constexpr Field kSize{"size", Type::kOwn, 0, 4};
constexpr Field kFlag{"flag", Type::kFlag, 4, 4};
constexpr Field kName{"name", Type::kText, 8, 16};
constexpr Field kItems{"items", Type::kTexts, 24, 8, 32, 40};
constexpr Field kStride{"item_stride", Type::kOwn, 40, 4};
constexpr Field kReserved{"reserved", Type::kOwn, 44, 4};

TEST(Catalogue, SeesThatATableCoversItsStruct) {
  constexpr Field kWhole[] = {kSize, kFlag, kName, kItems, kStride, kReserved};
  static_assert(detail::covers(kWhole, sizeof(Sample)));
}

TEST(Catalogue, SeesAFieldThatATableLacks) {
  constexpr Field kLacking[] = {kSize, kFlag, kItems, kStride, kReserved};
  static_assert(!detail::covers(kLacking, sizeof(Sample)));
}

TEST(Catalogue, SeesAFieldThatIsListedTwiceInPlaceOfAnother) {
  constexpr Field kTwice[] = {kSize, kSize, kName, kItems, kStride, kReserved};
  static_assert(!detail::covers(kTwice, sizeof(Sample)));
}

TEST(Catalogue, SeesAFieldOfAnotherSize) {
  constexpr Field kOther[] = {kSize,    {"flag", Type::kTime, 4, 4}, kName, kItems, kStride,
                              kReserved};
  static_assert(!detail::covers(kOther, sizeof(Sample)));
}

TEST(Catalogue, SeesTwoFieldsOfOneName) {
  constexpr Field kSame[] = {kSize, {"name", Type::kFlag, 4, 4}, kName, kItems, kStride, kReserved};
  static_assert(!detail::covers(kSame, sizeof(Sample)));
}

// Fields that stand beside each other in JSON have names of their own, also those of parts.
void add_names(const Struct& type, std::set<std::string>& names) {
  for (std::size_t i = 0; i < type.count; ++i) {
    const Field& field = type.fields[i];
    if (field.type == Type::kOwn) continue;
    if (field.beside) {
      add_names(*field.of, names);
    } else {
      EXPECT_TRUE(names.emplace(field.name).second) << type.name << "." << field.name;
    }
  }
}

TEST(Catalogue, HasNoTwoFieldsOfOneNameInAnEvent) {
  for (const EventType& event : kEvents) {
    std::set<std::string> names = {"event", "caller"};
    add_names(*event.fields, names);
    EXPECT_EQ(find(event.number), &event);
    EXPECT_EQ(find(event.name), &event);
  }
  EXPECT_EQ(find(RCX_EVENT_PRE_PUSH), nullptr);
  EXPECT_EQ(find("push"), nullptr);
}

// Structs of events begin alike, so that one function sets `event` in all.
TEST(Catalogue, EventsBeginAlike) {
  for (const EventType& event : kEvents) {
    ASSERT_GE(event.fields->count, 3U);
    EXPECT_EQ(event.fields->fields[0].name, "size");
    EXPECT_EQ(event.fields->fields[2].name, "event");
    EXPECT_EQ(event.fields->fields[2].offset, offsetof(rcx_create_repo, event)) << event.name;
  }
}

}  // namespace
