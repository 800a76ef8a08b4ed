// Handles nothing that a push makes: what a push costs when nobody reads it.
#include <rcx/plugin.hpp>

namespace {

struct Idle {
  void before(const rcx::PrePull&) const {}
};

}  // namespace

RCX_PLUGIN(Idle, "idle", "Idle", "1.0.0", "MIT", rcx::on<&Idle::before>())
