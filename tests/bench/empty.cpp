// A handler that returns at once.
#include <rcx/plugin.hpp>

namespace {

struct Empty {
  void before(const rcx::PrePush&) const {}
};

}  // namespace

RCX_PLUGIN(Empty, "empty", "Empty", "1.0.0", "MIT", rcx::on<&Empty::before>())
