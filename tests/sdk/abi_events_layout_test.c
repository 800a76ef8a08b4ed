/* The released layout of the structs of events that forges emit; see abi_layout_test.c. */
#include "tests/sdk/abi_layout.h"

AT(rcx_repo, size, 0);
AT(rcx_repo, repo_type, 4);
AT(rcx_repo, is_private, 8);
AT(rcx_repo, enable_downloads, 12);
AT(rcx_repo, enable_statistics, 16);
AT(rcx_repo, reserved, 20);
AT(rcx_repo, repo_name, 24);
AT(rcx_repo, description, 40);
AT(rcx_repo, clone_uri, 56);
AT(rcx_repo, repo_id, 72);
AT(rcx_repo, user_id, 88);
AT(rcx_repo, group_id, 104);
AT(rcx_repo, fork_id, 120);
AT(rcx_repo, fork_of, 136);
AT(rcx_repo, created_by, 152);
AT(rcx_repo, created_on, 168);
SIZE(rcx_repo, 176);

AT(rcx_repo_group, size, 0);
AT(rcx_repo_group, enable_locking, 4);
AT(rcx_repo_group, group_name, 8);
AT(rcx_repo_group, group_description, 24);
AT(rcx_repo_group, group_id, 40);
AT(rcx_repo_group, group_parent_id, 56);
AT(rcx_repo_group, user_id, 72);
AT(rcx_repo_group, created_by, 88);
AT(rcx_repo_group, created_on, 104);
SIZE(rcx_repo_group, 112);

AT(rcx_pre_create_repo, size, 0);
AT(rcx_pre_create_repo, reserved, 4);
AT(rcx_pre_create_repo, event, 8);
AT(rcx_pre_create_repo, repo, 16);
SIZE(rcx_pre_create_repo, 24);

AT(rcx_create_repo, size, 0);
AT(rcx_create_repo, reserved, 4);
AT(rcx_create_repo, event, 8);
AT(rcx_create_repo, repo, 16);
SIZE(rcx_create_repo, 24);

AT(rcx_pre_delete_repo, size, 0);
AT(rcx_pre_delete_repo, reserved, 4);
AT(rcx_pre_delete_repo, event, 8);
AT(rcx_pre_delete_repo, repo, 16);
AT(rcx_pre_delete_repo, deleted_by, 24);
SIZE(rcx_pre_delete_repo, 40);

AT(rcx_delete_repo, size, 0);
AT(rcx_delete_repo, reserved, 4);
AT(rcx_delete_repo, event, 8);
AT(rcx_delete_repo, repo, 16);
AT(rcx_delete_repo, deleted_by, 24);
AT(rcx_delete_repo, deleted_on, 40);
SIZE(rcx_delete_repo, 48);

AT(rcx_pre_rename_repo, size, 0);
AT(rcx_pre_rename_repo, reserved, 4);
AT(rcx_pre_rename_repo, event, 8);
AT(rcx_pre_rename_repo, repo, 16);
AT(rcx_pre_rename_repo, new_name, 24);
AT(rcx_pre_rename_repo, renamed_by, 40);
SIZE(rcx_pre_rename_repo, 56);

AT(rcx_rename_repo, size, 0);
AT(rcx_rename_repo, reserved, 4);
AT(rcx_rename_repo, event, 8);
AT(rcx_rename_repo, repo, 16);
AT(rcx_rename_repo, new_name, 24);
AT(rcx_rename_repo, renamed_by, 40);
SIZE(rcx_rename_repo, 56);

AT(rcx_pre_create_repo_group, size, 0);
AT(rcx_pre_create_repo_group, reserved, 4);
AT(rcx_pre_create_repo_group, event, 8);
AT(rcx_pre_create_repo_group, group, 16);
SIZE(rcx_pre_create_repo_group, 24);

AT(rcx_create_repo_group, size, 0);
AT(rcx_create_repo_group, reserved, 4);
AT(rcx_create_repo_group, event, 8);
AT(rcx_create_repo_group, group, 16);
SIZE(rcx_create_repo_group, 24);

