// The same extension as plugin.c, as somebody wrote it in C++ for the first release.
#include <rcx/plugin.hpp>

#include <string>

namespace {

class FirstRelease {
 public:
  explicit FirstRelease(const rcx::Setup& setup) {
    setup.settings().allow_only({"reason"});
    reason_ = setup.settings()["reason"].as<std::string>();
  }

  void check(const rcx::PrePush& push) const {
    int commits = 0;
    int changes = 0;
    std::string last;
    for (const rcx::Commit& commit : push.commits()) {
      for ([[maybe_unused]] const rcx::Change& change : commit.changes()) ++changes;
      last = std::string(commit.message());
      ++commits;
    }
    for (const rcx::RefUpdate& ref : push.refs()) {
      if (ref.name() != "refs/heads/forbidden") continue;
      push.reject(ref, reason_ + "; " + std::to_string(commits) + " commits, " +
                           std::to_string(changes) + " paths, last: " + last);
    }
  }

  void thank(const rcx::Push& push) const {
    push.say("thank you, says cpp to " + std::string(push.repository().name()));
  }

 private:
  std::string reason_;
};

}  // namespace

RCX_PLUGIN(FirstRelease, "first_release_cpp", "First release, in C++", "1.0.0", "MIT",
           rcx::on<&FirstRelease::check>(), rcx::on<&FirstRelease::thank>(rcx::kInline))
