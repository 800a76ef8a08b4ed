// The tables behind rcx/catalogue.hpp, which says what they are for.
#ifndef RCX_DETAIL_CATALOGUE_TABLES_HPP
#define RCX_DETAIL_CATALOGUE_TABLES_HPP

#include <rcx/abi.h>
#include <rcx/detail/catalogue_types.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rcx::catalogue {

// NOLINTBEGIN(bugprone-macro-parentheses): arguments are names
// NOLINTBEGIN(bugprone-sizeof-expression): of members that are pointers, the pointer is meant

// Undefined at the end. OWN is what the host fills in by itself; FIELD a member that is one value,
// by its own name, NAMED by another; LIST an array with its count and its stride; PART a pointer to
// another struct.
#define RCX_OWN(S, member)                                      \
  Field {                                                       \
    #member, Type::kOwn, offsetof(S, member), sizeof(S::member) \
  }
#define RCX_NAMED(S, type, member, name)                     \
  Field {                                                    \
    name, Type::type, offsetof(S, member), sizeof(S::member) \
  }
#define RCX_FIELD(S, type, member) RCX_NAMED(S, type, member, #member)
#define RCX_CHOICE(S, member, choices)                                               \
  Field {                                                                            \
    #member, Type::kChoice, offsetof(S, member), sizeof(S::member), 0, 0, nullptr, { \
      choices, sizeof(choices) / sizeof(choices[0])                                  \
    }                                                                                \
  }
#define RCX_LIST(S, type, member, count, stride, of)                                 \
  Field {                                                                            \
    #member, Type::type, offsetof(S, member), sizeof(S::member), offsetof(S, count), \
        offsetof(S, stride), of                                                      \
  }
#define RCX_PART(S, member, of)                                               \
  Field {                                                                     \
    #member, Type::kStruct, offsetof(S, member), sizeof(S::member), 0, 0, &of \
  }
