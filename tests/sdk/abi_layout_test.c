/* The released layout of every struct of the contract, on LP64 systems (x86-64, aarch64).
 *
 * A line here may be added, when a struct grows at its end; none may ever change. One that fails
 * means that extensions built before would read the wrong bytes. */
#include "tests/sdk/abi_layout.h"

AT(rcx_bytes, data, 0);
AT(rcx_bytes, size, 8);
SIZE(rcx_bytes, 16);

AT(rcx_value, size, 0);
AT(rcx_value, kind, 4);
AT(rcx_value, where, 8);
AT(rcx_value, key, 24);
AT(rcx_value, text, 40);
AT(rcx_value, integer, 56);
AT(rcx_value, number, 64);
AT(rcx_value, items, 72);
AT(rcx_value, count, 80);
AT(rcx_value, stride, 88);
AT(rcx_value, reserved, 92);
SIZE(rcx_value, 96);

AT(rcx_field, size, 0);
AT(rcx_field, reserved, 4);
AT(rcx_field, key, 8);
AT(rcx_field, label, 24);
AT(rcx_field, description, 40);
AT(rcx_field, value, 56);
SIZE(rcx_field, 64);

AT(rcx_repository, size, 0);
AT(rcx_repository, vcs, 4);
AT(rcx_repository, name, 8);
AT(rcx_repository, path, 24);
AT(rcx_repository, id, 40);
AT(rcx_repository, fields, 56);
AT(rcx_repository, field_count, 64);
AT(rcx_repository, field_stride, 72);
AT(rcx_repository, reserved, 76);
SIZE(rcx_repository, 80);

AT(rcx_caller, size, 0);
AT(rcx_caller, name_from, 4);
AT(rcx_caller, name, 8);
AT(rcx_caller, source, 24);
AT(rcx_caller, ip, 40);
AT(rcx_caller, user_agent, 56);
AT(rcx_caller, auth_method, 72);
AT(rcx_caller, uid, 88);
AT(rcx_caller, reserved, 92);
SIZE(rcx_caller, 96);

AT(rcx_event, size, 0);
AT(rcx_event, kind, 4);
AT(rcx_event, id, 8);
AT(rcx_event, id_text, 24);
AT(rcx_event, push_id, 40);
AT(rcx_event, attempt, 56);
AT(rcx_event, depth, 60);
AT(rcx_event, time_ns, 64);
AT(rcx_event, action, 72);
AT(rcx_event, reserved, 76);
AT(rcx_event, hook_type, 80);
AT(rcx_event, server_url, 96);
AT(rcx_event, caller, 112);
AT(rcx_event, repository, 120);
AT(rcx_event, push_options, 128);
AT(rcx_event, push_option_count, 136);
AT(rcx_event, push_option_stride, 144);
AT(rcx_event, reserved2, 148);
SIZE(rcx_event, 152);

AT(rcx_ref_update, size, 0);
AT(rcx_ref_update, kind, 4);
AT(rcx_ref_update, change, 8);
AT(rcx_ref_update, flags, 12);
AT(rcx_ref_update, name, 16);
AT(rcx_ref_update, short_name, 32);
AT(rcx_ref_update, old_id, 48);
AT(rcx_ref_update, new_id, 64);
SIZE(rcx_ref_update, 80);

AT(rcx_pre_push, size, 0);
AT(rcx_pre_push, ref_stride, 4);
AT(rcx_pre_push, event, 8);
AT(rcx_pre_push, refs, 16);
AT(rcx_pre_push, ref_count, 24);
SIZE(rcx_pre_push, 32);

AT(rcx_push, size, 0);
AT(rcx_push, ref_stride, 4);
AT(rcx_push, event, 8);
AT(rcx_push, refs, 16);
AT(rcx_push, ref_count, 24);
SIZE(rcx_push, 32);

AT(rcx_wanted, size, 0);
AT(rcx_wanted, kind, 4);
AT(rcx_wanted, id, 8);
AT(rcx_wanted, name, 24);
AT(rcx_wanted, short_name, 40);
SIZE(rcx_wanted, 56);

AT(rcx_pre_pull, size, 0);
AT(rcx_pre_pull, wanted_stride, 4);
AT(rcx_pre_pull, event, 8);
AT(rcx_pre_pull, wanted, 16);
AT(rcx_pre_pull, wanted_count, 24);
AT(rcx_pre_pull, is_clone, 32);
AT(rcx_pre_pull, flags, 36);
AT(rcx_pre_pull, filter, 40);
SIZE(rcx_pre_pull, 56);

AT(rcx_pull, size, 0);
AT(rcx_pull, wanted_stride, 4);
AT(rcx_pull, event, 8);
AT(rcx_pull, wanted, 16);
AT(rcx_pull, wanted_count, 24);
AT(rcx_pull, is_clone, 32);
AT(rcx_pull, flags, 36);
AT(rcx_pull, filter, 40);
SIZE(rcx_pull, 56);

