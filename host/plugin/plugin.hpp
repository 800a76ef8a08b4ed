// From files in rcextensions/ to loaded libraries. The front of host/plugin.
//
//     scan -> stage -> describe (in a process of its own) -> plan -> load (in workers)
//
// The supervisor makes the plan and never loads; workers load what the plan accepts.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/plugin/descriptor.hpp"

namespace rcx::host {

// What stands in rcextensions/ under one name.
struct Candidate {
  std::string key;      // the file's stem, or the directory's name
  fs::path path;        // X.so, or X/ which holds X.so
  fs::path real;        // the same after realpath: what was checked, and is copied
  std::string refused;  // why it is no candidate after all, with the cure; empty when it is one
};

// Lists the candidates in order of name. Owner and mode of each and of all parents are checked:
// owned by root or `service`, writable by nobody else. Hidden files and other names are left out.
Result<std::vector<Candidate>> scan(const fs::path& rcextensions, uid_t service);

// Empty when only root and `service` can change `path`, which no symbolic link leads to; else why
// not, and the cure.
std::string weakness_with_parents(const fs::path& path, uid_t service);
// The same with everything below `path`.
std::string weakness_of_all(const fs::path& path, uid_t service);

// The file X.so, or the directory X/ that holds X.so, with the same checks.
Candidate candidate_at(const fs::path& path, uid_t service);

// Where a copy of a candidate stands, from which it is loaded; named after its content, so that
// overwriting the original touches no process.
struct Staged {
  std::string hash;  // SHA-256 of the library, or of all files of the directory; hexadecimal
  fs::path library;
};

// Copies `candidate` below `directory`, hashing the copy. One that is there already is used where
// only root and the user of this process could have made it.
Result<Staged> stage(const Candidate& candidate, const fs::path& directory);

// Removes copies below `directory` that are none of `used` and were made more than an hour ago, and
// what a process left behind that was killed while it copied.
void sweep_staged(const fs::path& directory, const std::vector<fs::path>& used);

// Loads `library` in a process of its own (`program` in the role describe) and reads its
// descriptor. A crash, a deadline that passes and everything else that goes wrong is an Error that
// says so.
Result<Descriptor> describe(const fs::path& program, const fs::path& library,
                            std::chrono::nanoseconds deadline);

// The role: writes the descriptor of `library` as JSON to `out`. Returns the exit status.
int run_describe(const fs::path& library, int out);

}  // namespace rcx::host
