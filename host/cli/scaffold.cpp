#include "host/cli/scaffold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/replace.hpp>
#include <string_view>

#include "scaffold_texts.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kLongest = 63;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";

// Targets that CMake has of its own.
constexpr std::array<std::string_view, 11> kTaken = {
    "all",     "clean",          "depend",     "edit_cache",    "help", "install",
    "package", "package_source", "preinstall", "rebuild_cache", "test"};

bool is_taken(const std::string& name) {
  return std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end();
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongest && kLetters.find(name.front()) != kLetters.npos &&
         name.find_first_not_of(kAllowed) == std::string::npos;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// As much of `name` as can be kept.
std::string suggestion(const std::string& name) {
  std::string near;
  for (const char c : name) {
    const bool fits = kAllowed.find(lower(c)) != kAllowed.npos;
    if (fits) near += lower(c);
    if (!fits && !near.empty() && near.back() != '_') near += '_';
  }
  near.erase(0, std::min(near.size(), near.find_first_of(kLetters)));
  near.resize(std::min(near.size(), kLongest));
  near.erase(near.find_last_not_of("_-") + 1);
  if (is_taken(near)) near += "_pushes";
  return near.empty() ? "my_extension" : near;
}

// `no_wip` as a class: `NoWip`.
std::string class_name(const std::string& name) {
  std::string made;
  bool begins = true;
  for (const char c : name) {
    const bool letter = kLetters.find(c) != kLetters.npos;
    if (c != '_' && c != '-') made += letter && begins ? static_cast<char>(c - 'a' + 'A') : c;
    begins = !letter;
  }
  return made;
}

}  // namespace

std::string name_fault(const std::string& name) {
  if (is_name(name) && !is_taken(name)) return {};
  return fmt::format(
      "wanted a name of 1 to {} of a-z, 0-9, '_' and '-' that begins with a letter{}, got '{}'; "
      "try:  rcx new {}",
      kLongest, is_taken(name) ? " and that CMake has no use for" : "",
      shortened(printable(name), 80), suggestion(name));
}

std::vector<ProjectFile> scaffold(const std::string& name, Language language) {
  const bool c = language == Language::kC;
  const std::string source = name + (c ? ".c" : ".cpp");
  std::vector<ProjectFile> files = {
      {".gitignore", std::string(kGitignore)},
      {"CMakeLists.txt", std::string(kCMakeLists)},
      {"README.md", std::string(kReadme)},
      {source, std::string(c ? kExtensionC : kExtensionCxx)},
      {name + "_test.cpp", std::string(kTest)},
  };
  for (ProjectFile& file : files) {
    boost::replace_all(file.bytes, "@name@", name);
    boost::replace_all(file.bytes, "@source@", source);
    boost::replace_all(file.bytes, "@Class@", class_name(name));
  }
  return files;
}

}  // namespace rcx::host::cli