AT(rcx_call, size, 0);
AT(rcx_call, reserved, 4);
AT(rcx_call, host, 8);
AT(rcx_call, extension, 16);
AT(rcx_call, settings, 24);
AT(rcx_call, data_directory, 32);
SIZE(rcx_call, 48);

AT(rcx_host, size, 0);
AT(rcx_host, abi_minor, 4);
AT(rcx_host, version, 8);
AT(rcx_host, log, 24);
AT(rcx_host, say, 32);
AT(rcx_host, reject, 40);
AT(rcx_host, reject_ref, 48);
AT(rcx_host, fail, 56);
AT(rcx_host, error, 64);
AT(rcx_host, remaining, 72);
AT(rcx_host, cancelled, 80);
AT(rcx_host, service, 88);
SIZE(rcx_host, 96);

AT(rcx_person, size, 0);
AT(rcx_person, offset_minutes, 4);
AT(rcx_person, name, 8);
AT(rcx_person, email, 24);
AT(rcx_person, time, 40);
SIZE(rcx_person, 48);

AT(rcx_commit, size, 0);
AT(rcx_commit, parent_stride, 4);
AT(rcx_commit, index, 8);
AT(rcx_commit, ref, 16);
AT(rcx_commit, id, 24);
AT(rcx_commit, parents, 40);
AT(rcx_commit, parent_count, 48);
AT(rcx_commit, author, 56);
AT(rcx_commit, committer, 64);
AT(rcx_commit, message, 72);
SIZE(rcx_commit, 88);

AT(rcx_change, size, 0);
AT(rcx_change, kind, 4);
AT(rcx_change, path, 8);
AT(rcx_change, old_mode, 24);
AT(rcx_change, new_mode, 28);
AT(rcx_change, old_id, 32);
AT(rcx_change, new_id, 48);
SIZE(rcx_change, 64);

AT(rcx_commits, size, 0);
AT(rcx_commits, reserved, 4);
AT(rcx_commits, get, 8);
AT(rcx_commits, change, 16);
AT(rcx_commits, reached_by, 24);
SIZE(rcx_commits, 32);

AT(rcx_handler, size, 0);
AT(rcx_handler, event, 4);
AT(rcx_handler, actions, 8);
AT(rcx_handler, delivery, 12);
AT(rcx_handler, call, 16);
SIZE(rcx_handler, 24);

AT(rcx_plugin, size, 0);
AT(rcx_plugin, magic, 4);
AT(rcx_plugin, abi_major, 8);
AT(rcx_plugin, abi_minor, 12);
AT(rcx_plugin, abi_required, 16);
AT(rcx_plugin, flags, 20);
AT(rcx_plugin, id, 24);
AT(rcx_plugin, name, 32);
AT(rcx_plugin, version, 40);
AT(rcx_plugin, license, 48);
AT(rcx_plugin, create, 56);
AT(rcx_plugin, destroy, 64);
AT(rcx_plugin, handlers, 72);
AT(rcx_plugin, handler_count, 80);
AT(rcx_plugin, handler_stride, 84);
SIZE(rcx_plugin, 88);

SIZE(rcx_handler_fn, 8);

AT(rcx_entry, size, 0);
AT(rcx_entry, mode, 4);
AT(rcx_entry, name, 8);
AT(rcx_entry, id, 24);
SIZE(rcx_entry, 40);

AT(rcx_files, size, 0);
AT(rcx_files, reserved, 4);
AT(rcx_files, size_of, 8);
AT(rcx_files, entry, 16);
SIZE(rcx_files, 24);

AT(rcx_hook, size, 0);
AT(rcx_hook, reserved, 4);
AT(rcx_hook, variable, 8);
SIZE(rcx_hook, 16);

AT(rcx_line_run, size, 0);
AT(rcx_line_run, reserved, 4);
AT(rcx_line_run, number, 8);
AT(rcx_line_run, count, 16);
AT(rcx_line_run, offset, 24);
SIZE(rcx_line_run, 32);

AT(rcx_added, size, 0);
AT(rcx_added, flags, 4);
AT(rcx_added, text, 8);
AT(rcx_added, runs, 24);
AT(rcx_added, run_count, 32);
AT(rcx_added, run_stride, 40);
AT(rcx_added, reserved, 44);
SIZE(rcx_added, 48);

AT(rcx_trailer, size, 0);
AT(rcx_trailer, reserved, 4);
AT(rcx_trailer, key, 8);
AT(rcx_trailer, value, 24);
SIZE(rcx_trailer, 40);

AT(rcx_signature, size, 0);
AT(rcx_signature, result, 4);
AT(rcx_signature, key, 8);
AT(rcx_signature, fingerprint, 24);
AT(rcx_signature, signer, 40);
SIZE(rcx_signature, 56);

