// What a test sees of what an extension did, with the fake host of rcx/testing.hpp. Included by
// that.
#ifndef RCX_TESTING_OUTCOME_HPP
#define RCX_TESTING_OUTCOME_HPP

#include <rcx/abi.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rcx::testing {

// One call of reject or reject_ref. The same reason given twice is here twice, as the pusher would
// read it.
struct Objection {
  // Index of the reference; none: an objection to the whole push.
  std::optional<std::uint64_t> ref;
  // The reason as the extension gave it; empty where the host would say "no reason given".
  std::string text;
};

// What `create` or the handlers of one event did. Where several handlers take the same event, all
// run, in the order of the table; `status` and `failure` are those of the first that failed, the
// lists are joined. A copy of everything: it stays when host and push are gone.
//
//     const Outcome outcome = host.pre_push(push);
//     ASSERT_EQ(outcome.status, RCX_OK) << outcome.failure;
//     ASSERT_EQ(outcome.handlers, 1);
//     EXPECT_EQ(outcome.objections.at(0).text, "refs/heads/main is closed on Fridays");
//     EXPECT_TRUE(outcome.misuses.empty());
//
struct Outcome {
  // Not the verdict: a handler that objects returns RCX_OK. What the C++ layer returns for an
  // exception is RCX_FAILED, and for an rcx::Error its status, so that a test can tell the host's
  // failures from the extension's own. Look at it in every test: a handler that failed at once has
  // objected to nothing, which else looks like consent.
  rcx_status status = RCX_OK;
  // What it said with rcx_host.fail, in the C++ layer the what() of the exception. Empty where it
  // failed without a reason, and meaningless where `status` is RCX_OK.
  std::string failure;
  // One element for each call of say, for the person who waits. What queued handlers say is in
  // FakeHost::log().
  std::vector<std::string> said;
  // In the order they were made.
  std::vector<Objection> objections;
  // What a hook that was called by name answered last: RCX_ANSWER_*, 0 for nothing, and the
  // content, whatever became of the call; the host shows none of one that failed or was refused.
  // Always 0 and empty for other events, which have nobody to answer to; a test that calls a hook
  // should look at it, since a hook may well forget to answer.
  std::uint32_t answer_kind = 0;
  std::string answer;
  // Rules of the contract that were broken, such as "say on another thread"; should be empty.
  // Through the C++ layer a wrong thread gives two entries, its own and that of asking for the
  // reason. What is done after the handlers have returned comes too late for this list, and shows
  // as RCX_MISUSED only.
  std::vector<std::string> misuses;
  // Whether the push would pass: all did their work, and nobody objected.
  bool passed() const { return status == RCX_OK && objections.empty(); }
  // How many handlers were called. 0 tells a mask or an event that does not fit from a handler that
  // had nothing to say. Always 0 for created().
  int handlers = 0;
};

// One call of rcx_host.log, or of say in a queued handler, which logs at RCX_LOG_INFO.
struct LogLine {
  // RCX_LOG_*, or whatever number the extension gave instead.
  std::uint32_t level;
  // As it was given, newlines and all, where the host would make one clean line of it.
  std::string text;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_OUTCOME_HPP
