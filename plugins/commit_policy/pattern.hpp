// A pattern of rcx.yaml, compiled.
#ifndef RCX_PLUGINS_COMMIT_POLICY_PATTERN_HPP
#define RCX_PLUGINS_COMMIT_POLICY_PATTERN_HPP

#include <rcx/plugin.hpp>

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace commit_policy {

// Immutable; any number of threads may search with one.
//
// Commit text is bytes. Text that is UTF-8 is matched as such. Other text is matched twice, with
// U+FFFD for what is invalid and as Latin-1, and matches when either does: so a byte that is not
// UTF-8 hides nothing from `.` or `[^x]`, and a Latin-1 `café` is found by the pattern `café`.
class Pattern {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml, when `setting` is no valid
  // pattern.
  explicit Pattern(const rcx::Value& setting);

  // The first part of `bytes` that matches, as UTF-8.
  std::optional<std::string> find(std::string_view bytes) const;
  const std::string& source() const { return expression_->pattern(); }

 private:
  std::unique_ptr<const RE2> expression_;
};

}  // namespace commit_policy

#endif  // RCX_PLUGINS_COMMIT_POLICY_PATTERN_HPP
