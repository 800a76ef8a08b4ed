// Pull requests, and comments on them and on commits: what handlers for these events receive.
// Included by rcx/plugin.hpp; rcx/repo_events.hpp says where such events come from, and what is not
// told. Event::repository() is the target of the pull request, or the repository of the commit;
// Event::caller() is who opened, reviewed, merged or commented.
//
//     struct TwoPeople {
//       void check(const rcx::PreMergePullRequest& request) {
//         if (request.review_status() != "approved") request.reject("it is not approved yet");
//         if (request.author() == request.caller().name()) request.reject("merged by its author");
//       }
//     };
//
// Forges differ in what they tell, and in how often: some tell of an update for each push to the
// source, some of one review as a comment and a review. Rules should not count events, but look at
// how the pull request stands in the one at hand.
//
// Only a merge can be refused. It stands or falls with the forge, which asks and obeys: a push that
// brings the same commits in is another event, and a rule about commits belongs there.
//
// What people write (titles, descriptions, comments) is text as they wrote it, markup, control
// characters and all. It is shown safely by say() and the log; a program that is given it must not
// take it for a command or for HTML.
//
// A comment can be changed, and pull requests are told of again and again: an extension that keeps
// something of them keeps it under their ids, and takes what comes later for the truth.
#ifndef RCX_REVIEW_EVENTS_HPP
#define RCX_REVIEW_EVENTS_HPP

#include <rcx/abi.h>
#include <rcx/detail/emitted_event.hpp>
#include <rcx/event.hpp>
#include <rcx/repo_events.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <string_view>

namespace rcx {

// One end of a pull request: what is merged, or into what. Both may lie in one repository. The ids
// are what the forge has seen last; somebody may have pushed meanwhile.
class PullRequestEnd {
 public:
  explicit PullRequestEnd(const rcx_pull_request_end* raw) noexcept : raw_(raw) {}
  // Bytes: the name of the repository, with its groups; of a fork, that of the fork. Never empty.
  std::string_view repository() const noexcept { return detail::view(raw_->repository); }
  // Text: from where it can be cloned, for messages and links. Credentials are cut out.
  std::string_view clone_url() const noexcept { return detail::view(raw_->clone_url); }
  // Bytes: such as `main`; what it is (text), such as `branch`; and the id at which it stands.
  std::string_view reference_name() const noexcept { return detail::view(raw_->reference->name); }
  std::string_view reference_type() const noexcept { return detail::view(raw_->reference->type); }
  std::string_view commit_id() const noexcept { return detail::view(raw_->reference->commit_id); }

 private:
  const rcx_pull_request_end* raw_;
};

// Somebody who was asked for a review, and what they say. Who reviews without having been asked is
// listed by most forges too.
class Reviewer {
 public:
  Reviewer(const rcx_reviewer& raw, std::uint64_t) noexcept : raw_(&raw) {}
  // Text: user name. Never empty.
  std::string_view user() const noexcept { return detail::view(raw_->user); }
  // Text, for people: why they were asked, such as a rule about owners of files that the forge has.
  BytesList reasons() const noexcept {
    return {raw_->reasons, raw_->reason_count, raw_->reason_stride};
  }
  // What they say, as PullRequestInfo::review_status.
  std::string_view review_status() const noexcept {
    return detail::review_name(raw_->review_status);
  }

