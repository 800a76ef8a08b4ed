// What a worker makes of an event.
#include "host/worker/recording.hpp"

#include "tests/recorder/records.hpp"

namespace rcx::host {
namespace {

class RecordingTest : public RecordsTest {
 protected:
  RecordingTest() {
    event_.kind = event_kind(RCX_EVENT_PRE_PUSH);
    event_.id_text = id_of(1);
    event_.time_ns = wall_ns();
    extension_.id = "x";
  }

  void objects(std::size_t times, const std::string& reason) {
    verdict_.runs.push_back({extension_.id,
                             RCX_OK,
                             std::chrono::nanoseconds(5),
                             &extension_,
                             &configured_,
                             false,
                             true,
                             {}});
    verdict_.objections.assign(times, {extension_.id, std::nullopt, reason});
    verdict_.refused = true;
  }
  Record made() const { return host::record_of(event_, verdict_, {}); }
  // As a reader has it.
  Record added(Record record) {
    Recording recording(config_, 3);
    recording.add(std::move(record), 77);
    return all().at(0).record;
  }

  Event event_;
  Verdict verdict_;
  PlannedExtension extension_;
  ExtensionConfig configured_;
};

TEST_F(RecordingTest, SaysHowLongItTookAndWhichGenerationDecided) {
  const Record record = added(made());
  EXPECT_EQ(record.took_ns, 77);
  EXPECT_EQ(record.generation, 3);
  EXPECT_EQ(record.time_ns, event_.time_ns);
  EXPECT_EQ(record.verdict, "accepted");
}

TEST_F(RecordingTest, IsBoundedAndSaysHowMuchIsLeftOut) {
  for (std::size_t i = 0; i < kMostRefs + 7; ++i) event_.refs.push_back({"refs/heads/a", "", "1"});
  objects(kMostObjectionsKept + 5, std::string(100'000, 'r'));
  const Record record = added(made());
  EXPECT_EQ(record.refs.size(), kMostRefs);
  EXPECT_EQ(record.refs_left_out, 7U);
  EXPECT_EQ(record.extensions.at(0).objections.size(), kMostObjectionsKept);
  EXPECT_EQ(record.extensions[0].objections_left_out, 5U);
  EXPECT_EQ(record.extensions[0].objections[0].reason,
            std::string(kLongestReasonKept, 'r') + " (cut)");
}

// A second handler of the extension that objects as well says nothing twice.
TEST_F(RecordingTest, ObjectionsStandOnce) {
  objects(2, "no");
  verdict_.runs.push_back(verdict_.runs[0]);
  const Record record = made();
  EXPECT_EQ(record.extensions.at(0).objections.size(), 2U);
  EXPECT_EQ(record.extensions.at(1).objections.size(), 0U);
  EXPECT_EQ(record.extensions.at(1).outcome, "objected");
}

TEST_F(RecordingTest, WhatIsRefusedInPartSaysWhichReferences) {
  event_.refs = {{"refs/heads/a", "", "1"}, {"refs/heads/\xff", "", "1"}};
  objects(1, "no");
  verdict_.refused = false;
  verdict_.refused_refs = {1};
  const Record record = added(made());
  EXPECT_EQ(record.verdict, "partial");
  EXPECT_TRUE(record.refused());
  EXPECT_EQ(record.refused_refs, std::vector<std::string>{"refs/heads/\xff"});
}

TEST_F(RecordingTest, ABypassIsKeptWithWhatItOverrode) {
  objects(1, "no");
  std::swap(verdict_.objections, verdict_.bypassed);
  verdict_.refused = false;
  verdict_.runs[0].bypassed = true;
  verdict_.bypass = "the mirror is down";
  const Record record = added(made());
  EXPECT_EQ(record.verdict, "accepted");
  EXPECT_EQ(record.bypass, "the mirror is down");
  EXPECT_TRUE(record.extensions.at(0).bypassed);
  EXPECT_EQ(record.extensions[0].outcome, "objected");
  EXPECT_EQ(record.extensions[0].objections.at(0).reason, "no");
}

// Else it would be kept for as long as the client likes, and stand above all others.
TEST_F(RecordingTest, AClientCannotChooseAnotherTime) {
  for (const std::int64_t time :
       {std::int64_t{0}, kFirstTimeNs, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    event_.time_ns = time;
    const std::int64_t before = wall_ns();
    const Record record = added(made());
    EXPECT_GE(record.time_ns, before);
    EXPECT_LE(record.time_ns, wall_ns());
  }
}

TEST_F(RecordingTest, AnEventThatCannotBeRefusedFails) {
  event_.kind = event_kind(RCX_EVENT_PUSH);
  EXPECT_EQ(made().verdict, "done");
  verdict_.failures.push_back({"x", "crashed", FailPolicy::kOpen, true});
  EXPECT_EQ(made().verdict, "failed");
}

}  // namespace
}  // namespace rcx::host
