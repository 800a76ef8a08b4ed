// One rule of rcx.yaml: where it holds, and which signatures it wants.
#ifndef RCX_PLUGINS_SIGNED_COMMITS_RULE_HPP
#define RCX_PLUGINS_SIGNED_COMMITS_RULE_HPP

#include "signers.hpp"

#include <policy/scope.hpp>
#include <rcx/plugin.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signed_commits {

// What is wrong, and what to do about it.
struct Fault {
  std::string what;
  std::string cure;
};

// Immutable; any number of threads may use one.
class Rule {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  explicit Rule(const rcx::Value& settings);

  const std::string& name() const { return name_; }
  // Text for the end of an objection, in place of a Fault's cure; may be empty.
  const std::string& hint() const { return hint_; }
  bool covers_repository(std::string_view name) const { return scope_.covers_repository(name); }
  // Whether a first push to an empty repository is let be.
  bool skips_imports() const { return skip_imports_; }
  bool wants_commits() const { return commits_; }
  bool wants_certificate() const { return certificate_; }

  // The indexes of those of `refs` through which the rule holds for this commit.
  std::vector<std::uint64_t> covers(const rcx::Refs& refs, const rcx::Commit& commit) const;
  // Whether it holds for the reference itself.
  bool covers(const rcx::RefUpdate& ref) const;

  std::optional<Fault> fault_of(const rcx::Commit& commit) const;
  std::optional<Fault> fault_of(const std::optional<rcx::PushCertificate>& certificate) const;

 private:
  policy::Scope scope_;
  std::string name_;
  std::string hint_;
  std::vector<std::string> branches_;
  std::vector<std::string> tags_;  // of either: empty, and the other not: none
  Signers signers_;
  bool commits_;
  bool certificate_;
  bool untrusted_;
  bool committer_;
  bool skip_imports_;
};

}  // namespace signed_commits

#endif  // RCX_PLUGINS_SIGNED_COMMITS_RULE_HPP