 private:
  const rcx_reviewer* raw_;
};

// A pull request as it stood when the forge told of it. Everything but its id, source and target
// may be missing where a forge does not tell: then it is empty, which is not the same as
// `not_reviewed` or as a list of nobody. A rule that needs an approval asks for `approved`.
class PullRequestInfo {
 public:
  explicit PullRequestInfo(const rcx_pull_request* raw) noexcept : request_(raw) {}
  // Text: its number on the forge. Never empty.
  std::string_view pull_request_id() const noexcept {
    return detail::view(request_->pull_request_id);
  }
  // Text: of its page, for links in messages. It may be empty, and where the forge wrote a password
  // into it, that is gone.
  std::string_view url() const noexcept { return detail::view(request_->url); }
  // Text, written by its author, who may change it: the first is one line, the other may be long.
  std::string_view title() const noexcept { return detail::view(request_->title); }
  std::string_view description() const noexcept { return detail::view(request_->description); }
  // Text: the user name of who opened it. Commits that it brings may be of others.
  std::string_view author() const noexcept { return detail::view(request_->author); }
  // `new`, `open`, `closed`, as the forge has it; merged ones are closed too. Empty where it is not
  // told.
  std::string_view status() const noexcept { return detail::request_name(request_->status); }
  // `not_reviewed`, `under_review`, `approved`, `rejected`, of all reviewers together; empty where
  // it is not told.
  std::string_view review_status() const noexcept {
    return detail::review_name(request_->review_status);
  }
  // In the order of the forge. Each vote is one person's; what follows from all is review_status(),
  // which a forge may count by rules of its own. A rule that wants two approvals counts here, and
  // leaves out author().
  Array<Reviewer, rcx_reviewer> reviewers() const noexcept {
    return {request_->reviewers, request_->reviewer_count, request_->reviewer_stride};
  }
  // Whether the forge says that it could be merged, as far as it knows before it tries (conflicts,
  // missing reviews, failed builds), and why not; false and empty where it is not told.
  bool mergeable() const noexcept { return request_->mergeable->status != 0; }
  std::string_view mergeable_message() const noexcept {
    return detail::view(request_->mergeable->message);
  }
  // What is merged, and into what: two branches of one repository, or one of a fork. The second is
  // where Event::repository() is, and what `repositories` of rcx.yaml goes by.
  PullRequestEnd source() const noexcept { return PullRequestEnd(request_->source); }
  PullRequestEnd target() const noexcept { return PullRequestEnd(request_->target); }
  // Text: ids of the commits that it brings, in the order of the forge. Their contents are not at
  // hand here; the push by which they came was.
  BytesList commit_ids() const noexcept {
    return {request_->commit_ids, request_->commit_id_count, request_->commit_id_stride};
  }
  // When it was opened, and when something of it changed last, by the clock of the forge.
  Time created_on() const noexcept { return detail::time_of(request_->created_on); }
  Time updated_on() const noexcept { return detail::time_of(request_->updated_on); }

 private:
  const rcx_pull_request* request_;
};

// A comment on a pull request or a commit, on all of it or beside one line of a file. All is text
// but comment_f_path.
class Comment {
 public:
  explicit Comment(const rcx_comment* raw) noexcept : raw_(raw) {}
  // The id of the forge, the same when the comment is changed.
  std::string_view comment_id() const noexcept { return detail::view(raw_->comment_id); }
  // Such as `note` or `todo`: what somebody has to answer before a merge, where the forge knows
  // such a thing.
  std::string_view comment_type() const noexcept { return detail::view(raw_->comment_type); }
  // As it was written, markup and all, of any length.
  std::string_view comment_text() const noexcept { return detail::view(raw_->comment_text); }
  // The vote that came with it, as PullRequestInfo::review_status; empty for none.
  std::string_view comment_status() const noexcept {
    return detail::review_name(raw_->comment_status);
  }
  // Bytes: the file that it stands beside, empty for none; and the line there, such as `n12`.
  std::string_view comment_f_path() const noexcept { return detail::view(raw_->comment_f_path); }
  std::string_view comment_lineno() const noexcept { return detail::view(raw_->comment_lineno); }
  // User name; the caller's where the forge does not say.
  std::string_view comment_author() const noexcept { return detail::view(raw_->comment_author); }
  Time comment_created_on() const noexcept { return detail::time_of(raw_->comment_created_on); }
  // The id of the comment that answers this one, a `todo` that is done; empty while there is none.
  std::string_view comment_resolved_by() const noexcept {
    return detail::view(raw_->comment_resolved_by);
  }

 private:
  const rcx_comment* raw_;
};

// The commit that was commented on, as the forge describes it: nothing of it was read from the
// repository, and Event::commits has nothing of it either.
class CommentedCommit {
 public:
  explicit CommentedCommit(const rcx_commented_commit* raw) noexcept : raw_(raw) {}
  // Text: the whole id, as the version-control system has it. Never empty.
  std::string_view raw_id() const noexcept { return detail::view(raw_->raw_id); }
  // Text.
  std::string_view short_id() const noexcept { return detail::view(raw_->short_id); }
  // Its number, where something counts commits, as Subversion and some forges do; else 0. It names
  // a commit of this repository alone.
  std::int64_t revision() const noexcept { return raw_->revision; }
  // Bytes, as the next two: whoever made the commit chose them, in any encoding. The author is one
  // text, with the address in angle brackets where there is one.
  std::string_view message() const noexcept { return detail::view(raw_->message); }
  std::string_view author() const noexcept { return detail::view(raw_->author); }
  std::string_view branch() const noexcept { return detail::view(raw_->branch); }
  // Text: ids.
  BytesList parents() const noexcept {
    return {raw_->parents, raw_->parent_count, raw_->parent_stride};
  }
  Time date() const noexcept { return detail::time_of(raw_->date); }

