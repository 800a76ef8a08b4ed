#include "host/vcs/git/git.hpp"

namespace rcx::host::git {

Result<void> start() {
  if (git_libgit2_init() < 0) return last_error("cannot initialise libgit2");
  git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  for (const int level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                          GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
  }
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, std::size_t{256});
  git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, ssize_t{32} * 1024 * 1024);
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  return {};
}

Error last_error(const std::string& what) {
  const git_error* error = git_error_last();
  return {Code::kUnavailable, what + ": " + (error != nullptr ? error->message : "unknown error")};
}

namespace {

// core.repositoryformatversion; 0 where it says none.
std::int32_t format_of(const std::string& path) {
  git_config* opened = nullptr;
  std::int32_t format = 0;
  if (git_config_open_ondisk(&opened, (path + "/config").c_str()) != 0) return format;
  const Handle<git_config> config(opened);
  git_config_get_int32(&format, config.get(), "core.repositoryformatversion");
  return format;
}

}  // namespace

// With extensions, libgit2 1.5 looks for those that it knows by a regular expression, and leaks
// 20 KB for each line of the configuration that is none: of every repository that names its objects
// by SHA-256, each time it is opened. git itself reads those.
Result<Handle<git_repository>> open_repository(const std::string& path) {
  if (const std::int32_t format = format_of(path); format > 0) {
    return Error{Code::kUnavailable, "cannot open the repository " + printable(path) +
                                         ": its format is " + std::to_string(format) +
                                         ", and libgit2 is trusted with 0 alone"};
  }
  git_repository* opened = nullptr;
  if (git_repository_open_ext(&opened, path.c_str(),
                              GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT,
                              nullptr) != 0) {
    return last_error("cannot open the repository " + printable(path));
  }
  return Handle<git_repository>(opened);
}

}  // namespace rcx::host::git
