// The files of a running instance: its directories, sockets, and what hook clients read.
#pragma once

#include <string>
#include <vector>

#include "host/config/config.hpp"

namespace rcx::host {

// In run/: sockets of workers that have one extension alone.
inline constexpr const char* kApartDirectory = "apart";

// Makes state/ and run/ where they are missing, and refuses those of somebody else; the other
// directories must be there.
Result<void> prepare_directories(const Config& config);
// The same without run/.
Result<void> prepare_state(const Config& config);

// Whether only root and `service` can change what decides about pushes: rcx.yaml, rcextensions/,
// state/, run/, and the directories above them, after links were followed. A directory that others
// can write is sound where it is sticky. A group that can write is others, whoever is in it now.
// state/ and run/ must be `service`'s own. An Error says what to type.
Result<void> check_places(const Config& config, uid_t service);

// Whose files extensions may be, besides root's: this process's user, and where each push may have
// a host of its own, so that this user is whoever pushes, the owner of rcx.yaml.
uid_t extensions_user(const Config& config);

// `refuse`, `allow` or `run-once`.
const char* unreachable_name(Unreachable what);
// The names of those who may use the sockets of a host that runs as this user: root, itself, and
// whom the configuration names.
std::vector<std::string> admitted_names(const IdentityConfig& identity);

// A listening, non-blocking socket at `path`; what stood there before is replaced.
Result<Fd> listen_at(const fs::path& path);

// Writes client.conf, and the link to the host's program that runs now, where they say something
// else.
Result<void> write_client_files(const Config& config, const fs::path& program);
// The same, unless a host runs that wrote them.
Result<void> renew_client_files(const Config& config, const fs::path& program);
// The same before root becomes somebody else, where nobody else can write in the directory of the
// instance: later its host could not.
Result<void> write_client_files_as_root(const Config& config, const fs::path& program);

}  // namespace rcx::host