 private:
  const rcx_commented_commit* raw_;
};

// A pull request was opened.
class CreatePullRequest
    : public detail::EmittedEvent<Event, PullRequestInfo, &rcx_create_pull_request::pull_request,
                                  RCX_EVENT_CREATE_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
};

// A pull request has other commits, another title or description, or other reviewers. What it was
// before is not told.
class UpdatePullRequest
    : public detail::EmittedEvent<Event, PullRequestInfo, &rcx_update_pull_request::pull_request,
                                  RCX_EVENT_UPDATE_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
};

// The caller has reviewed it: approved it, rejected it, or taken that back. What they say stands
// with their name among the reviewers(); review_status() is what follows from all of them.
class ReviewPullRequest
    : public detail::EmittedEvent<Event, PullRequestInfo, &rcx_review_pull_request::pull_request,
                                  RCX_EVENT_REVIEW_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
};

// It shall be merged. A push by which the forge does that is asked about as any other, where hooks
// are installed.
class PreMergePullRequest : public detail::EmittedEvent<PreEvent, PullRequestInfo,
                                                        &rcx_pre_merge_pull_request::pull_request,
                                                        RCX_EVENT_PRE_MERGE_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
};

// It was merged: target() has what source() had. Another event tells of the push, where that was
// one.
class MergePullRequest
    : public detail::EmittedEvent<Event, PullRequestInfo, &rcx_merge_pull_request::pull_request,
                                  RCX_EVENT_MERGE_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
};

// It was closed without having been merged. It may be opened again, and is told of as updated then.
class ClosePullRequest
    : public detail::EmittedEvent<Event, PullRequestInfo, &rcx_close_pull_request::pull_request,
                                  RCX_EVENT_CLOSE_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
};

// Somebody has commented on a pull request. A vote that came with the comment is in
// comment_status(), and mostly told as a review too.
class CommentPullRequest
    : public detail::EmittedEvent<Event, PullRequestInfo, &rcx_comment_pull_request::pull_request,
                                  RCX_EVENT_COMMENT_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
  // The comment, as it reads now.
  Comment comment() const noexcept { return Comment(raw_->comment); }
};

// A comment on a pull request was changed. What it said before is not told.
class CommentEditPullRequest
    : public detail::EmittedEvent<Event, PullRequestInfo,
                                  &rcx_comment_edit_pull_request::pull_request,
                                  RCX_EVENT_COMMENT_EDIT_PULL_REQUEST> {
 public:
  using EmittedEvent::EmittedEvent;
  // The comment, as it reads now.
  Comment comment() const noexcept { return Comment(raw_->comment); }
};

// Somebody has commented on a commit: comment_text() and its like have what they said.
class CommentCommit : public detail::EmittedEvent<Event, Comment, &rcx_comment_commit::comment,
                                                  RCX_EVENT_COMMENT_COMMIT> {
 public:
  using EmittedEvent::EmittedEvent;
  // What was commented on, and where: repo() is as the forge describes it, and its name is always
  // told. The comment is as it reads now.
  CommentedCommit commit() const noexcept { return CommentedCommit(raw_->commit); }
  RepoInfo repo() const noexcept { return RepoInfo(raw_->repo); }
};

// A comment on a commit was changed. What it said before is not told.
class CommentEditCommit
    : public detail::EmittedEvent<Event, Comment, &rcx_comment_edit_commit::comment,
                                  RCX_EVENT_COMMENT_EDIT_COMMIT> {
 public:
  using EmittedEvent::EmittedEvent;
  // What was commented on, and where: repo() is as the forge describes it, and its name is always
  // told. The comment is as it reads now.
  CommentedCommit commit() const noexcept { return CommentedCommit(raw_->commit); }
  RepoInfo repo() const noexcept { return RepoInfo(raw_->repo); }
};

}  // namespace rcx

#endif  // RCX_REVIEW_EVENTS_HPP