AT(rcx_pre_delete_repo_group, size, 0);
AT(rcx_pre_delete_repo_group, reserved, 4);
AT(rcx_pre_delete_repo_group, event, 8);
AT(rcx_pre_delete_repo_group, group, 16);
AT(rcx_pre_delete_repo_group, deleted_by, 24);
SIZE(rcx_pre_delete_repo_group, 40);

AT(rcx_delete_repo_group, size, 0);
AT(rcx_delete_repo_group, reserved, 4);
AT(rcx_delete_repo_group, event, 8);
AT(rcx_delete_repo_group, group, 16);
AT(rcx_delete_repo_group, deleted_by, 24);
AT(rcx_delete_repo_group, deleted_on, 40);
SIZE(rcx_delete_repo_group, 48);

AT(rcx_user, size, 0);
AT(rcx_user, admin, 4);
AT(rcx_user, active, 8);
AT(rcx_user, inherit_default_permissions, 12);
AT(rcx_user, username, 16);
AT(rcx_user, email, 32);
AT(rcx_user, firstname, 48);
AT(rcx_user, lastname, 64);
AT(rcx_user, user_id, 80);
AT(rcx_user, name, 96);
AT(rcx_user, full_name, 112);
AT(rcx_user, full_name_or_username, 128);
AT(rcx_user, full_contact, 144);
AT(rcx_user, short_contact, 160);
AT(rcx_user, extern_type, 176);
AT(rcx_user, extern_name, 192);
AT(rcx_user, created_by, 208);
AT(rcx_user, created_on, 224);
AT(rcx_user, last_login, 232);
AT(rcx_user, emails, 240);
AT(rcx_user, email_count, 248);
AT(rcx_user, ip_addresses, 256);
AT(rcx_user, ip_address_count, 264);
AT(rcx_user, email_stride, 272);
AT(rcx_user, ip_address_stride, 276);
SIZE(rcx_user, 280);

AT(rcx_pre_create_user, size, 0);
AT(rcx_pre_create_user, reserved, 4);
AT(rcx_pre_create_user, event, 8);
AT(rcx_pre_create_user, user, 16);
SIZE(rcx_pre_create_user, 24);

AT(rcx_create_user, size, 0);
AT(rcx_create_user, reserved, 4);
AT(rcx_create_user, event, 8);
AT(rcx_create_user, user, 16);
SIZE(rcx_create_user, 24);

AT(rcx_pre_delete_user, size, 0);
AT(rcx_pre_delete_user, reserved, 4);
AT(rcx_pre_delete_user, event, 8);
AT(rcx_pre_delete_user, user, 16);
AT(rcx_pre_delete_user, deleted_by, 24);
SIZE(rcx_pre_delete_user, 40);

AT(rcx_delete_user, size, 0);
AT(rcx_delete_user, reserved, 4);
AT(rcx_delete_user, event, 8);
AT(rcx_delete_user, user, 16);
AT(rcx_delete_user, deleted_by, 24);
AT(rcx_delete_user, deleted_on, 40);
SIZE(rcx_delete_user, 48);

AT(rcx_reference, size, 0);
AT(rcx_reference, reserved, 4);
AT(rcx_reference, name, 8);
AT(rcx_reference, type, 24);
AT(rcx_reference, commit_id, 40);
SIZE(rcx_reference, 56);

AT(rcx_pull_request_end, size, 0);
AT(rcx_pull_request_end, reserved, 4);
AT(rcx_pull_request_end, repository, 8);
AT(rcx_pull_request_end, clone_url, 24);
AT(rcx_pull_request_end, reference, 40);
SIZE(rcx_pull_request_end, 48);

AT(rcx_reviewer, size, 0);
AT(rcx_reviewer, review_status, 4);
AT(rcx_reviewer, user, 8);
AT(rcx_reviewer, reasons, 24);
AT(rcx_reviewer, reason_count, 32);
AT(rcx_reviewer, reason_stride, 40);
AT(rcx_reviewer, reserved, 44);
SIZE(rcx_reviewer, 48);

