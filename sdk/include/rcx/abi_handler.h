/* Part of the contract in rcx/abi.h, which includes it: what the host calls for each event. */
#ifndef RCX_ABI_HANDLER_H
#define RCX_ABI_HANDLER_H

#ifndef RCX_ABI_H
#error "include <rcx/abi.h>, which includes this"
#endif

/* NOLINTBEGIN(modernize-*): this is C */

/* A handler. `instance` is what `create` made (may be null). Returns RCX_OK when it did its work,
 * objections or not; anything else counts as a failure of the extension, and its `fail` policy in
 * rcx.yaml decides: `closed` refuses the push, `open` lets it pass. Handlers run one after the
 * other, by priority, id and place in the table, whatever those before have said. */
typedef rcx_status (*rcx_pre_push_fn)(void* instance, const rcx_call* call,
                                      const rcx_pre_push* event);
typedef rcx_status (*rcx_push_fn)(void* instance, const rcx_call* call, const rcx_push* event);
typedef rcx_status (*rcx_pre_create_repo_fn)(void* instance, const rcx_call* call,
                                             const rcx_pre_create_repo* event);
typedef rcx_status (*rcx_create_repo_fn)(void* instance, const rcx_call* call,
                                         const rcx_create_repo* event);
typedef rcx_status (*rcx_pre_delete_repo_fn)(void* instance, const rcx_call* call,
                                             const rcx_pre_delete_repo* event);
typedef rcx_status (*rcx_delete_repo_fn)(void* instance, const rcx_call* call,
                                         const rcx_delete_repo* event);
typedef rcx_status (*rcx_pre_rename_repo_fn)(void* instance, const rcx_call* call,
                                             const rcx_pre_rename_repo* event);
typedef rcx_status (*rcx_rename_repo_fn)(void* instance, const rcx_call* call,
                                         const rcx_rename_repo* event);
typedef rcx_status (*rcx_pre_create_repo_group_fn)(void* instance, const rcx_call* call,
                                                   const rcx_pre_create_repo_group* event);
typedef rcx_status (*rcx_create_repo_group_fn)(void* instance, const rcx_call* call,
                                               const rcx_create_repo_group* event);
typedef rcx_status (*rcx_pre_delete_repo_group_fn)(void* instance, const rcx_call* call,
                                                   const rcx_pre_delete_repo_group* event);
typedef rcx_status (*rcx_delete_repo_group_fn)(void* instance, const rcx_call* call,
                                               const rcx_delete_repo_group* event);
typedef rcx_status (*rcx_pre_create_user_fn)(void* instance, const rcx_call* call,
                                             const rcx_pre_create_user* event);
typedef rcx_status (*rcx_create_user_fn)(void* instance, const rcx_call* call,
                                         const rcx_create_user* event);
typedef rcx_status (*rcx_pre_delete_user_fn)(void* instance, const rcx_call* call,
                                             const rcx_pre_delete_user* event);
typedef rcx_status (*rcx_delete_user_fn)(void* instance, const rcx_call* call,
                                         const rcx_delete_user* event);
typedef rcx_status (*rcx_create_pull_request_fn)(void* instance, const rcx_call* call,
                                                 const rcx_create_pull_request* event);
typedef rcx_status (*rcx_update_pull_request_fn)(void* instance, const rcx_call* call,
                                                 const rcx_update_pull_request* event);
typedef rcx_status (*rcx_review_pull_request_fn)(void* instance, const rcx_call* call,
                                                 const rcx_review_pull_request* event);
typedef rcx_status (*rcx_pre_merge_pull_request_fn)(void* instance, const rcx_call* call,
                                                    const rcx_pre_merge_pull_request* event);
typedef rcx_status (*rcx_merge_pull_request_fn)(void* instance, const rcx_call* call,
                                                const rcx_merge_pull_request* event);
typedef rcx_status (*rcx_close_pull_request_fn)(void* instance, const rcx_call* call,
                                                const rcx_close_pull_request* event);
typedef rcx_status (*rcx_comment_pull_request_fn)(void* instance, const rcx_call* call,
                                                  const rcx_comment_pull_request* event);
typedef rcx_status (*rcx_comment_edit_pull_request_fn)(void* instance, const rcx_call* call,
                                                       const rcx_comment_edit_pull_request* event);
typedef rcx_status (*rcx_comment_commit_fn)(void* instance, const rcx_call* call,
                                            const rcx_comment_commit* event);
typedef rcx_status (*rcx_comment_edit_commit_fn)(void* instance, const rcx_call* call,
                                                 const rcx_comment_edit_commit* event);

