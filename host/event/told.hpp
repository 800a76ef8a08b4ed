// What a forge told of an event: the fields of its struct, as rcx/catalogue.hpp has them.
#pragma once

#include <rcx/detail/catalogue_fill.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rcx::host {

// The struct of one event and all that it points at. Immutable once filled; any thread.
class Told : public catalogue::Memory {
 public:
  // Fills it; see catalogue::fill, which throws Misfit.
  Told(const catalogue::EventType& type, const rcx_value& fields,
       const std::vector<std::string>& also, std::string_view caller);

  const catalogue::EventType& type() const noexcept { return type_; }
  // The struct, `type().fields->size` bytes; its `event` is null.
  const void* raw() const noexcept { return raw_; }
  // The text at the path `field`, such as `target.repository`; empty where there is no such field.
  std::string_view text(std::string_view field) const;

  void* take(std::size_t size) override;
  rcx_bytes keep(std::string_view text) override;

 private:
  const catalogue::EventType& type_;
  std::vector<std::unique_ptr<std::uint64_t[]>> pieces_;
  std::deque<std::string> texts_;
  const void* raw_ = nullptr;
};

// The member of `type` at `offset` in `raw`.
template <class T>
T told_member(const void* raw, std::uint32_t offset) {
  T value{};
  std::memcpy(&value, static_cast<const char*>(raw) + offset, sizeof value);
  return value;
}

}  // namespace rcx::host
