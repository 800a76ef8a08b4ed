#include "changed_part.hpp"

#include <algorithm>
#include <cstring>

namespace secret_scan {
namespace {

// Most of two versions is the same, and compared in blocks.
constexpr std::size_t kBlock = 64;

std::size_t common_begin(std::string_view a, std::string_view b) noexcept {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t same = 0;
  while (most - same >= kBlock && std::memcmp(a.data() + same, b.data() + same, kBlock) == 0) {
    same += kBlock;
  }
  while (same < most && a[same] == b[same]) ++same;
  return same;
}

std::size_t common_end(std::string_view a, std::string_view b) noexcept {
  const std::size_t most = std::min(a.size(), b.size());
  const char* const end_a = a.data() + a.size();
  const char* const end_b = b.data() + b.size();
  std::size_t same = 0;
  while (most - same >= kBlock &&
         std::memcmp(end_a - same - kBlock, end_b - same - kBlock, kBlock) == 0) {
    same += kBlock;
  }
  while (same < most && *(end_a - same - 1) == *(end_b - same - 1)) ++same;
  return same;
}

}  // namespace

std::string_view changed_part(std::string_view before, std::string_view after) noexcept {
  const std::size_t head = after.substr(0, common_begin(before, after)).rfind('\n') + 1;
  before.remove_prefix(head);
  after.remove_prefix(head);
  // The line in which the common end begins may be a new one.
  const std::size_t end = common_end(before, after);
  const std::size_t newline = after.substr(after.size() - end).find('\n');
  if (newline != std::string_view::npos) after.remove_suffix(end - newline - 1);
  return after;
}

}  // namespace secret_scan