/* The member that belongs to `rcx_handler.event` is the one that counts. */
typedef union rcx_handler_fn {
  rcx_pre_push_fn pre_push;
  rcx_push_fn push;
  rcx_pre_pull_fn pre_pull;
  rcx_pull_fn pull;
  rcx_pre_create_repo_fn pre_create_repo;
  rcx_create_repo_fn create_repo;
  rcx_pre_delete_repo_fn pre_delete_repo;
  rcx_delete_repo_fn delete_repo;
  rcx_pre_rename_repo_fn pre_rename_repo;
  rcx_rename_repo_fn rename_repo;
  rcx_pre_create_repo_group_fn pre_create_repo_group;
  rcx_create_repo_group_fn create_repo_group;
  rcx_pre_delete_repo_group_fn pre_delete_repo_group;
  rcx_delete_repo_group_fn delete_repo_group;
  rcx_pre_create_user_fn pre_create_user;
  rcx_create_user_fn create_user;
  rcx_pre_delete_user_fn pre_delete_user;
  rcx_delete_user_fn delete_user;
  rcx_create_pull_request_fn create_pull_request;
  rcx_update_pull_request_fn update_pull_request;
  rcx_review_pull_request_fn review_pull_request;
  rcx_pre_merge_pull_request_fn pre_merge_pull_request;
  rcx_merge_pull_request_fn merge_pull_request;
  rcx_close_pull_request_fn close_pull_request;
  rcx_comment_pull_request_fn comment_pull_request;
  rcx_comment_edit_pull_request_fn comment_edit_pull_request;
  rcx_comment_commit_fn comment_commit;
  rcx_comment_edit_commit_fn comment_edit_commit;
  const rcx_named_hook* hook; /* of RCX_EVENT_CALL; it holds the function */
#ifdef __cplusplus
  /* C++17 has no designated initialisers; these make a wrong pairing a compile error as well. */
  constexpr rcx_handler_fn(rcx_pre_push_fn fn) : pre_push(fn) {}
  constexpr rcx_handler_fn(rcx_push_fn fn) : push(fn) {}
  constexpr rcx_handler_fn(rcx_pre_pull_fn fn) : pre_pull(fn) {}
  constexpr rcx_handler_fn(rcx_pull_fn fn) : pull(fn) {}
  constexpr rcx_handler_fn(rcx_pre_create_repo_fn fn) : pre_create_repo(fn) {}
  constexpr rcx_handler_fn(rcx_create_repo_fn fn) : create_repo(fn) {}
  constexpr rcx_handler_fn(rcx_pre_delete_repo_fn fn) : pre_delete_repo(fn) {}
  constexpr rcx_handler_fn(rcx_delete_repo_fn fn) : delete_repo(fn) {}
  constexpr rcx_handler_fn(rcx_pre_rename_repo_fn fn) : pre_rename_repo(fn) {}
  constexpr rcx_handler_fn(rcx_rename_repo_fn fn) : rename_repo(fn) {}
  constexpr rcx_handler_fn(rcx_pre_create_repo_group_fn fn) : pre_create_repo_group(fn) {}
  constexpr rcx_handler_fn(rcx_create_repo_group_fn fn) : create_repo_group(fn) {}
  constexpr rcx_handler_fn(rcx_pre_delete_repo_group_fn fn) : pre_delete_repo_group(fn) {}
  constexpr rcx_handler_fn(rcx_delete_repo_group_fn fn) : delete_repo_group(fn) {}
  constexpr rcx_handler_fn(rcx_pre_create_user_fn fn) : pre_create_user(fn) {}
  constexpr rcx_handler_fn(rcx_create_user_fn fn) : create_user(fn) {}
  constexpr rcx_handler_fn(rcx_pre_delete_user_fn fn) : pre_delete_user(fn) {}
  constexpr rcx_handler_fn(rcx_delete_user_fn fn) : delete_user(fn) {}
  constexpr rcx_handler_fn(rcx_create_pull_request_fn fn) : create_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_update_pull_request_fn fn) : update_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_review_pull_request_fn fn) : review_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_pre_merge_pull_request_fn fn) : pre_merge_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_merge_pull_request_fn fn) : merge_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_close_pull_request_fn fn) : close_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_comment_pull_request_fn fn) : comment_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_comment_edit_pull_request_fn fn) : comment_edit_pull_request(fn) {}
  constexpr rcx_handler_fn(rcx_comment_commit_fn fn) : comment_commit(fn) {}
  constexpr rcx_handler_fn(rcx_comment_edit_commit_fn fn) : comment_edit_commit(fn) {}
  constexpr rcx_handler_fn(const rcx_named_hook* named) : hook(named) {}
#endif
} rcx_handler_fn;

/* NOLINTEND(modernize-*) */

#endif /* RCX_ABI_HANDLER_H */
