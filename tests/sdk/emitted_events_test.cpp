// Events that forges emit, as a class of C++ sees them.
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <array>
#include <string>
#include <vector>

namespace {

using namespace rcx::testing;

// What the handlers saw. One test runs at a time.
std::vector<std::string>& seen() {
  static std::vector<std::string> all;
  return all;
}

void see(std::string_view what) {
  seen().emplace_back(what);
}

struct Reader {
  void pre_create_repo(const rcx::PreCreateRepo& repo) {
    for (const std::string_view text :
         {repo.repo_name(), repo.repo_type(), repo.description(), repo.clone_uri(), repo.repo_id(),
          repo.user_id(), repo.group_id(), repo.fork_id(), repo.fork_of(), repo.created_by()}) {
      see(text);
    }
    see(repo.is_private() ? "private" : "public");
    see(repo.enable_downloads() ? "downloads" : "no downloads");
    see(repo.enable_statistics() ? "statistics" : "no statistics");
    see(std::to_string(std::chrono::system_clock::to_time_t(repo.created_on())));
    see(repo.action());
    see(repo.repository().name());
    repo.reject("no");
  }
  void rename_repo(const rcx::RenameRepo& repo) {
    see(repo.repo_name());
    see(repo.new_name());
    see(repo.renamed_by());
    see(repo.repository().name());
  }
  void delete_group(const rcx::DeleteRepoGroup& group) {
    see(group.group_name());
    see(group.group_description());
    see(group.enable_locking() ? "locking" : "no locking");
    see(group.deleted_by());
    see(std::to_string(std::chrono::system_clock::to_time_t(group.deleted_on())));
    see(group.repository().vcs());
  }
  void create_user(const rcx::CreateUser& user) {
    for (const std::string_view text :
         {user.username(), user.email(), user.firstname(), user.lastname(), user.user_id(),
          user.name(), user.full_name(), user.full_name_or_username(), user.full_contact(),
          user.short_contact(), user.extern_type(), user.extern_name(), user.created_by()}) {
      see(text);
    }
    for (const std::string_view text : user.emails()) see(text);
    for (const std::string_view text : user.ip_addresses()) see(text);
    see(user.active() ? "active" : "inactive");
    see(user.admin() ? "admin" : "no admin");
    see(user.inherit_default_permissions() ? "inherits" : "inherits nothing");
  }
  void pre_merge(const rcx::PreMergePullRequest& request) {
    for (const std::string_view text :
         {request.pull_request_id(), request.url(), request.title(), request.description(),
          request.author(), request.status(), request.review_status(), request.mergeable_message(),
          request.source().repository(), request.source().clone_url(),
          request.source().reference_name(), request.source().reference_type(),
          request.source().commit_id(), request.target().repository()}) {
      see(text);
    }
    see(request.mergeable() ? "mergeable" : "not mergeable");
    for (const std::string_view id : request.commit_ids()) see(id);
    for (const rcx::Reviewer& reviewer : request.reviewers()) {
      see(reviewer.user());
      see(reviewer.review_status());
      for (const std::string_view reason : reviewer.reasons()) see(reason);
    }
  }
  void comment_commit(const rcx::CommentCommit& comment) {
    for (const std::string_view text :
         {comment.comment_id(), comment.comment_type(), comment.comment_text(),
          comment.comment_status(), comment.comment_f_path(), comment.comment_lineno(),
          comment.comment_author(), comment.comment_resolved_by(), comment.commit().raw_id(),
          comment.commit().short_id(), comment.commit().message(), comment.commit().author(),
          comment.commit().branch(), comment.repo().repo_name()}) {
      see(text);
    }
    see(std::to_string(comment.commit().revision()));
    for (const std::string_view id : comment.commit().parents()) see(id);
  }
};

const auto kHandlers =
    rcx::handlers<Reader>(rcx::on<&Reader::pre_create_repo>(), rcx::on<&Reader::rename_repo>(),
                          rcx::on<&Reader::delete_group>(), rcx::on<&Reader::create_user>(),
                          rcx::on<&Reader::pre_merge>(), rcx::on<&Reader::comment_commit>());
const rcx_plugin kPlugin = rcx::plugin<Reader>("reader", "Reader", "1", "MIT", kHandlers);

using Texts = std::vector<std::string>;

class EmittedEvents : public testing::Test {
 protected:
  Outcome emit(const FakeEvent& event) {
    seen().clear();
    FakeHost host(kPlugin);
    Outcome outcome = host.emit(event);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_EQ(outcome.handlers, 1);
    EXPECT_TRUE(outcome.misuses.empty());
    return outcome;
  }
};

TEST_F(EmittedEvents, ARepositoryBeforeItIsCreated) {
  const Outcome outcome = emit({"pre_create_repo", map({{"repo_name", "team/app"},
                                                        {"repo_type", "hg"},
                                                        {"description", "a description"},
                                                        {"clone_uri", "https://a:b@example.org/x"},
                                                        {"repo_id", 1},
                                                        {"user_id", 2},
                                                        {"group_id", 3},
                                                        {"fork_id", "four"},
                                                        {"fork_of", "old/app"},
                                                        {"created_by", "grace"},
                                                        {"private", true},
                                                        {"enable_downloads", true},
                                                        {"created_on", "1970-01-01T00:01:40Z"}})});
  EXPECT_EQ(seen(), (Texts{"team/app", "hg", "a description", "https://example.org/x", "1", "2",
                           "3", "four", "old/app", "grace", "private", "downloads", "no statistics",
                           "100", "emitted", "team/app"}));
  ASSERT_EQ(outcome.objections.size(), 1U);
  EXPECT_EQ(outcome.objections[0].text, "no");
}

TEST_F(EmittedEvents, ARepositoryThatWasRenamed) {
  emit({"rename_repo", map({{"repo_name", "old"}, {"new_name", "new"}})});
  EXPECT_EQ(seen(), (Texts{"old", "new", "ada", "new"}));
}

TEST_F(EmittedEvents, AGroupThatWasDeleted) {
  emit({"delete_repo_group", map({{"group_name", "team"},
                                  {"group_description", "people"},
                                  {"enable_locking", true},
                                  {"deleted_by", "grace"},
                                  {"deleted_on", "1970-01-01T00:00:07Z"}})});
  EXPECT_EQ(seen(), (Texts{"team", "people", "locking", "grace", "7", "none"}));
}

TEST_F(EmittedEvents, AUserWhoWasCreated) {
  emit({"create_user", map({{"username", "u"},
                            {"email", "e"},
                            {"firstname", "f"},
                            {"lastname", "l"},
                            {"user_id", 5},
                            {"name", "n"},
                            {"full_name", "fn"},
                            {"full_name_or_username", "fu"},
                            {"full_contact", "fc"},
                            {"short_contact", "sc"},
                            {"extern_type", "ldap"},
                            {"extern_name", "cn=u"},
                            {"created_by", "c"},
                            {"emails", list({"e", "e2"})},
                            {"ip_addresses", list({"192.0.2.1"})},
                            {"active", true}})});
  EXPECT_EQ(seen(), (Texts{"u", "e", "f", "l", "5", "n", "fn", "fu", "fc", "sc", "ldap", "cn=u",
                           "c", "e", "e2", "192.0.2.1", "active", "no admin", "inherits nothing"}));
}

TEST_F(EmittedEvents, APullRequestBeforeItIsMerged) {
  emit({"pre_merge_pull_request",
        map({{"pull_request_id", 7},
             {"url", "https://example.org/7"},
             {"title", "t"},
             {"description", "d"},
             {"author", "grace"},
             {"status", "open"},
             {"review_status", "approved"},
             {"mergeable", map({{"status", true}, {"message", "clean"}})},
             {"source",
              map({{"repository", "grace/app"},
                   {"clone_url", "https://grace:pw@example.org/grace/app"},
                   {"reference",
                    map({{"name", "topic"}, {"type", "branch"}, {"commit_id", "1a2b"}})}})},
             {"commit_ids", list({"1a2b", "3c4d"})},
             {"reviewers", list({map({{"user", "ada"},
                                      {"review_status", "approved"},
                                      {"reasons", list({"owner"})}}),
                                 map({{"user", "bob"}, {"review_status", "rejected"}})})}})});
  EXPECT_EQ(seen(), (Texts{"7",         "https://example.org/7",
                           "t",         "d",
                           "grace",     "open",
                           "approved",  "clean",
                           "grace/app", "https://example.org/grace/app",
                           "topic",     "branch",
                           "1a2b",      "team/app",
                           "mergeable", "1a2b",
                           "3c4d",      "ada",
                           "approved",  "owner",
                           "bob",       "rejected"}));
}

TEST_F(EmittedEvents, ACommentOnACommit) {
  emit({"comment_commit", map({{"comment", map({{"comment_id", 1},
                                                {"comment_type", "todo"},
                                                {"comment_text", "why?"},
                                                {"comment_status", "under_review"},
                                                {"comment_f_path", "a\xff"},
                                                {"comment_lineno", "n12"},
                                                {"comment_resolved_by", 2}})},
                               {"commit", map({{"raw_id", "1a2b3c"},
                                               {"short_id", "1a2b"},
                                               {"message", "m"},
                                               {"author", "Ada"},
                                               {"branch", "main"},
                                               {"revision", 99},
                                               {"parents", list({"0"})}})}})});
  EXPECT_EQ(seen(), (Texts{"1", "todo", "why?", "under_review", "a\xff", "n12", "ada", "2",
                           "1a2b3c", "1a2b", "m", "Ada", "main", "team/app", "99", "0"}));
}

}  // namespace
