// Every event of the catalogue, told in JSON and read by an extension in C.
#include "host/event/told.hpp"

#include <gtest/gtest.h>

#include <map>

#include "host/event/abi_event.hpp"
#include "host/event/event_json.hpp"
#include "tests/event/telling.hpp"

namespace rcx::host {
namespace {

namespace json = boost::json;
using Lines = std::map<std::string, std::string>;

Lines heard;  // NOLINT: the contract's functions have no other way

rcx_status hear(const rcx_call*, rcx_bytes text) {
  const std::string line(abi_view(text));
  heard[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  return RCX_OK;
}

// What the reader says of an event whose JSON is `value`, under the path `path`.
void expect(const json::value& value, const std::string& path, Lines& lines) {
  std::int64_t time = 0;
  if (const json::object* object = value.if_object()) {
    for (const auto& [key, item] : *object) {
      expect(item, path.empty() ? std::string(key) : path + "." + std::string(key), lines);
    }
  } else if (const json::array* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      expect((*array)[i], path + "[" + std::to_string(i) + "]", lines);
    }
  } else if (value.is_bool()) {
    lines[path] = value.get_bool() ? "true" : "false";
  } else if (value.is_int64()) {
    lines[path] = std::to_string(value.get_int64());
  } else if (catalogue::parse_time(std::string(value.as_string()), time)) {
    lines[path] = std::to_string(time);
  } else {
    lines[path] = value.as_string();
  }
}

Event event_of(const EventKind& kind, const json::object& told) {
  Result<Emission> emission = read_emission(kind, json::serialize(told), "root");
  if (!emission) throw std::runtime_error(emission.error().message);
  Event event;
  event.kind = &kind;
  event.id_text = "018f3c5e-7c1a-7abc-8def-0123456789ac";
  event.caller.name = emission->caller ? emission->caller->username : "root";
  event.told = emission->told;
  return event;
}

// What the reader says of `event`, without what all events carry.
Lines read(const Event& event) {
  heard.clear();
  rcx_host host{};
  host.size = sizeof host;
  host.say = &hear;
  const rcx_value settings{
      sizeof settings, RCX_VALUE_MAP, {}, {}, {}, 0, 0, nullptr, 0, sizeof settings, 0};
  rcx_call call{};
  call.size = sizeof call;
  call.host = &host;
  call.settings = &settings;
  const AbiEvent abi(event);
  int calls = 0;
  for (std::uint32_t i = 0; i < rcx_plugin_entry.handler_count; ++i) {
    const rcx_handler& handler = rcx_plugin_entry.handlers[i];
    if (handler.event != event.kind->number) continue;
    EXPECT_EQ(event.kind->told->call(handler, nullptr, &call, abi.told()), RCX_OK);
    ++calls;
  }
  EXPECT_EQ(calls, 1) << event.kind->name;
  std::erase_if(heard, [](const auto& line) { return line.first.starts_with("event."); });
  return heard;
}

class EveryEvent : public testing::TestWithParam<catalogue::EventType> {
 protected:
  const EventKind& kind() const { return *event_kind(GetParam().number); }
};

// Each field reaches the extension, in its own place; and comes back as it was told.
TEST_P(EveryEvent, ReachesAnExtensionFieldByField) {
  const json::object told = telling(GetParam(), true);
  const Event event = event_of(kind(), told);
  Lines expected;
  expect(told, "", expected);
  EXPECT_EQ(read(event), expected);
}

TEST_P(EveryEvent, ComesBackFromJsonAsItWas) {
  const json::object told = telling(GetParam(), true);
  const json::object once = emission_json(event_of(kind(), told));
  json::object fields = once;
  EXPECT_EQ(fields["event"], json::value(GetParam().name));
  fields.erase("event");
  fields.erase("caller");
  EXPECT_EQ(fields, told);
  EXPECT_EQ(emission_json(event_of(kind(), once)), once);
}

// What is not told is empty, and no pointer is null.
TEST_P(EveryEvent, IsWholeWhereTheForgeTellsTheLeast) {
  const json::object told = telling(GetParam(), false);
  const Lines lines = read(event_of(kind(), told));
  Lines expected;
  expect(told, "", expected);
  for (const auto& [path, value] : expected) EXPECT_EQ(lines.at(path), value);
  for (const auto& [path, value] : lines) {
    const bool by_default = value == "false" || value == "none" || value == "root";
    EXPECT_TRUE(expected.contains(path) || by_default) << path << "=" << value;
  }
}

// One thing missing at a time.
TEST_P(EveryEvent, IsRefusedWithoutWhatItNeeds) {
  const json::object whole = telling(GetParam(), false);
  for (const auto& [key, value] : whole) {
    json::object told = whole;
    told.erase(key);
    const Result<Emission> read = read_emission(kind(), json::serialize(told), "root");
    ASSERT_FALSE(read) << key;
    EXPECT_EQ(read.error().message.find(std::string(key) + ": wanted "), 0U)
        << read.error().message;
    EXPECT_TRUE(read.error().message.ends_with("got nothing")) << read.error().message;
  }
}

// One field of each kind at a time is told as what it is not.
TEST_P(EveryEvent, IsRefusedWithAValueOfAnotherKind) {
  for (const auto& [key, value] : telling(GetParam(), true)) {
    json::object told = telling(GetParam(), false);
    told[key] = 1.5;
    const Result<Emission> read = read_emission(kind(), json::serialize(told), "root");
    ASSERT_FALSE(read) << key;
    EXPECT_EQ(read.error().message.find(std::string(key) + ": wanted "), 0U)
        << read.error().message;
    EXPECT_TRUE(read.error().message.ends_with("got a number")) << read.error().message;
  }
}

TEST_P(EveryEvent, HasTheNameAndThePlaceOfItsKind) {
  EXPECT_EQ(kind().name, GetParam().name);
  EXPECT_EQ(kind().veto, GetParam().name.starts_with("pre_"));
  const Event event = event_of(kind(), telling(GetParam(), false));
  EXPECT_FALSE(event.told->text(GetParam().subject).empty());
  EXPECT_EQ(event.told->text(GetParam().second).empty(), GetParam().second.empty());
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryEvent, testing::ValuesIn(catalogue::kEvents),
                         [](const auto& event) { return std::string(event.param.name); });

void expect_in(const std::string& guide, const catalogue::Struct& type) {
  for (std::size_t i = 0; i < type.count; ++i) {
    const catalogue::Field& field = type.fields[i];
    if (field.type == catalogue::Type::kOwn) continue;
    if (field.of != nullptr) expect_in(guide, *field.of);
    if (field.beside) continue;
    const std::string quoted = "`" + std::string(field.name) + "`";
    const std::string wanted = field.needed ? "**" + quoted + "**" : quoted;
    EXPECT_NE(guide.find(wanted), std::string::npos) << type.name << ": " << wanted;
  }
}

TEST(Catalogue, StandsInTheGuide) {
  const Result<std::string> guide =
      read_file(fs::path(RCX_TEST_SOURCES) / "sdk" / "README.md", std::size_t{1024} * 1024);
  ASSERT_TRUE(guide) << guide.error().message;
  for (const catalogue::EventType& event : catalogue::kEvents) {
    EXPECT_NE(guide->find("`" + std::string(event.name) + "`"), std::string::npos) << event.name;
    expect_in(*guide, *event.fields);
  }
}

TEST(Catalogue, HasEachNumberAndNameOnce) {
  std::map<std::uint32_t, int> numbers;
  std::map<std::string_view, int> names;
  for (const EventKind& kind : event_kinds()) {
    EXPECT_EQ(++numbers[kind.number], 1) << kind.number;
    EXPECT_EQ(++names[kind.name], 1) << kind.name;
  }
  EXPECT_EQ(event_kinds().size(), 29U);
}

}  // namespace
}  // namespace rcx::host