#define RCX_STRUCT(S, variable, fields)                                               \
  static_assert(detail::covers(fields, sizeof(S)), #S " and its table do not agree"); \
  inline constexpr Struct variable = {#S, sizeof(S), fields, sizeof(fields) / sizeof(fields[0])}
// A struct of an event: what all of them begin with, and then parts and fields.
#define RCX_EVENT_HEAD(S) RCX_OWN(S, size), RCX_OWN(S, reserved), RCX_OWN(S, event)

// ---- What events are made of --------------------------------------------------------------------

inline constexpr std::string_view kVcs[] = {"none", "git", "hg", "svn"};
inline constexpr std::string_view kReview[] = {"", "not_reviewed", "under_review", "approved",
                                               "rejected"};
inline constexpr std::string_view kPullRequestStatus[] = {"", "new", "open", "closed"};

inline constexpr Field kRepoFields[] = {
    RCX_OWN(rcx_repo, size),
    RCX_FIELD(rcx_repo, kBytes, repo_name).need(),
    RCX_CHOICE(rcx_repo, repo_type, kVcs),
    RCX_FIELD(rcx_repo, kText, description),
    RCX_NAMED(rcx_repo, kFlag, is_private, "private"),
    RCX_FIELD(rcx_repo, kFlag, enable_downloads),
    RCX_FIELD(rcx_repo, kFlag, enable_statistics),
    RCX_FIELD(rcx_repo, kUrl, clone_uri),
    RCX_FIELD(rcx_repo, kId, repo_id),
    RCX_FIELD(rcx_repo, kId, user_id),
    RCX_FIELD(rcx_repo, kId, group_id),
    RCX_FIELD(rcx_repo, kId, fork_id),
    RCX_FIELD(rcx_repo, kBytes, fork_of),
    RCX_FIELD(rcx_repo, kText, created_by),
    RCX_FIELD(rcx_repo, kTime, created_on),
    RCX_OWN(rcx_repo, reserved),
};
RCX_STRUCT(rcx_repo, kRepo, kRepoFields);

inline constexpr Field kRepoGroupFields[] = {
    RCX_OWN(rcx_repo_group, size),
    RCX_FIELD(rcx_repo_group, kBytes, group_name).need(),
    RCX_FIELD(rcx_repo_group, kText, group_description),
    RCX_FIELD(rcx_repo_group, kId, group_id),
    RCX_FIELD(rcx_repo_group, kId, group_parent_id),
    RCX_FIELD(rcx_repo_group, kFlag, enable_locking),
    RCX_FIELD(rcx_repo_group, kId, user_id),
    RCX_FIELD(rcx_repo_group, kText, created_by),
    RCX_FIELD(rcx_repo_group, kTime, created_on),
};
RCX_STRUCT(rcx_repo_group, kRepoGroup, kRepoGroupFields);

inline constexpr Field kUserFields[] = {
    RCX_OWN(rcx_user, size),
    RCX_FIELD(rcx_user, kText, username).need(),
    RCX_FIELD(rcx_user, kText, email),
    RCX_FIELD(rcx_user, kText, firstname),
    RCX_FIELD(rcx_user, kText, lastname),
    RCX_FIELD(rcx_user, kFlag, active),
    RCX_FIELD(rcx_user, kFlag, admin),
    RCX_FIELD(rcx_user, kId, user_id),
    RCX_FIELD(rcx_user, kText, name),
    RCX_FIELD(rcx_user, kText, full_name),
    RCX_FIELD(rcx_user, kText, full_name_or_username),
    RCX_FIELD(rcx_user, kText, full_contact),
    RCX_FIELD(rcx_user, kText, short_contact),
    RCX_LIST(rcx_user, kTexts, emails, email_count, email_stride, nullptr),
    RCX_LIST(rcx_user, kTexts, ip_addresses, ip_address_count, ip_address_stride, nullptr),
    RCX_FIELD(rcx_user, kText, extern_type),
    RCX_FIELD(rcx_user, kText, extern_name),
    RCX_FIELD(rcx_user, kFlag, inherit_default_permissions),
    RCX_FIELD(rcx_user, kTime, last_login),
    RCX_FIELD(rcx_user, kText, created_by),
    RCX_FIELD(rcx_user, kTime, created_on),
    RCX_OWN(rcx_user, email_stride),
    RCX_OWN(rcx_user, ip_address_stride),
};
RCX_STRUCT(rcx_user, kUser, kUserFields);

inline constexpr Field kReferenceFields[] = {
    RCX_OWN(rcx_reference, size),          RCX_FIELD(rcx_reference, kBytes, name),
    RCX_FIELD(rcx_reference, kText, type), RCX_FIELD(rcx_reference, kText, commit_id),
    RCX_OWN(rcx_reference, reserved),
};
RCX_STRUCT(rcx_reference, kReference, kReferenceFields);

inline constexpr Field kPullRequestEndFields[] = {
    RCX_OWN(rcx_pull_request_end, size),
    RCX_FIELD(rcx_pull_request_end, kBytes, repository).need(),
    RCX_FIELD(rcx_pull_request_end, kUrl, clone_url),
    RCX_PART(rcx_pull_request_end, reference, kReference),
    RCX_OWN(rcx_pull_request_end, reserved),
};
RCX_STRUCT(rcx_pull_request_end, kPullRequestEnd, kPullRequestEndFields);

inline constexpr Field kReviewerFields[] = {
    RCX_OWN(rcx_reviewer, size),
    RCX_FIELD(rcx_reviewer, kText, user).need(),
    RCX_LIST(rcx_reviewer, kTexts, reasons, reason_count, reason_stride, nullptr),
    RCX_CHOICE(rcx_reviewer, review_status, kReview),
    RCX_OWN(rcx_reviewer, reason_stride),
    RCX_OWN(rcx_reviewer, reserved),
};
RCX_STRUCT(rcx_reviewer, kReviewer, kReviewerFields);

inline constexpr Field kMergeableFields[] = {
    RCX_OWN(rcx_mergeable, size),
    RCX_FIELD(rcx_mergeable, kFlag, status),
    RCX_FIELD(rcx_mergeable, kText, message),
};
RCX_STRUCT(rcx_mergeable, kMergeable, kMergeableFields);

inline constexpr Field kPullRequestFields[] = {
    RCX_OWN(rcx_pull_request, size),
    RCX_FIELD(rcx_pull_request, kId, pull_request_id).need(),
    RCX_FIELD(rcx_pull_request, kUrl, url),
    RCX_FIELD(rcx_pull_request, kText, title),
    RCX_FIELD(rcx_pull_request, kText, description),
    RCX_CHOICE(rcx_pull_request, status, kPullRequestStatus),
    RCX_CHOICE(rcx_pull_request, review_status, kReview),
    RCX_PART(rcx_pull_request, mergeable, kMergeable),
    RCX_FIELD(rcx_pull_request, kText, author),
    RCX_LIST(rcx_pull_request, kStructs, reviewers, reviewer_count, reviewer_stride, &kReviewer),
    RCX_PART(rcx_pull_request, source, kPullRequestEnd).need(),
    RCX_PART(rcx_pull_request, target, kPullRequestEnd).need(),
    RCX_LIST(rcx_pull_request, kTexts, commit_ids, commit_id_count, commit_id_stride, nullptr),
    RCX_FIELD(rcx_pull_request, kTime, created_on),
    RCX_FIELD(rcx_pull_request, kTime, updated_on),
    RCX_OWN(rcx_pull_request, commit_id_stride),
    RCX_OWN(rcx_pull_request, reviewer_stride),
    RCX_OWN(rcx_pull_request, reserved),
};
RCX_STRUCT(rcx_pull_request, kPullRequest, kPullRequestFields);

inline constexpr Field kCommentFields[] = {
    RCX_OWN(rcx_comment, size),
    RCX_FIELD(rcx_comment, kId, comment_id),
    RCX_FIELD(rcx_comment, kText, comment_type),
    RCX_FIELD(rcx_comment, kText, comment_text),
    RCX_CHOICE(rcx_comment, comment_status, kReview),
    RCX_FIELD(rcx_comment, kBytes, comment_f_path),
    RCX_FIELD(rcx_comment, kId, comment_lineno),
    RCX_FIELD(rcx_comment, kText, comment_author).else_caller(),
    RCX_FIELD(rcx_comment, kTime, comment_created_on),
    RCX_FIELD(rcx_comment, kId, comment_resolved_by),
};
RCX_STRUCT(rcx_comment, kComment, kCommentFields);

inline constexpr Field kCommentedCommitFields[] = {
    RCX_OWN(rcx_commented_commit, size),
    RCX_FIELD(rcx_commented_commit, kText, raw_id).need(),
    RCX_FIELD(rcx_commented_commit, kText, short_id),
    RCX_FIELD(rcx_commented_commit, kNumber, revision),
    RCX_FIELD(rcx_commented_commit, kBytes, message),
    RCX_FIELD(rcx_commented_commit, kTime, date),
    RCX_FIELD(rcx_commented_commit, kBytes, author),
    RCX_LIST(rcx_commented_commit, kTexts, parents, parent_count, parent_stride, nullptr),
    RCX_FIELD(rcx_commented_commit, kBytes, branch),
    RCX_OWN(rcx_commented_commit, parent_stride),
};
RCX_STRUCT(rcx_commented_commit, kCommentedCommit, kCommentedCommitFields);

// ---- The structs of events ----------------------------------------------------------------------

// RCX_EVENT_STRUCT: one for which no more is to be said than its parts and fields.
#define RCX_EVENT_STRUCT(S, variable, ...)                                      \
  inline constexpr Field variable##Fields[] = {RCX_EVENT_HEAD(S), __VA_ARGS__}; \
  RCX_STRUCT(S, variable, variable##Fields)
#define RCX_BESIDE(S, member, of) RCX_PART(S, member, of).need().in_place()

RCX_EVENT_STRUCT(rcx_pre_create_repo, kPreCreateRepo, RCX_BESIDE(rcx_pre_create_repo, repo, kRepo));
RCX_EVENT_STRUCT(rcx_create_repo, kCreateRepo, RCX_BESIDE(rcx_create_repo, repo, kRepo));
RCX_EVENT_STRUCT(rcx_pre_delete_repo, kPreDeleteRepo, RCX_BESIDE(rcx_pre_delete_repo, repo, kRepo),
                 RCX_FIELD(rcx_pre_delete_repo, kText, deleted_by).else_caller());
RCX_EVENT_STRUCT(rcx_delete_repo, kDeleteRepo, RCX_BESIDE(rcx_delete_repo, repo, kRepo),
                 RCX_FIELD(rcx_delete_repo, kText, deleted_by).else_caller(),
                 RCX_FIELD(rcx_delete_repo, kTime, deleted_on));
RCX_EVENT_STRUCT(rcx_pre_rename_repo, kPreRenameRepo, RCX_BESIDE(rcx_pre_rename_repo, repo, kRepo),
                 RCX_FIELD(rcx_pre_rename_repo, kBytes, new_name).need(),
                 RCX_FIELD(rcx_pre_rename_repo, kText, renamed_by).else_caller());
RCX_EVENT_STRUCT(rcx_rename_repo, kRenameRepo, RCX_BESIDE(rcx_rename_repo, repo, kRepo),
                 RCX_FIELD(rcx_rename_repo, kBytes, new_name).need(),
                 RCX_FIELD(rcx_rename_repo, kText, renamed_by).else_caller());

RCX_EVENT_STRUCT(rcx_pre_create_repo_group, kPreCreateRepoGroup,
                 RCX_BESIDE(rcx_pre_create_repo_group, group, kRepoGroup));
RCX_EVENT_STRUCT(rcx_create_repo_group, kCreateRepoGroup,
                 RCX_BESIDE(rcx_create_repo_group, group, kRepoGroup));
RCX_EVENT_STRUCT(rcx_pre_delete_repo_group, kPreDeleteRepoGroup,
                 RCX_BESIDE(rcx_pre_delete_repo_group, group, kRepoGroup),
                 RCX_FIELD(rcx_pre_delete_repo_group, kText, deleted_by).else_caller());
RCX_EVENT_STRUCT(rcx_delete_repo_group, kDeleteRepoGroup,
                 RCX_BESIDE(rcx_delete_repo_group, group, kRepoGroup),
                 RCX_FIELD(rcx_delete_repo_group, kText, deleted_by).else_caller(),
                 RCX_FIELD(rcx_delete_repo_group, kTime, deleted_on));

RCX_EVENT_STRUCT(rcx_pre_create_user, kPreCreateUser, RCX_BESIDE(rcx_pre_create_user, user, kUser));
RCX_EVENT_STRUCT(rcx_create_user, kCreateUser, RCX_BESIDE(rcx_create_user, user, kUser));
RCX_EVENT_STRUCT(rcx_pre_delete_user, kPreDeleteUser, RCX_BESIDE(rcx_pre_delete_user, user, kUser),
                 RCX_FIELD(rcx_pre_delete_user, kText, deleted_by).else_caller());
RCX_EVENT_STRUCT(rcx_delete_user, kDeleteUser, RCX_BESIDE(rcx_delete_user, user, kUser),
                 RCX_FIELD(rcx_delete_user, kText, deleted_by).else_caller(),
                 RCX_FIELD(rcx_delete_user, kTime, deleted_on));

#define RCX_PULL_REQUEST_EVENT(S, variable) \
  RCX_EVENT_STRUCT(S, variable, RCX_BESIDE(S, pull_request, kPullRequest))
RCX_PULL_REQUEST_EVENT(rcx_create_pull_request, kCreatePullRequest);
RCX_PULL_REQUEST_EVENT(rcx_update_pull_request, kUpdatePullRequest);
RCX_PULL_REQUEST_EVENT(rcx_review_pull_request, kReviewPullRequest);
RCX_PULL_REQUEST_EVENT(rcx_pre_merge_pull_request, kPreMergePullRequest);
RCX_PULL_REQUEST_EVENT(rcx_merge_pull_request, kMergePullRequest);
RCX_PULL_REQUEST_EVENT(rcx_close_pull_request, kClosePullRequest);

RCX_EVENT_STRUCT(rcx_comment_pull_request, kCommentPullRequest,
                 RCX_BESIDE(rcx_comment_pull_request, pull_request, kPullRequest),
                 RCX_PART(rcx_comment_pull_request, comment, kComment).need());
RCX_EVENT_STRUCT(rcx_comment_edit_pull_request, kCommentEditPullRequest,
                 RCX_BESIDE(rcx_comment_edit_pull_request, pull_request, kPullRequest),
                 RCX_PART(rcx_comment_edit_pull_request, comment, kComment).need());
RCX_EVENT_STRUCT(rcx_comment_commit, kCommentCommit,
                 RCX_PART(rcx_comment_commit, comment, kComment).need(),
                 RCX_PART(rcx_comment_commit, commit, kCommentedCommit).need(),
                 RCX_PART(rcx_comment_commit, repo, kRepo).need());
RCX_EVENT_STRUCT(rcx_comment_edit_commit, kCommentEditCommit,
                 RCX_PART(rcx_comment_edit_commit, comment, kComment).need(),
                 RCX_PART(rcx_comment_edit_commit, commit, kCommentedCommit).need(),
                 RCX_PART(rcx_comment_edit_commit, repo, kRepo).need());

// ---- The events ---------------------------------------------------------------------------------

// RCX_E: an event by its name, which numbers, structs and handlers have as well.
#define RCX_E(NUMBER, name, variable, veto, what, about, subject, second)            \
  EventType {                                                                        \
    RCX_EVENT_##NUMBER, #name, veto, what, About::about, subject, second, &variable, \
        detail::caller_of<&rcx_handler_fn::name>(&rcx_handler_fn::name)              \
  }

inline constexpr bool kPre = true;
inline constexpr bool kPost = false;
inline constexpr EventType kEvents[] = {
    RCX_E(PRE_CREATE_REPO, pre_create_repo, kPreCreateRepo, kPre, "creation of the repository",
          kRepository, "repo_name", ""),
    RCX_E(CREATE_REPO, create_repo, kCreateRepo, kPost, "creation of the repository", kRepository,
          "repo_name", ""),
    RCX_E(PRE_DELETE_REPO, pre_delete_repo, kPreDeleteRepo, kPre, "deletion of the repository",
          kRepository, "repo_name", ""),
    RCX_E(DELETE_REPO, delete_repo, kDeleteRepo, kPost, "deletion of the repository", kRepository,
          "repo_name", ""),
    RCX_E(PRE_RENAME_REPO, pre_rename_repo, kPreRenameRepo, kPre, "renaming of the repository",
          kRepository, "repo_name", "new_name"),
    RCX_E(RENAME_REPO, rename_repo, kRenameRepo, kPost, "renaming of the repository", kRepository,
          "new_name", "repo_name"),
    RCX_E(PRE_CREATE_REPO_GROUP, pre_create_repo_group, kPreCreateRepoGroup, kPre,
          "creation of the group", kGroup, "group_name", ""),
    RCX_E(CREATE_REPO_GROUP, create_repo_group, kCreateRepoGroup, kPost, "creation of the group",
          kGroup, "group_name", ""),
    RCX_E(PRE_DELETE_REPO_GROUP, pre_delete_repo_group, kPreDeleteRepoGroup, kPre,
          "deletion of the group", kGroup, "group_name", ""),
    RCX_E(DELETE_REPO_GROUP, delete_repo_group, kDeleteRepoGroup, kPost, "deletion of the group",
          kGroup, "group_name", ""),
    RCX_E(PRE_CREATE_USER, pre_create_user, kPreCreateUser, kPre, "creation of the user", kUser,
          "username", ""),
    RCX_E(CREATE_USER, create_user, kCreateUser, kPost, "creation of the user", kUser, "username",
          ""),
    RCX_E(PRE_DELETE_USER, pre_delete_user, kPreDeleteUser, kPre, "deletion of the user", kUser,
          "username", ""),
    RCX_E(DELETE_USER, delete_user, kDeleteUser, kPost, "deletion of the user", kUser, "username",
          ""),
    RCX_E(CREATE_PULL_REQUEST, create_pull_request, kCreatePullRequest, kPost, "pull request",
          kRepository, "target.repository", ""),
    RCX_E(UPDATE_PULL_REQUEST, update_pull_request, kUpdatePullRequest, kPost, "pull request",
          kRepository, "target.repository", ""),
    RCX_E(REVIEW_PULL_REQUEST, review_pull_request, kReviewPullRequest, kPost, "review",
          kRepository, "target.repository", ""),
    RCX_E(PRE_MERGE_PULL_REQUEST, pre_merge_pull_request, kPreMergePullRequest, kPre, "merge",
          kRepository, "target.repository", ""),
    RCX_E(MERGE_PULL_REQUEST, merge_pull_request, kMergePullRequest, kPost, "merge", kRepository,
          "target.repository", ""),
    RCX_E(CLOSE_PULL_REQUEST, close_pull_request, kClosePullRequest, kPost, "pull request",
          kRepository, "target.repository", ""),
    RCX_E(COMMENT_PULL_REQUEST, comment_pull_request, kCommentPullRequest, kPost, "comment",
          kRepository, "target.repository", ""),
    RCX_E(COMMENT_EDIT_PULL_REQUEST, comment_edit_pull_request, kCommentEditPullRequest, kPost,
          "comment", kRepository, "target.repository", ""),
    RCX_E(COMMENT_COMMIT, comment_commit, kCommentCommit, kPost, "comment", kRepository,
          "repo.repo_name", ""),
    RCX_E(COMMENT_EDIT_COMMIT, comment_edit_commit, kCommentEditCommit, kPost, "comment",
          kRepository, "repo.repo_name", ""),
};

#undef RCX_OWN
#undef RCX_NAMED
#undef RCX_FIELD
#undef RCX_CHOICE
#undef RCX_LIST
#undef RCX_PART
#undef RCX_STRUCT
#undef RCX_EVENT_HEAD
#undef RCX_EVENT_STRUCT
#undef RCX_BESIDE
#undef RCX_PULL_REQUEST_EVENT
#undef RCX_E

// NOLINTEND(bugprone-sizeof-expression)
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace rcx::catalogue

#endif  // RCX_DETAIL_CATALOGUE_TABLES_HPP
