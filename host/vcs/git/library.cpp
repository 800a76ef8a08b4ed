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

Result<git_oid> parse_id(const std::string& id) {
  git_oid oid{};
  if (id.size() != GIT_OID_HEXSZ || git_oid_fromstr(&oid, id.c_str()) != 0) {
    return Error{Code::kUnavailable, "wanted an object id of " + std::to_string(GIT_OID_HEXSZ) +
                                         " hexadecimal digits (SHA-1), got '" + printable(id) +
                                         "'"};
  }
  return oid;
}

std::string id_text(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '\0');
  git_oid_fmt(text.data(), &id);
  return text;
}

Result<Handle<git_repository>> open_repository(const std::string& path) {
  git_repository* opened = nullptr;
  if (git_repository_open_ext(&opened, path.c_str(),
                              GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT,
                              nullptr) != 0) {
    return last_error("cannot open the repository " + printable(path));
  }
  return Handle<git_repository>(opened);
}

Result<Handle<git_commit>> peel_to_commit(git_repository* repository, const git_oid& id) {
  git_object* raw = nullptr;
  if (git_object_lookup(&raw, repository, &id, GIT_OBJECT_ANY) != 0) {
    return last_error("cannot read object " + id_text(id));
  }
  const Handle<git_object> object(raw);
  git_object* peeled = nullptr;
  const int status = git_object_peel(&peeled, raw, GIT_OBJECT_COMMIT);
  if (status == GIT_EPEEL || status == GIT_EINVALIDSPEC) return Handle<git_commit>();
  if (status != 0) return last_error("cannot read what " + id_text(id) + " points at");
  return Handle<git_commit>(reinterpret_cast<git_commit*>(peeled));
}

}  // namespace rcx::host::git
