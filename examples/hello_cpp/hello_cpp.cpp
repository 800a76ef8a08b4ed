// Greets whoever pushes, and keeps the branch `release` as it is.
#include <rcx/plugin.hpp>

struct HelloCpp {
  // Called before references move. An objection is no failure: return as usual, the host counts.
  void check(const rcx::PrePush& push) {
    push.say("hello from C++, " + std::string(push.caller().name()));
    for (const rcx::RefUpdate& ref : push.refs()) {
      if (ref.name() == "refs/heads/release") push.reject(ref, "only the build server releases");
    }
  }
};

RCX_PLUGIN(HelloCpp, "hello_cpp", "Hello from C++", "1.0.0", "MIT", rcx::on<&HelloCpp::check>())
