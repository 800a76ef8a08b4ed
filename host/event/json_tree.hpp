// JSON that somebody sends, as the tree of values that rcx/detail/catalogue_fill.hpp reads.
#pragma once

#include <rcx/abi.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// The longest text that is read, and how deep it may nest.
inline constexpr std::size_t kLongestJson = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kDeepestJson = 32;

// The tree of one text. Keeps it; neither copied nor moved, because its nodes point at each other.
class JsonTree {
 public:
  // kInvalid, with line and column, where `text` is no JSON, too long, or nests too deeply. Of a
  // key that stands twice in an object the last counts. Of `x` and `x_base64` in one object the
  // latter counts, as text `x`; where its bytes are no UTF-8, `integer` of that is 1.
  Result<void> parse(std::string_view text);
  JsonTree() = default;
  JsonTree(const JsonTree&) = delete;
  JsonTree& operator=(const JsonTree&) = delete;
  JsonTree(JsonTree&&) = delete;
  JsonTree& operator=(JsonTree&&) = delete;
  ~JsonTree() = default;

  const rcx_value& root() const noexcept { return root_; }

 private:
  class Reader;
  std::deque<std::string> texts_;
  std::deque<std::vector<rcx_value>> lists_;
  rcx_value root_{};
};

// The item `key` of a map; null where there is none, and where `map` is no map.
const rcx_value* item_of(const rcx_value& map, std::string_view key);

}  // namespace rcx::host
