// What a repository says is no secret.
#ifndef RCX_PLUGINS_SECRET_SCAN_ALLOW_LIST_HPP
#define RCX_PLUGINS_SECRET_SCAN_ALLOW_LIST_HPP

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace secret_scan {

// A file of lines: `path GLOB`, `fingerprint DIGITS`, `rule NAME`, and comments behind a `#`.
class AllowList {
 public:
  AllowList() = default;
  // Lines that are none of these are in mistakes().
  explicit AllowList(std::string_view text);

  // Calls `look` now and then, which may throw to end it.
  bool allows_path(std::string_view path, const std::function<void()>& look) const;
  bool allows(const std::string& rule, const std::string& fingerprint) const {
    return rules_.count(rule) > 0 || fingerprints_.count(fingerprint) > 0;
  }
  // One for each line that means nothing, with its number; of the first 20.
  const std::vector<std::string>& mistakes() const { return mistakes_; }

 private:
  std::vector<std::string> paths_;
  std::set<std::string, std::less<>> rules_;
  std::set<std::string, std::less<>> fingerprints_;
  std::vector<std::string> mistakes_;
};

}  // namespace secret_scan

#endif  // RCX_PLUGINS_SECRET_SCAN_ALLOW_LIST_HPP
