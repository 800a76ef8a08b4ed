// A pattern of paths, as CODEOWNERS files have them.
#ifndef RCX_PLUGINS_PROTECT_FILES_PATH_GLOB_HPP
#define RCX_PLUGINS_PROTECT_FILES_PATH_GLOB_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace protect_files {

// Immutable; any number of threads may use one. Matches bytes, and case counts.
class PathGlob {
 public:
  // Throws std::invalid_argument, which says what is wrong with `text`.
  explicit PathGlob(std::string_view text);

  bool matches(std::string_view path) const;

 private:
  // One byte of a name, or what stands for others.
  struct Token {
    enum Kind { kByte, kOne, kAny } kind;
    char byte;
  };
  struct Name {
    bool any_directories;  // `**`: any number of names, also none
    std::vector<Token> tokens;
  };

  void read(std::string_view text);
  void check() const;
  static bool matches(const std::vector<Token>& tokens, std::string_view name);
  // Where one may stand in names_ without taking a further name, as bits.
  std::uint64_t open(std::uint64_t places) const;

  std::vector<Name> names_;
  bool itself_ = true;  // what it matches
  bool below_ = true;   // everything below that
};

}  // namespace protect_files

#endif  // RCX_PLUGINS_PROTECT_FILES_PATH_GLOB_HPP
