// One kind of secret: how it is found, and when it counts.
#ifndef RCX_PLUGINS_SECRET_SCAN_RULE_HPP
#define RCX_PLUGINS_SECRET_SCAN_RULE_HPP

#include "known_secrets.hpp"

#include <rcx/plugin.hpp>

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace secret_scan {

// Bits for each byte of `text`, by how often each stands in it (Shannon): 0 for `aaaa`.
double entropy(std::string_view text);

// Immutable; any number of threads may use one.
class Rule {
 public:
  explicit Rule(const KnownSecret& known);
  // From an item of `rules`. Throws rcx::SettingError, which names the place in rcx.yaml.
  explicit Rule(const rcx::Value& settings);

  const std::string& name() const { return name_; }
  const std::string& what() const { return what_; }
  const std::string& pattern() const { return expression_->pattern(); }
  // The secrets of this kind in a line, from left to right.
  std::vector<std::string_view> find_all(std::string_view line) const;

 private:
  std::string name_;
  std::string what_;
  double entropy_ = 0;
  int group_ = 0;
  std::unique_ptr<const RE2> expression_;
};

// Those that are known but for what the setting `disable` names, and those of `rules`. Throws
// rcx::SettingError.
std::vector<Rule> rules_from(const rcx::Value& settings);

}  // namespace secret_scan

#endif  // RCX_PLUGINS_SECRET_SCAN_RULE_HPP
