// Wants a line `Signed-off-by: NAME <ADDRESS>` in each new commit, with the address of its author.
#include <rcx/plugin.hpp>

#include <algorithm>
#include <string>
#include <string_view>

struct SignedOff {
  void check(const rcx::PrePush& push) const {
    for (const rcx::Commit& commit : push.commits()) {
      // To return early would let through what was not looked at. What is thrown says that the
      // check failed, and the operator's `fail` policy decides.
      if (push.cancelled()) throw rcx::Error(RCX_FAILED, "out of time, commits are unchecked");
      if (commit.is_merge()) continue;
      const std::string email = "<" + std::string(commit.author().email()) + ">";
      if (!has_line(commit.message(), email)) {
        push.reject(commit.ref(), "commit " + std::string(commit.short_id()) +
                                      " wants a line \"Signed-off-by: NAME " + email +
                                      "\": git commit --amend --signoff");
      }
    }
  }

 private:
  static bool has_line(std::string_view message, std::string_view email) {
    constexpr std::string_view kStart = "Signed-off-by: ";
    while (!message.empty()) {
      const std::string_view line = message.substr(0, message.find('\n'));
      const bool ends = line.size() >= email.size() + kStart.size() &&
                        line.substr(line.size() - email.size()) == email;
      if (ends && line.substr(0, kStart.size()) == kStart) return true;
      message.remove_prefix(std::min(message.size(), line.size() + 1));
    }
    return false;
  }
};

RCX_PLUGIN_WITH_FLAGS(SignedOff, RCX_CONCURRENT, "signed_off", "Signed off", "1.0.0", "MIT",
                      rcx::on<&SignedOff::check>())