AT(rcx_mergeable, size, 0);
AT(rcx_mergeable, status, 4);
AT(rcx_mergeable, message, 8);
SIZE(rcx_mergeable, 24);

AT(rcx_pull_request, size, 0);
AT(rcx_pull_request, status, 4);
AT(rcx_pull_request, review_status, 8);
AT(rcx_pull_request, commit_id_stride, 12);
AT(rcx_pull_request, pull_request_id, 16);
AT(rcx_pull_request, url, 32);
AT(rcx_pull_request, title, 48);
AT(rcx_pull_request, description, 64);
AT(rcx_pull_request, author, 80);
AT(rcx_pull_request, created_on, 96);
AT(rcx_pull_request, updated_on, 104);
AT(rcx_pull_request, commit_ids, 112);
AT(rcx_pull_request, commit_id_count, 120);
AT(rcx_pull_request, reviewers, 128);
AT(rcx_pull_request, reviewer_count, 136);
AT(rcx_pull_request, reviewer_stride, 144);
AT(rcx_pull_request, reserved, 148);
AT(rcx_pull_request, mergeable, 152);
AT(rcx_pull_request, source, 160);
AT(rcx_pull_request, target, 168);
SIZE(rcx_pull_request, 176);

AT(rcx_comment, size, 0);
AT(rcx_comment, comment_status, 4);
AT(rcx_comment, comment_id, 8);
AT(rcx_comment, comment_type, 24);
AT(rcx_comment, comment_text, 40);
AT(rcx_comment, comment_f_path, 56);
AT(rcx_comment, comment_lineno, 72);
AT(rcx_comment, comment_author, 88);
AT(rcx_comment, comment_resolved_by, 104);
AT(rcx_comment, comment_created_on, 120);
SIZE(rcx_comment, 128);

AT(rcx_commented_commit, size, 0);
AT(rcx_commented_commit, parent_stride, 4);
AT(rcx_commented_commit, raw_id, 8);
AT(rcx_commented_commit, short_id, 24);
AT(rcx_commented_commit, message, 40);
AT(rcx_commented_commit, author, 56);
AT(rcx_commented_commit, branch, 72);
AT(rcx_commented_commit, parents, 88);
AT(rcx_commented_commit, parent_count, 96);
AT(rcx_commented_commit, revision, 104);
AT(rcx_commented_commit, date, 112);
SIZE(rcx_commented_commit, 120);

AT(rcx_create_pull_request, size, 0);
AT(rcx_create_pull_request, reserved, 4);
AT(rcx_create_pull_request, event, 8);
AT(rcx_create_pull_request, pull_request, 16);
SIZE(rcx_create_pull_request, 24);

AT(rcx_update_pull_request, size, 0);
AT(rcx_update_pull_request, reserved, 4);
AT(rcx_update_pull_request, event, 8);
AT(rcx_update_pull_request, pull_request, 16);
SIZE(rcx_update_pull_request, 24);

AT(rcx_review_pull_request, size, 0);
AT(rcx_review_pull_request, reserved, 4);
AT(rcx_review_pull_request, event, 8);
AT(rcx_review_pull_request, pull_request, 16);
SIZE(rcx_review_pull_request, 24);

AT(rcx_pre_merge_pull_request, size, 0);
AT(rcx_pre_merge_pull_request, reserved, 4);
AT(rcx_pre_merge_pull_request, event, 8);
AT(rcx_pre_merge_pull_request, pull_request, 16);
SIZE(rcx_pre_merge_pull_request, 24);

AT(rcx_merge_pull_request, size, 0);
AT(rcx_merge_pull_request, reserved, 4);
AT(rcx_merge_pull_request, event, 8);
AT(rcx_merge_pull_request, pull_request, 16);
SIZE(rcx_merge_pull_request, 24);

AT(rcx_close_pull_request, size, 0);
AT(rcx_close_pull_request, reserved, 4);
AT(rcx_close_pull_request, event, 8);
AT(rcx_close_pull_request, pull_request, 16);
SIZE(rcx_close_pull_request, 24);

