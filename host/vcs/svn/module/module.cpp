// rcx-svn.so: repositories of Subversion, through libsvn.
#include "host/vcs/svn/module.hpp"

#include <svn_fs.h>
#include <svn_repos.h>
#include <svn_time.h>
#include <svn_utf.h>

#include "host/vcs/svn/module/pool.hpp"
#include "host/vcs/svn/module/tree.hpp"

namespace rcx::host::svn {
namespace {

class FsRepository : public Repository {
 public:
  explicit FsRepository(const std::string& path) {
    const Pool scratch;
    svn_repos_t* repository = nullptr;
    check(svn_repos_open3(&repository, path.c_str(), nullptr, pool_, scratch));
    fs_ = svn_repos_fs(repository);
  }
  std::uint64_t youngest() override {
    const Pool scratch;
    svn_revnum_t number = 0;
    check(svn_fs_youngest_rev(&number, fs_, scratch));
    return static_cast<std::uint64_t>(number);
  }
  std::unique_ptr<Tree> revision(std::uint64_t number) override {
    return open_revision(fs_, number);
  }
  std::unique_ptr<Tree> transaction(const std::string& name) override {
    return open_transaction(fs_, name);
  }
  std::optional<LockInfo> lock(const std::string& path) override {
    const Pool scratch;
    svn_lock_t* found = nullptr;
    check(svn_fs_get_lock(&found, fs_, ("/" + path).c_str(), scratch));
    if (found == nullptr) return std::nullopt;
    return LockInfo{found->owner, found->comment != nullptr ? found->comment : ""};
  }

 private:
  const Pool pool_;
  svn_fs_t* fs_ = nullptr;
};

class FsModule : public Module {
 public:
  FsModule() {
    if (apr_initialize() != APR_SUCCESS) throw Failure("APR does not start", false);
    // Lives as long as the process, as libsvn wants it.
    apr_pool_t* const pool = svn_pool_create(nullptr);
    // Names are bytes here, whatever the locale of the host.
    svn_utf_initialize2(TRUE, pool);
    check(svn_fs_initialize(pool));
  }
  std::unique_ptr<Repository> open(const std::string& path) const override {
    return std::make_unique<FsRepository>(path);
  }
  std::int64_t seconds(const std::string& date) const override {
    const Pool pool;
    apr_time_t time = 0;
    svn_error_t* const error = svn_time_from_cstring(&time, date.c_str(), pool);
    if (error == SVN_NO_ERROR) return apr_time_sec(time);
    svn_error_clear(error);
    return 0;
  }
};

}  // namespace
}  // namespace rcx::host::svn

extern "C" __attribute__((visibility("default"))) const rcx::host::svn::Module* rcx_svn_module(
    std::uint32_t version) {
  if (version != rcx::host::svn::kModuleVersion) return nullptr;
  static const rcx::host::svn::FsModule kModule;
  return &kModule;
}