AT(rcx_push_certificate, size, 0);
AT(rcx_push_certificate, result, 4);
AT(rcx_push_certificate, id, 8);
AT(rcx_push_certificate, key, 24);
AT(rcx_push_certificate, signer, 40);
AT(rcx_push_certificate, nonce, 56);
AT(rcx_push_certificate, nonce_status, 72);
SIZE(rcx_push_certificate, 88);

AT(rcx_reading, size, 0);
AT(rcx_reading, reserved, 4);
AT(rcx_reading, content, 8);
AT(rcx_reading, added, 16);
AT(rcx_reading, trailer, 24);
AT(rcx_reading, signature, 32);
AT(rcx_reading, verify, 40);
AT(rcx_reading, resolve, 48);
AT(rcx_reading, reaches, 56);
AT(rcx_reading, find, 64);
AT(rcx_reading, list, 72);
AT(rcx_reading, lost, 80);
AT(rcx_reading, facts, 88);
AT(rcx_reading, certificate, 96);
AT(rcx_reading, changed, 104);
SIZE(rcx_reading, 112);

NUMBER(RCX_ABI_MAGIC, 0x52435831u);
NUMBER(RCX_ABI_MAJOR, 1u);
NUMBER(RCX_OK, 0u);
NUMBER(RCX_END, 1u);
NUMBER(RCX_FAILED, 2u);
NUMBER(RCX_MISUSED, 3u);
NUMBER(RCX_GONE, 4u);
NUMBER(RCX_LIMIT, 5u);
NUMBER(RCX_UNAVAILABLE, 6u);
NUMBER(RCX_VALUE_NULL, 0u);
NUMBER(RCX_VALUE_BOOLEAN, 1u);
NUMBER(RCX_VALUE_INTEGER, 2u);
NUMBER(RCX_VALUE_NUMBER, 3u);
NUMBER(RCX_VALUE_TEXT, 4u);
NUMBER(RCX_VALUE_LIST, 5u);
NUMBER(RCX_VALUE_MAP, 6u);
NUMBER(RCX_VCS_NONE, 0u);
NUMBER(RCX_VCS_GIT, 1u);
NUMBER(RCX_VCS_MERCURIAL, 2u);
NUMBER(RCX_VCS_SUBVERSION, 3u);
NUMBER(RCX_CALLER_FROM_UID, 1u);
NUMBER(RCX_CALLER_FROM_VARIABLE, 2u);
NUMBER(RCX_ACTION_PUSH, 0x1u);
NUMBER(RCX_ACTION_PULL, 0x2u);
NUMBER(RCX_ACTION_PUSH_LOCAL, 0x4u);
NUMBER(RCX_EVENT_PRE_PUSH, 1u);
NUMBER(RCX_EVENT_PUSH, 2u);
NUMBER(RCX_EVENT_PRE_PULL, 3u);
NUMBER(RCX_EVENT_PULL, 4u);
NUMBER(RCX_PULL_TOLD, 0x1u);
NUMBER(RCX_PULL_SHALLOW, 0x2u);
NUMBER(RCX_PULL_FILTERED, 0x4u);
NUMBER(RCX_REF_BRANCH, 1u);
NUMBER(RCX_REF_TAG, 2u);
NUMBER(RCX_REF_OTHER, 3u);
NUMBER(RCX_CHANGE_CREATE, 1u);
NUMBER(RCX_CHANGE_UPDATE, 2u);
NUMBER(RCX_CHANGE_DELETE, 3u);
NUMBER(RCX_REF_FORCED, 0x1u);
NUMBER(RCX_LOG_DEBUG, 1u);
NUMBER(RCX_LOG_INFO, 2u);
NUMBER(RCX_LOG_WARNING, 3u);
NUMBER(RCX_LOG_ERROR, 4u);
NUMBER(RCX_PATH_ADDED, 1u);
NUMBER(RCX_PATH_MODIFIED, 2u);
NUMBER(RCX_PATH_DELETED, 3u);
NUMBER(RCX_PATH_RETYPED, 4u);
NUMBER(RCX_QUEUED, 0u);
NUMBER(RCX_INLINE, 1u);
NUMBER(RCX_CONCURRENT, 0x1u);
NUMBER(RCX_ADDED_BINARY, 0x1u);
NUMBER(RCX_SIGNATURE_NONE, 0u);
NUMBER(RCX_SIGNATURE_GOOD, 1u);
NUMBER(RCX_SIGNATURE_UNTRUSTED, 2u);
NUMBER(RCX_SIGNATURE_BAD, 3u);
NUMBER(RCX_SIGNATURE_EXPIRED, 4u);
NUMBER(RCX_SIGNATURE_EXPIRED_KEY, 5u);
NUMBER(RCX_SIGNATURE_REVOKED_KEY, 6u);
NUMBER(RCX_SIGNATURE_UNKNOWN, 7u);
NUMBER(RCX_PUSH_INITIAL, 0x1u);
