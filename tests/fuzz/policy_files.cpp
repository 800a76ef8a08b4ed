// What repositories say about themselves, and anybody who may push writes: CODEOWNERS, and lists of
// what is no secret.
#include <functional>
#include <stdexcept>

#include "plugins/protect_files/owners.hpp"
#include "plugins/secret_scan/allow_list.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using rcx::fuzz::require;

// Stands for the time that an extension has.
class Time {
 public:
  std::function<void()> look() {
    return [this] {
      if (++looks_ > 100'000) throw std::runtime_error("out of time");
    };
  }

 private:
  int looks_ = 0;
};

constexpr std::size_t kMostMistakes = 20;

// A file, and behind the first NUL a path that is looked for.
void owners(std::string_view text, std::string_view path) {
  const protect_files::Owners all(text);
  require(all.mistakes().size() <= kMostMistakes + 1, "it stops at so many mistakes");
  Time time;
  try {
    for (const protect_files::Claim* claim : all.deciding(path, time.look())) {
      require(claim->line >= 1, "a claim has a line");
      require(!claim->owners.empty(), "who decides has owners");
      require(claim->glob.matches(path), "and matches");
    }
  } catch (const std::runtime_error&) {
  }
}

void allowed(std::string_view text, std::string_view path) {
  const secret_scan::AllowList list(text);
  require(list.mistakes().size() <= kMostMistakes + 1, "it stops at so many mistakes");
  Time time;
  try {
    const bool allows = list.allows_path(path, time.look());
    require(!allows || text.find("path") != std::string_view::npos, "a line says so");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = rcx::fuzz::text(data, size);
  const std::size_t end = text.find('\0');
  const std::string_view path =
      end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  owners(text.substr(0, end), path);
  allowed(text.substr(0, end), path);
  return 0;
}
