// Pushing past what extensions object, for whom rcx.yaml allows it.
#include <boost/json.hpp>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class BypassTest : public HostTest {
 protected:
  BypassTest() {
    host_.set("identity", "{trusted_users: [root, nobody], variables: [REMOTE_USER]}");
    host_.set("groups", "{release: [ada]}");
    host_.set("bypass", "['@release']");
  }

  Outcome push_as(const std::string& name, const Words& options) {
    clone().set_variable("REMOTE_USER", name);
    Words words;
    for (const std::string& option : options) words.insert(words.end(), {"-o", option});
    words.emplace_back("main");
    return push(words);
  }
  boost::json::object decision() {
    const Outcome listed = host_.rcx({"decisions", "--json"});
    return boost::json::parse(listed.out.substr(0, listed.out.find('\n'))).as_object();
  }
};

TEST_F(BypassTest, WhoMayPassesAndItIsRecorded) {
  host_.add("judge");
  serve();
  const std::string id = clone().commit("bad one");
  EXPECT_EQ(push_as("ada", {}).status, 1) << "nothing is bypassed unasked";
  const Outcome pushed = push_as("ada", {"rcx-bypass=the mirror is down"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_THAT(pushed.remote(), Contains("ada brings bad one")) << "it runs as ever";
  EXPECT_THAT(pushed.remote(),
              Contains("rcx: bypassed: refs/heads/main: will not have bad one [judge]"));
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: ada bypassed judge: the mirror is down; "
                                                   "recorded as decision ")));
  EXPECT_THAT(host_.log(), HasSubstr("ada bypasses judge: the mirror is down"));

  const Outcome listed = host_.rcx({"decisions", "--json", "--repo", "a"});
  EXPECT_THAT(listed.out, HasSubstr(R"("bypass":"the mirror is down")"));
  std::string event;
  for (const std::string& line : pushed.remote()) {
    const std::size_t at = line.find("decision ");
    if (at != std::string::npos) event = line.substr(at + 9, 36);
  }
  const std::string explained = host_.rcx({"explain", event}).out;
  EXPECT_THAT(explained, StartsWith("accepted: pre_push of a by ada"));
  EXPECT_THAT(explained, HasSubstr("  judge 1.0.0 objected, and was bypassed\n"
                                   "    refs/heads/main\n"
                                   "      will not have bad one\n"
                                   "Bypass asked for by ada\n"
                                   "  the mirror is down\n"));
}

TEST_F(BypassTest, WhoMayNotIsRefusedAndReadsWhy) {
  host_.add("judge");
  serve();
  clone().commit("bad one");
  const Outcome pushed = push_as("eve", {"rcx-bypass=please"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              Contains("rcx: rcx-bypass does not count against judge: eve is not among those whom  "
                       "bypass:  in rcx.yaml allows it"));
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: push refused, decision ")));
  EXPECT_THAT(push_as("ada", {"rcx-bypass="}).remote(), Contains(HasSubstr("it wants a reason")));
}

// Where nothing objects there is nothing to say, whoever asks.
TEST_F(BypassTest, WhereNothingObjectsItIsNothing) {
  host_.add("judge");
  serve();
  clone().commit("good one");
  const Outcome pushed = push_as("eve", {"rcx-bypass=please"});
  EXPECT_EQ(pushed.status, 0);
  EXPECT_THAT(pushed.err, Not(HasSubstr("bypass")));
}

// A variable that anybody could set names nobody.
TEST_F(BypassTest, AnUntrustedNameDoesNotCount) {
  host_.set("identity", "{trusted_users: [], variables: [REMOTE_USER]}");
  host_.add("judge");
  serve();
  clone().commit("bad one");
  const Outcome pushed = push_as("ada", {"rcx-bypass=please"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.err, HasSubstr(" is not among those whom"));
}

TEST_F(BypassTest, OneExtensionMayBeUnbypassable) {
  host_.add("judge");
  host_.add("refuser", "{unbypassable: true, settings: {reason: for legal reasons}}");
  serve();
  clone().commit("bad one");
  const Outcome pushed = push_as("ada", {"rcx-bypass=please"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains("rcx: rcx-bypass does not count against refuser: rcx.yaml "
                                        "marks it  unbypassable: true"));
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: ada bypassed judge: please")));
}

TEST_F(BypassTest, AnExtensionMayHaveItsOwnList) {
  host_.add("judge", "{bypass: [grace]}");
  serve();
  clone().commit("bad one");
  EXPECT_EQ(push_as("ada", {"rcx-bypass=please"}).status, 1);
  EXPECT_EQ(push_as("grace", {"rcx-bypass=please"}).status, 0);
}

// One that is broken must not keep from work whom it could not keep when it works.
TEST_F(BypassTest, AFailureIsBypassedAsWell) {
  host_.add("judge");
  host_.name("lost", "{}");
  serve();
  clone().commit("throw it");
  EXPECT_EQ(push_as("eve", {"rcx-bypass=please"}).status, 1);
  const Outcome pushed = push_as("ada", {"rcx-bypass=please"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), Contains("rcx: bypassed: the extension judge failed: thrown"));
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: bypassed: the extension lost failed: ")));
  EXPECT_THAT(pushed.remote(), Contains(StartsWith("rcx: ada bypassed lost, judge: please")));
}

TEST_F(BypassTest, ExtensionsInTheirOwnProcessesAreTheSame) {
  host_.add("judge", "{isolation: dedicated}");
  serve();
  clone().commit("bad one");
  EXPECT_EQ(push_as("eve", {"rcx-bypass=please"}).status, 1);
  const Outcome pushed = push_as("ada", {"rcx-bypass=please"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(),
              Contains("rcx: bypassed: refs/heads/main: will not have bad one [judge]"));
}

// With `partial`: what is bypassed passes, and what else is rejected does not.
TEST_F(BypassTest, CountsForSingleReferences) {
  host_.set("partial", "true");
  host_.add("judge");
  host_.add("refuser", "{unbypassable: true, settings: {refs: {locked: it is locked}}}");
  serve();
  const std::string id = clone().commit("bad one");
  clone().set_variable("REMOTE_USER", "ada");
  push({"-o", "rcx-bypass=please", "main", "main:locked"});
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_EQ(repository().id("locked"), "");
}

}  // namespace
}  // namespace rcx::test
