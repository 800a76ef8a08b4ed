#include "host/dispatch/bypass.hpp"

#include <algorithm>

namespace rcx::host {
namespace {

constexpr std::string_view kOption = "rcx-bypass";
constexpr std::size_t kLongestReason = 500;

}  // namespace

Bypass::Bypass(const Event& event) {
  for (const std::string& option : event.push_options) {
    const std::string_view text = option;
    if (!text.starts_with(kOption)) continue;
    const std::string_view rest = text.substr(kOption.size());
    if (!rest.empty() && rest[0] != '=') continue;
    asked_ = true;
    const std::size_t begin = rest.find_first_not_of(" \t\r\n", rest.empty() ? 0 : 1);
    if (begin == std::string_view::npos || !reason_.empty()) continue;
    reason_ = rest.substr(begin, kLongestReason);
  }
}

std::string Bypass::denied(const Caller& caller, const ExtensionConfig& config) const {
  if (config.unbypassable) return "rcx.yaml marks it  unbypassable: true";
  if (std::find(config.bypass.begin(), config.bypass.end(), caller.name) == config.bypass.end()) {
    return printable(caller.name) + " is not among those whom  bypass:  in rcx.yaml allows it";
  }
  if (reason_.empty()) return "it wants a reason, such as  git push -o rcx-bypass='why'";
  return {};
}

}  // namespace rcx::host
