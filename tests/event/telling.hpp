// Events as a forge tells them, made from the tables of the catalogue.
#pragma once

#include <boost/json.hpp>
#include <ostream>
#include <rcx/catalogue.hpp>
#include <string>

namespace rcx::catalogue {

inline void PrintTo(const EventType& event, std::ostream* out) {
  *out << event.name;
}

}  // namespace rcx::catalogue

namespace rcx::host {

// A value for every field of `type`, each another one, or only for those that must be there.
inline boost::json::object telling(const catalogue::Struct& type, bool all) {
  using catalogue::Type;
  static int count = 0;
  boost::json::object told;
  for (std::size_t i = 0; i < type.count; ++i) {
    const catalogue::Field& field = type.fields[i];
    if (field.type == Type::kOwn || !(all || field.needed)) continue;
    const std::string text = std::string(field.name) + " " + std::to_string(++count);
    boost::json::value& value = told[field.name];
    switch (field.type) {
      case Type::kFlag:
        value = true;
        break;
      case Type::kNumber:
        value = 1'000'000'000'000 + count;
        break;
      case Type::kTime:
        value = "2026-01-31T12:00:00." + std::to_string(1000 + count) + "1Z";
        break;
      case Type::kChoice:
        value =
            field.choices.names[1 + static_cast<std::size_t>(count) % (field.choices.count - 1)];
        break;
      case Type::kUrl:
        value = "https://example.org/" + std::to_string(count);
        break;
      case Type::kTexts:
        value = boost::json::array{text, text + " more", ""};
        break;
      case Type::kStruct: {
        boost::json::object part = telling(*field.of, all);
        if (field.beside) {
          told.erase(field.name);
          for (auto& [key, item] : part) told[key] = item;
        } else {
          value = std::move(part);
        }
        break;
      }
      case Type::kStructs:
        value = boost::json::array{telling(*field.of, all), telling(*field.of, all)};
        break;
      default:
        value = text;
    }
  }
  return told;
}

inline boost::json::object telling(const catalogue::EventType& type, bool all) {
  return telling(*type.fields, all);
}

}  // namespace rcx::host
