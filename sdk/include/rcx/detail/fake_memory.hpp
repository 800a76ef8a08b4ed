// What rcx/testing_emit.hpp lays events out in, and what it tells of them by itself.
#ifndef RCX_DETAIL_FAKE_MEMORY_HPP
#define RCX_DETAIL_FAKE_MEMORY_HPP

#include <rcx/catalogue.hpp>
#include <rcx/detail/catalogue_fill.hpp>
#include <rcx/testing_event.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcx::testing {

namespace detail {

// Each struct, array and text in memory of its own, so that AddressSanitizer tells who reads beyond
// it or too late.
class FakeMemory : public rcx::catalogue::Memory {
 public:
  void* take(std::size_t size) override {
    const std::size_t words = (size + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
    return pieces_.emplace_back(std::make_unique<std::uint64_t[]>(words)).get();
  }
  rcx_bytes keep(std::string_view text) override {
    auto& copy = texts_.emplace_back(std::make_unique<char[]>(text.size()));
    std::memcpy(copy.get(), text.data(), text.size());
    return {copy.get(), text.size()};
  }
  std::uint32_t slack() const override { return sizeof(std::uint64_t); }

 private:
  std::vector<std::unique_ptr<std::uint64_t[]>> pieces_;
  std::vector<std::unique_ptr<char[]>> texts_;
};

}  // namespace detail

// The least that `type` must be told: `team/app` for the name of a repository, `name` and the like
// for other texts.
inline Setting sample(const rcx::catalogue::Struct& type) {
  Setting made = map({});
  for (std::size_t i = 0; i < type.count; ++i) {
    const rcx::catalogue::Field& field = type.fields[i];
    if (!field.needed) continue;
    const std::string name(field.name);
    if (field.beside) {
      made = merged(std::move(made), sample(*field.of));
    } else if (field.type == rcx::catalogue::Type::kStruct) {
      made = merged(std::move(made), map({{name, sample(*field.of)}}));
    } else {
      const bool repository = name == "repo_name" || name == "repository";
      const bool group = name == "group_name";
      const char* text = repository                  ? "team/app"
                         : group                     ? "team"
                         : name == "new_name"        ? "team/tool"
                         : name == "username"        ? "grace"
                         : name == "user"            ? "grace"
                         : name == "raw_id"          ? "1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d"
                         : name == "pull_request_id" ? "7"
                                                     : "name";
      made = merged(std::move(made), map({{name, text}}));
    }
  }
  return made;
}

}  // namespace rcx::testing

#endif  // RCX_DETAIL_FAKE_MEMORY_HPP
