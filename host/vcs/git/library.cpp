#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>

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
  return {};
}

void trust_objects() {
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
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

Result<Handle<git_repository>> open_repository(const std::string& path,
                                               const std::string& quarantine) {
  git_repository* opened = nullptr;
  if (git_repository_open_ext(&opened, path.c_str(),
                              GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT,
                              nullptr) != 0) {
    Error error = last_error("cannot open the repository " + printable(path));
    if (error.message.find("extensions.objectformat") == std::string::npos) return error;
    return Error{Code::kInvalid,
                 "the repository " + printable(path) +
                     " names its objects by sha256, which this release cannot read"};
  }
  Handle<git_repository> repository(opened);
  if (quarantine.empty()) return repository;

  boost::system::error_code failed;
  const fs::path store =
      fs::canonical(fs::path(git_repository_commondir(opened)) / "objects", failed);
  const fs::path extra = fs::canonical(quarantine, failed);
  if (failed || extra.parent_path() != store) {
    return Error{Code::kDenied, "wanted a quarantine directory of " + printable(path) + ", got " +
                                    printable(quarantine)};
  }
  // libgit2 takes a directory that it cannot read for an empty one. git gives a quarantine mode
  // 0700.
  if (::access(extra.c_str(), R_OK | X_OK) != 0) {
    Error error = system_error(
        "the host cannot read what was pushed, in " + printable(extra.string()), errno);
    error.message += "; run rcxd as the user who runs git here";
    return error;
  }
  git_odb* raw = nullptr;
  if (git_repository_odb(&raw, opened) != 0) return last_error("cannot read objects of " + path);
  const Handle<git_odb> objects(raw);
  if (git_odb_add_disk_alternate(raw, extra.c_str()) != 0) {
    return last_error("cannot read the quarantined objects in " + printable(quarantine));
  }
  return repository;
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
