// Refuses one branch. The map and the exception leave templates of the standard library behind,
// which must not be exported.
#include <rcx/plugin.hpp>

#include <map>
#include <stdexcept>
#include <string>

namespace {

struct Outside {
  std::map<std::string, std::string> reasons = {{"forbidden", "nobody pushes to this branch"}};

  void check(const rcx::PrePush& push) const {
    for (const rcx::RefUpdate& ref : push.refs()) {
      const auto found = reasons.find(std::string(ref.short_name()));
      if (found != reasons.end()) push.reject(ref, found->second);
      if (ref.name().empty()) throw std::runtime_error("a reference without a name");
    }
  }
};

}  // namespace

RCX_PLUGIN(Outside, "outside", "Outside", "1.0.0", "MIT", rcx::on<&Outside::check>())
