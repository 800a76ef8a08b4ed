#include <text/quantity.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace text {
namespace {

constexpr std::uint64_t kThousand = 1000;
constexpr std::uint64_t kKibi = 1024;

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};

constexpr std::array kSizeUnits = {
    SizeUnit{"", 1},
    SizeUnit{"b", 1},
    SizeUnit{"kb", kThousand},
    SizeUnit{"mb", kThousand* kThousand},
    SizeUnit{"gb", kThousand* kThousand* kThousand},
    SizeUnit{"tb", kThousand* kThousand* kThousand* kThousand},
    SizeUnit{"kib", kKibi},
    SizeUnit{"mib", kKibi* kKibi},
    SizeUnit{"gib", kKibi* kKibi* kKibi},
    SizeUnit{"tib", kKibi* kKibi* kKibi* kKibi},
};

struct DurationUnit {
  std::string_view name;
  double nanoseconds;
};

constexpr std::array kDurationUnits = {
    DurationUnit{"ms", 1e6},   DurationUnit{"s", 1e9},    DurationUnit{"m", 60e9},
    DurationUnit{"min", 60e9}, DurationUnit{"h", 3600e9}, DurationUnit{"d", 86400e9},
};
constexpr double kLongest = 366.0 * 86400e9;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<std::uint64_t> size_from(std::string_view text) noexcept {
  std::uint64_t count = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count);
  if (read.ec != std::errc()) return std::nullopt;
  std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (unit.size() > 1 && unit.front() == ' ') unit.remove_prefix(1);
  for (const SizeUnit& known : kSizeUnits) {
    if (!equal_without_case(known.name, unit)) continue;
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (count > kMost / known.bytes) return std::nullopt;
    return count * known.bytes;
  }
  return std::nullopt;
}

std::optional<std::chrono::nanoseconds> duration_from(std::string_view text) noexcept {
  double count = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count);
  if (read.ec != std::errc()) return std::nullopt;
  const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  for (const DurationUnit& known : kDurationUnits) {
    if (known.name != unit) continue;
    const double length = count * known.nanoseconds;
    if (!std::isfinite(length) || length < 0 || length > kLongest) return std::nullopt;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(length));
  }
  return std::nullopt;
}

std::string duration_text(std::chrono::nanoseconds duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (ms < 1000) return std::to_string(ms) + "ms";
  const auto tenths = ms % 1000 / 100;
  return std::to_string(ms / 1000) + (tenths == 0 ? "" : "." + std::to_string(tenths)) + "s";
}

}  // namespace text
