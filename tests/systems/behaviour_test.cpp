// The shipped extensions, with one test body for every system.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/support/receiver.hpp"
#include "tests/systems/backend.hpp"

namespace rcx::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Behaviour : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    backend_ = make_backend(GetParam());
    if (backend_ == nullptr) GTEST_SKIP() << "no " << GetParam() << " here";
  }
  void serve_with(const std::string& extension, const std::string& settings) {
    write_file(host_.rcextensions() / (extension + ".so"),
               read_file(built_programs().parent_path() / "plugins" / (extension + ".so")));
    host_.name(extension, "{settings: " + settings + "}");
    host_.start();
    backend_->open(host_, temp_);
  }
  void accepted() {
    const Outcome pushed = backend_->push();
    EXPECT_EQ(pushed.status, 0) << pushed.out << pushed.err << host_.log();
  }
  // What the person reads; nothing of the push is left behind.
  std::vector<std::string> refused() {
    const std::vector<std::string> before = backend_->stored();
    const Outcome pushed = backend_->push();
    EXPECT_NE(pushed.status, 0) << pushed.out << pushed.err << host_.log();
    EXPECT_EQ(backend_->stored(), before);
    return backend_->said(pushed);
  }

  TempDir temp_;
  Instance host_{temp_};
  std::unique_ptr<Backend> backend_;
};

TEST_P(Behaviour, CommitPolicyRefusesASubjectUntilItIsMended) {
  serve_with("commit_policy", "{rules: [{name: ticket, subject_must_match: '^T-[0-9]+: '}]}");
  backend_->commit("T-1: good", {{"a", "1\n"}});
  accepted();
  const std::string bad = backend_->commit("fix stuff", {{"a", "2\n"}});
  EXPECT_THAT(refused(), Contains(HasSubstr(backend_->ref() + ": subject must match")));
  EXPECT_THAT(backend_->stored(), Not(Contains(bad)));
  backend_->drop();
  const std::string good = backend_->commit("T-2: fix stuff", {{"a", "2\n"}});
  accepted();
  EXPECT_THAT(backend_->stored(), Contains(good));
}

TEST_P(Behaviour, PathPolicySeesKindsNamesAndSizes) {
  serve_with("path_policy",
             "{rules: [{name: secrets, forbidden_paths: ['*.pem']}, {name: size, max_file_size: "
             "1KiB}]}");
  backend_->commit("first", {{"dir/ok", std::string(1024, 'x')}});
  accepted();
  backend_->commit("second", {{"keys/a.pem", "secret\n"}});
  EXPECT_THAT(refused(), Contains(HasSubstr("\"keys/a.pem\"")));
  backend_->drop();
  backend_->commit("third", {{"dir/big", std::string(1025, 'x')}});
  EXPECT_THAT(refused(), Contains(HasSubstr("file has 1025 bytes, at most 1024: \"dir/big\"")));
  backend_->drop();
  backend_->commit("fourth", {{"dir/ok", "less\n"}});
  accepted();
}

TEST_P(Behaviour, NodesAreToldWhereThereAreAny) {
  host_.add("svn_facts");
  host_.start();
  backend_->open(host_, temp_);
  backend_->commit("first", {{"a", "1\n"}});
  accepted();
  const std::string facts = read_file(host_.data("svn_facts") / "facts");
  const std::string none =
      "first has no nodes: 6 unsupported: only Subversion has properties, copies and locks\n";
  if (GetParam() == "svn") {
    EXPECT_THAT(facts, HasSubstr("a content\n"));
  } else {
    EXPECT_EQ(facts, "before push\n" + none + "after push\n" + none);
  }
}

TEST_P(Behaviour, PushLogToldFromTheQueueHasWhatWasPushed) {
  serve_with("push_log", "{}");
  const std::string first = backend_->commit("first\n\nmore", {{"a", "1\n"}, {"d/b", "2\n"}});
  accepted();
  host_.wait_delivered();
  const std::string second = backend_->commit("second", {{"d/b", "3\n"}});
  accepted();
  host_.wait_delivered();
  std::istringstream lines(read_file(host_.data("push_log") / "pushes.jsonl"));
  std::vector<boost::json::value> all;
  for (std::string line; std::getline(lines, line);) all.push_back(boost::json::parse(line));
  ASSERT_THAT(all, SizeIs(2)) << host_.log();
  EXPECT_EQ(all[0].at("repository").at("vcs").as_string(), backend_->vcs());
  EXPECT_EQ(all[0].at("repository").at("name").as_string(), "a");
  EXPECT_EQ(all[0].at("refs").at(0).at("name").as_string(), backend_->ref());
  EXPECT_EQ(all[0].at("refs").at(0).at("change").as_string(), "create");
  EXPECT_TRUE(all[0].at("commits_error").is_null()) << all[0];
  EXPECT_EQ(all[0].at("commits").at(0).at("id").as_string(), first);
  EXPECT_THAT(std::string(all[0].at("commits").at(0).at("message").as_string()),
              HasSubstr("first\n\nmore"));
  EXPECT_THAT(all[0].at("commits").at(0).at("changes").as_array(), SizeIs(2));
  EXPECT_EQ(all[1].at("refs").at(0).at("old_id").as_string(), first);
  EXPECT_EQ(all[1].at("refs").at(0).at("new_id").as_string(), second);
  const boost::json::value& change = all[1].at("commits").at(0).at("changes").at(0);
  EXPECT_EQ(change.at("kind").as_string(), "modified");
  EXPECT_EQ(change.at("path").as_string(), "d/b");
  EXPECT_EQ(change.at("new_mode").as_string(), "100644");
}

TEST_P(Behaviour, HttpCallPostsWhatWasPushed) {
  const Receiver receiver("web_receiver.py", temp_.path() / "requests", "200");
  serve_with("http_call", "{url: 'http://127.0.0.1:" + receiver.port() + "/hook'}");
  const std::string id = backend_->commit("first", {{"a", "1\n"}});
  accepted();
  host_.wait_delivered();
  const std::vector<boost::json::object> all = receiver.received();
  ASSERT_THAT(all, SizeIs(1)) << host_.log();
  const boost::json::object data =
      boost::json::parse(from_base64(all[0].at("body"))).at("data").as_object();
  EXPECT_EQ(data.at("event").as_string(), "push");
  EXPECT_EQ(data.at("repository").at("vcs").as_string(), backend_->vcs());
  EXPECT_EQ(data.at("refs").at(0).at("name").as_string(), backend_->ref());
  EXPECT_EQ(data.at("refs").at(0).at("new_id").as_string(), id);
  EXPECT_EQ(data.at("commit_ids"), boost::json::value({id}));
}

INSTANTIATE_TEST_SUITE_P(Systems, Behaviour, ::testing::Values("git", "hg", "svn"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace rcx::test