AT(rcx_comment_pull_request, size, 0);
AT(rcx_comment_pull_request, reserved, 4);
AT(rcx_comment_pull_request, event, 8);
AT(rcx_comment_pull_request, pull_request, 16);
AT(rcx_comment_pull_request, comment, 24);
SIZE(rcx_comment_pull_request, 32);

AT(rcx_comment_edit_pull_request, size, 0);
AT(rcx_comment_edit_pull_request, reserved, 4);
AT(rcx_comment_edit_pull_request, event, 8);
AT(rcx_comment_edit_pull_request, pull_request, 16);
AT(rcx_comment_edit_pull_request, comment, 24);
SIZE(rcx_comment_edit_pull_request, 32);

AT(rcx_comment_commit, size, 0);
AT(rcx_comment_commit, reserved, 4);
AT(rcx_comment_commit, event, 8);
AT(rcx_comment_commit, comment, 16);
AT(rcx_comment_commit, commit, 24);
AT(rcx_comment_commit, repo, 32);
SIZE(rcx_comment_commit, 40);

AT(rcx_comment_edit_commit, size, 0);
AT(rcx_comment_edit_commit, reserved, 4);
AT(rcx_comment_edit_commit, event, 8);
AT(rcx_comment_edit_commit, comment, 16);
AT(rcx_comment_edit_commit, commit, 24);
AT(rcx_comment_edit_commit, repo, 32);
SIZE(rcx_comment_edit_commit, 40);

_Static_assert(RCX_ACTION_EMITTED == 0x8, "RCX_ACTION_EMITTED has another number");
_Static_assert(RCX_ACTION_PERFORMED == 0x10, "RCX_ACTION_PERFORMED has another number");
_Static_assert(RCX_EVENT_PRE_CREATE_REPO == 5, "RCX_EVENT_PRE_CREATE_REPO has another number");
_Static_assert(RCX_EVENT_CREATE_REPO == 6, "RCX_EVENT_CREATE_REPO has another number");
_Static_assert(RCX_EVENT_PRE_DELETE_REPO == 7, "RCX_EVENT_PRE_DELETE_REPO has another number");
_Static_assert(RCX_EVENT_DELETE_REPO == 8, "RCX_EVENT_DELETE_REPO has another number");
_Static_assert(RCX_EVENT_PRE_RENAME_REPO == 9, "RCX_EVENT_PRE_RENAME_REPO has another number");
_Static_assert(RCX_EVENT_RENAME_REPO == 10, "RCX_EVENT_RENAME_REPO has another number");
_Static_assert(RCX_EVENT_PRE_CREATE_REPO_GROUP == 11,
               "RCX_EVENT_PRE_CREATE_REPO_GROUP has another number");
_Static_assert(RCX_EVENT_CREATE_REPO_GROUP == 12, "RCX_EVENT_CREATE_REPO_GROUP has another number");
_Static_assert(RCX_EVENT_PRE_DELETE_REPO_GROUP == 13,
               "RCX_EVENT_PRE_DELETE_REPO_GROUP has another number");
_Static_assert(RCX_EVENT_DELETE_REPO_GROUP == 14, "RCX_EVENT_DELETE_REPO_GROUP has another number");
_Static_assert(RCX_EVENT_PRE_CREATE_USER == 15, "RCX_EVENT_PRE_CREATE_USER has another number");
_Static_assert(RCX_EVENT_CREATE_USER == 16, "RCX_EVENT_CREATE_USER has another number");
_Static_assert(RCX_EVENT_PRE_DELETE_USER == 17, "RCX_EVENT_PRE_DELETE_USER has another number");
_Static_assert(RCX_EVENT_DELETE_USER == 18, "RCX_EVENT_DELETE_USER has another number");
_Static_assert(RCX_EVENT_CREATE_PULL_REQUEST == 19,
               "RCX_EVENT_CREATE_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_UPDATE_PULL_REQUEST == 20,
               "RCX_EVENT_UPDATE_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_REVIEW_PULL_REQUEST == 21,
               "RCX_EVENT_REVIEW_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_PRE_MERGE_PULL_REQUEST == 22,
               "RCX_EVENT_PRE_MERGE_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_MERGE_PULL_REQUEST == 23,
               "RCX_EVENT_MERGE_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_CLOSE_PULL_REQUEST == 24,
               "RCX_EVENT_CLOSE_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_COMMENT_PULL_REQUEST == 25,
               "RCX_EVENT_COMMENT_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_COMMENT_EDIT_PULL_REQUEST == 26,
               "RCX_EVENT_COMMENT_EDIT_PULL_REQUEST has another number");
