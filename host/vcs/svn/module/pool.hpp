// Memory of APR, and errors of libsvn as exceptions. Used by rcx-svn.so alone.
#pragma once

#include <svn_error.h>
#include <svn_pools.h>

#include <array>
#include <string>

#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

class Pool {
 public:
  explicit Pool(apr_pool_t* parent = nullptr) : pool_(svn_pool_create(parent)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  Pool(Pool&&) = delete;
  Pool& operator=(Pool&&) = delete;
  ~Pool() { svn_pool_destroy(pool_); }
  operator apr_pool_t*() const noexcept { return pool_; }
  void clear() { svn_pool_clear(pool_); }

 private:
  apr_pool_t* pool_;
};

inline void check(svn_error_t* error) {
  if (error == SVN_NO_ERROR) return;
  std::array<char, 512> buffer{};
  const std::string text = svn_err_best_message(error, buffer.data(), buffer.size());
  const apr_status_t code = error->apr_err;
  svn_error_clear(error);
  const bool missing = code == SVN_ERR_FS_NOT_FOUND || code == SVN_ERR_FS_NO_SUCH_REVISION ||
                       code == SVN_ERR_FS_NO_SUCH_TRANSACTION;
  throw Failure(text, missing);
}

}  // namespace rcx::host::svn
