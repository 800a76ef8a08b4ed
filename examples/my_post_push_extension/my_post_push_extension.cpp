// After a push, tells the person who pushed what arrived.
#include <rcx/plugin.hpp>

struct MyPostPushExtension {
  void pushed(const rcx::Push& push) {
    push.say(std::string(push.caller().name()) + " pushed " + std::to_string(push.refs().size()) +
             " refs to " + std::string(push.repository().name()));
  }
};

RCX_PLUGIN(MyPostPushExtension, "my_post_push_extension", "My post-push extension", "1.0.0", "MIT",
           rcx::on<&MyPostPushExtension::pushed>(rcx::kInline))
