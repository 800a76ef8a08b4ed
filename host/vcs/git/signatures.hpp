// Whether signatures of commits are right, as git says.
#pragma once

#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/vcs/git/objects/git_command.hpp"

namespace rcx::host::git {

// The letter of git's `%G?` or of GIT_PUSH_CERT_STATUS as RCX_SIGNATURE_*.
std::uint32_t signature_result(std::string_view letter) noexcept;

// One for each of `ids`, commits of the repository at `path` or of what is held back. With nobody's
// keys but those of `keys`.
Result<std::vector<Signature>> verify_signatures(const std::string& path, const Held& held,
                                                 const std::vector<std::string>& ids,
                                                 const SignaturesConfig& keys);

// The certificate of a signed push, a blob of the repository at `path`, once more with nobody's
// keys but those of `keys`, where it is signed with OpenPGP or X.509: git, which receives the push,
// takes those of its own user for good, however far they are trusted. Works in a directory that it
// makes in `scratch`. Asks GnuPG as git does, which has no command for it. kInvalid where the
// certificate does not name all of `refs`, as each of them moves: git moves those as well.
Result<void> check_certificate(const std::string& path, const Held& held,
                               const SignaturesConfig& keys, const fs::path& scratch,
                               const std::vector<RefUpdate>& refs, PushCertificate& certificate);

}  // namespace rcx::host::git
