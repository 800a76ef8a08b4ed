// One rule of rcx.yaml: where it holds, and where it says who owns what.
#ifndef RCX_PLUGINS_PROTECT_FILES_RULE_HPP
#define RCX_PLUGINS_PROTECT_FILES_RULE_HPP

#include "owners.hpp"

#include <rcx/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace protect_files {

// The owners that a commit has, and where they stand.
struct OwnersFile {
  std::string path;
  std::string id;  // of the content
  Owners owners;
  std::vector<Mistake> mistakes;
};

// Immutable; any number of threads may use one.
class Rule {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  explicit Rule(const rcx::Value& settings);

  const std::string& name() const { return name_; }
  // Text for the end of an objection, in place of what the extension would advise; may be empty.
  const std::string& hint() const { return hint_; }
  bool covers_repository(std::string_view name) const;
  bool covers(const rcx::RefUpdate& ref) const;

  // Whether owners stand in the repository; else they are those of the settings.
  bool reads_a_file() const { return !files_.empty(); }
  bool is_file(std::string_view path) const;
  const Owners& owners() const { return owners_; }
  // The first of the files that the commit has; none where it has none of them.
  std::optional<OwnersFile> file_at(const rcx::PrePush& push, std::string_view commit) const;

 private:
  std::string name_;
  std::string hint_;
  std::vector<std::string> repositories_;  // empty: all
  std::vector<std::string> branches_;      // empty: all
  std::vector<std::string> files_;
  Owners owners_;
};

}  // namespace protect_files

#endif  // RCX_PLUGINS_PROTECT_FILES_RULE_HPP
