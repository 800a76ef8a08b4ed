// Takes its worker down when a push has the option `crash`.
#include <cstdlib>
#include <rcx/plugin.hpp>

namespace {

struct Crash {
  void before(const rcx::PrePush& push) const {
    for (const std::string_view option : push.push_options()) {
      if (option == "crash") std::abort();
    }
  }
};

}  // namespace

RCX_PLUGIN(Crash, "crash", "Crash", "1.0.0", "MIT", rcx::on<&Crash::before>())