_Static_assert(RCX_EVENT_COMMENT_COMMIT == 27, "RCX_EVENT_COMMENT_COMMIT has another number");
_Static_assert(RCX_EVENT_COMMENT_EDIT_COMMIT == 28,
               "RCX_EVENT_COMMENT_EDIT_COMMIT has another number");
_Static_assert(RCX_REVIEW_NOT_REVIEWED == 1, "RCX_REVIEW_NOT_REVIEWED has another number");
_Static_assert(RCX_REVIEW_UNDER_REVIEW == 2, "RCX_REVIEW_UNDER_REVIEW has another number");
_Static_assert(RCX_REVIEW_APPROVED == 3, "RCX_REVIEW_APPROVED has another number");
_Static_assert(RCX_REVIEW_REJECTED == 4, "RCX_REVIEW_REJECTED has another number");
_Static_assert(RCX_PULL_REQUEST_NEW == 1, "RCX_PULL_REQUEST_NEW has another number");
_Static_assert(RCX_PULL_REQUEST_OPEN == 2, "RCX_PULL_REQUEST_OPEN has another number");
_Static_assert(RCX_PULL_REQUEST_CLOSED == 3, "RCX_PULL_REQUEST_CLOSED has another number");

AT(rcx_event_json, size, 0);
AT(rcx_event_json, reserved, 4);
AT(rcx_event_json, text, 8);
SIZE(rcx_event_json, 16);

AT(rcx_parameter, size, 0);
AT(rcx_parameter, kind, 4);
AT(rcx_parameter, flags, 8);
AT(rcx_parameter, reserved, 12);
AT(rcx_parameter, name, 16);
AT(rcx_parameter, help, 24);
SIZE(rcx_parameter, 32);

AT(rcx_named_hook, size, 0);
AT(rcx_named_hook, flags, 4);
AT(rcx_named_hook, name, 8);
AT(rcx_named_hook, help, 16);
AT(rcx_named_hook, permission, 24);
AT(rcx_named_hook, parameters, 32);
AT(rcx_named_hook, parameter_count, 40);
AT(rcx_named_hook, parameter_stride, 44);
AT(rcx_named_hook, call, 48);
SIZE(rcx_named_hook, 56);

AT(rcx_called, size, 0);
AT(rcx_called, reserved, 4);
AT(rcx_called, event, 8);
AT(rcx_called, hook, 16);
AT(rcx_called, arguments, 24);
SIZE(rcx_called, 32);

AT(rcx_answer, size, 0);
AT(rcx_answer, reserved, 4);
AT(rcx_answer, give, 8);
SIZE(rcx_answer, 16);

_Static_assert(RCX_EVENT_CALL == 29, "RCX_EVENT_CALL has another number");
_Static_assert(RCX_ACTION_CALLED == 0x20, "RCX_ACTION_CALLED has another number");
_Static_assert(RCX_PARAMETER_REQUIRED == 1, "RCX_PARAMETER_REQUIRED has another number");
_Static_assert(RCX_HOOK_OF_REPOSITORY == 1, "RCX_HOOK_OF_REPOSITORY has another number");
_Static_assert(RCX_ANSWER_BYTES == 1, "RCX_ANSWER_BYTES has another number");
_Static_assert(RCX_ANSWER_JSON == 2, "RCX_ANSWER_JSON has another number");
