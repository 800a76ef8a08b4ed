#include "host/accounts/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace rcx::host {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestUsername = 64;

// Empty where nothing is wrong with it.
std::string fault_of(std::string_view part) {
  if (part.empty()) return "an empty part";
  if (part.front() == '.') return "a part that begins with '.'";
  if (part.front() == '-') return "a part that begins with '-'";
  if (part.front() == ' ' || part.back() == ' ') return "a part that begins or ends with a space";
  for (const char* end : {".git", ".hg", ".svn", ".lock"}) {
    if (part.ends_with(end)) return std::string("a part that ends with ") + end;
  }
  if (part == "hooks" || part == "objects" || part == "refs") {
    return fmt::format("a part that is '{}', as in a repository of git", part);
  }
  return {};
}

std::string fault_of_name(std::string_view name) {
  if (name.empty()) return "an empty name";
  if (name.size() > kLongestName) return fmt::format("{} bytes", name.size());
  if (name.front() == '/') return "an absolute path";
  if (printable(name) != name) return "control characters, or bytes that are no UTF-8";
  if (name.find_first_of("\\:*?\"<>|") != std::string_view::npos) {
    return "one of \\ : * ? \" < > |";
  }
  for (const std::string_view part : split(name, '/')) {
    if (std::string fault = fault_of(part); !fault.empty()) return fault;
  }
  return {};
}

}  // namespace

Result<void> check_node_name(std::string_view name) {
  const std::string fault = fault_of_name(name);
  if (fault.empty()) return {};
  return Error{Code::kInvalid,
               fmt::format("'{}' cannot be a name: wanted one such as team/app, at most {} bytes "
                           "and without .git, got {}",
                           shortened(printable(name), kLongestName), kLongestName, fault)};
}

Result<void> check_username(std::string_view name) {
  const auto plain = [](unsigned char c) {
    return c < 0x80 &&
           (std::isalnum(c) != 0 || c == '.' || c == '_' || c == '@' || c == '+' || c == '-');
  };
  if (!name.empty() && name.size() <= kLongestUsername &&
      std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
      std::all_of(name.begin(), name.end(), plain)) {
    return {};
  }
  return Error{Code::kInvalid,
               fmt::format("'{}' cannot be a user's name: wanted at most {} letters, digits and "
                           "._@+-, of which the first is a letter or a digit",
                           shortened(printable(name), kLongestName), kLongestUsername)};
}

std::string parent_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(name.substr(0, slash));
}

std::string leaf_of(std::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

bool same_name(std::string_view a, std::string_view b) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return folded(x) == folded(y); });
}

}  // namespace rcx::host
