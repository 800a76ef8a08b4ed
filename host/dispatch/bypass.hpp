// What a push asks with the option `rcx-bypass=REASON`: to pass whatever extensions object.
#pragma once

#include <string>

#include "host/config/config.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

// Immutable. The handlers run as ever, so that the record holds what was overridden; whom rcx.yaml
// allows it counts, and nobody else: their push goes by what the extensions say.
class Bypass {
 public:
  explicit Bypass(const Event& event);

  bool asked() const noexcept { return asked_; }
  // Why, in the words of the caller; bounded, and empty where none is given.
  const std::string& reason() const noexcept { return reason_; }
  // Why it does not count for this caller against an extension that is configured so; empty where
  // it does. Whole text for people.
  std::string denied(const Caller& caller, const ExtensionConfig& config) const;

 private:
  bool asked_ = false;
  std::string reason_;
};

}  // namespace rcx::host
