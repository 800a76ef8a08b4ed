// A glob over paths, or an extension of file names, compiled.
#ifndef RCX_PLUGINS_PATH_POLICY_PATH_PATTERN_HPP
#define RCX_PLUGINS_PATH_POLICY_PATH_PATTERN_HPP

#include <rcx/plugin.hpp>

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace path_policy {

// Immutable; any number of threads may match with one. Case is ignored: what a rule keeps out would
// otherwise come in as `KEY.PEM`. A byte of a path that is not UTF-8 counts as one character.
class PathPattern {
 public:
  // Without a slash, a glob matches the name of the file or of a directory above it; with one, the
  // whole path. `*` and `?` stand for no slash; `**` between slashes stands for any directories.
  // Throws rcx::SettingError, which names the place in rcx.yaml, for what can match nothing.
  static PathPattern from_glob(const rcx::Value& setting);
  // `exe` or `.exe`, also `tar.gz`: names of files that end in a dot and this.
  static PathPattern from_extension(const rcx::Value& setting);

  bool matches(std::string_view path) const;
  // As the setting has it.
  const std::string& source() const { return source_; }

 private:
  PathPattern(const rcx::Value& setting, std::string source, const std::string& expression);
  std::string source_;
  std::unique_ptr<const RE2> expression_;
};

// The globs, or the extensions, of a setting that is one or a list; none when absent.
std::vector<PathPattern> globs_from(const rcx::Value& setting);
std::vector<PathPattern> extensions_from(const rcx::Value& setting);

// The first that matches, or null.
const PathPattern* find_match(const std::vector<PathPattern>& patterns, std::string_view path);

}  // namespace path_policy

#endif  // RCX_PLUGINS_PATH_POLICY_PATH_PATTERN_HPP
