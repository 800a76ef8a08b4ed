// What passes between rcx and the process that tries an extension. Used by host/trial alone.
#pragma once

#include <boost/json.hpp>

#include "host/core/process.hpp"
#include "host/dispatch/extension.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/trial/trial.hpp"

namespace rcx::host {

// Descriptors that the child inherits, in this order.
enum class TrialFd : int { kScoreboard = kFirstInherited, kRequest, kAnswers };

// Starts the role `role` of rcxd with `request`; what the child writes comes out of `answers`.
class TrialChild {
 public:
  static Result<TrialChild> start(const std::string& role, const boost::json::object& request,
                                  Scoreboard& scoreboard);

  struct End {
    bool orderly = false;  // with exit status 0
    std::string text;      // how it ended
  };
  // Hands each whole line of the child to `line` until the child ends. Ends it when a call of the
  // extension is over its deadline, and when it floods the pipe; and at a signal, which is an
  // error.
  Result<End> listen(const Interruption& interruption, Scoreboard& scoreboard,
                     const std::function<void(std::string_view)>& line) const;

 private:
  TrialChild(Process started, Fd pipe) : process_(std::move(started)), answers_(std::move(pipe)) {}
  End end() const;
  Process process_;
  Fd answers_;
};

inline constexpr const char* kForeignWords =
    "it wrote into the host's own pipe; an extension closes and writes only what it opened";

// The number that the child marked last with numbered_id; 0 before the first.
std::size_t last_number(Scoreboard& scoreboard);

// The other side: what the child was given.
struct TrialInput {
  Scoreboard scoreboard;
  boost::json::object request;
  Fd answers;
  static Result<TrialInput> take();
};

// How the extension is configured: its part of a request, and back.
boost::json::object to_json(const TrialConfig& config, const Subject& subject);

// What a child makes of that: an instance with this one extension, which is enforced and writes
// into the subject's directory alone.
struct TrialInstance {
  std::shared_ptr<const Config> config;
  Plan plan;
};
Result<TrialInstance> trial_instance(const boost::json::object& json, const Descriptor& descriptor);

}  // namespace rcx::host
