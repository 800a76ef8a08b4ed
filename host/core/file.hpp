// Whole files.
#pragma once

#include <sys/types.h>

#include <boost/filesystem/path.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "host/core/result.hpp"

namespace rcx::host {

namespace fs = boost::filesystem;

// The bytes of the file at `path`; an Error when it is larger than `limit`.
Result<std::string> read_file(const fs::path& path, std::size_t limit);

// Replaces `path` as a whole: readers see the old file or the new one, also after a crash.
Result<void> write_file(const fs::path& path, std::string_view bytes, mode_t mode);

// Writes all of `bytes` to `fd`, or says why not.
Result<void> write_all(int fd, std::string_view bytes, const std::string& name);

// The directory of the program that runs, where its companions stand as well.
Result<fs::path> program_directory();

}  // namespace rcx::host
