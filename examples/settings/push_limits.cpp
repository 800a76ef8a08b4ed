// Limits what one push may bring, as its settings in rcx.yaml say:
//
//     extensions:
//       push_limits:
//         settings:
//           max_commits: 100              # required, at least 1
//           deletions: false              # may references be deleted? default: true
//           except: [build, mirror]       # who may push without limits; default: nobody
//           hint: ask in the chat first   # stands after each objection; default: nothing
//
// Settings are read once, in the constructor. What throws there keeps the extension out, and the
// operator reads why before anybody pushes: file, line, column, what was wanted, what stands there.
#include <rcx/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace {

// Keeps copies, and only what never changes afterwards. So any number of threads may be inside,
// which the flag RCX_CONCURRENT below tells the host.
class PushLimits {
 public:
  explicit PushLimits(const rcx::Setup& setup) {
    const rcx::Value settings = setup.settings();
    // First of all, or `max_comits: 5` would be a limit that nobody enforces.
    settings.allow_only({"max_commits", "deletions", "except", "hint"});
    // Without a fallback a setting is required. fail() adds the place to what is wanted.
    max_commits_ = settings["max_commits"].as<std::int64_t>();
    if (max_commits_ < 1) settings["max_commits"].fail("a number of commits, at least 1");
    deletions_ = settings["deletions"].as<bool>(true);
    except_ = settings["except"].list<std::string>();
    hint_ = settings["hint"].as<std::string>("");
    if (!hint_.empty()) hint_ = "; " + hint_;
  }

  void check(const rcx::PrePush& push) const {
    if (std::find(except_.begin(), except_.end(), push.caller().name()) != except_.end()) return;
    for (const rcx::RefUpdate& ref : push.refs()) {
      if (ref.deleted() && !deletions_) push.reject(ref, "references are kept" + hint_);
    }
    // Commits are read as the loop goes on: one that ends early reads no more of them.
    std::int64_t count = 0;
    for (const rcx::Commit& commit : push.commits()) {
      if (++count <= max_commits_) continue;
      push.reject(commit.ref(), "more than " + std::to_string(max_commits_) + " commits" + hint_);
      break;
    }
  }

 private:
  std::int64_t max_commits_ = 0;
  bool deletions_ = true;
  std::vector<std::string> except_;
  std::string hint_;
};

}  // namespace

RCX_PLUGIN_WITH_FLAGS(PushLimits, RCX_CONCURRENT, "push_limits", "Push limits", "1.0.0", "MIT",
                      rcx::on<&PushLimits::check>())
