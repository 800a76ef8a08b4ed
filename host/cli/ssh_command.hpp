// What somebody who comes over ssh wants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host::cli {

struct SshCommand {
  std::string vcs;      // git, hg or svn
  std::string service;  // git-receive-pack, git-upload-pack, git-upload-archive; empty for others
  std::string repository;  // its name; empty for svn, whose client says it later
  bool writes = false;     // it pushes. Of hg and svn nobody knows before they do
};

// Reads SSH_ORIGINAL_COMMAND. kInvalid for anything but the commands of git, hg and svn: nothing is
// run by a shell.
Result<SshCommand> read_ssh_command(std::string_view command);

// Words as a shell would have them, quoted or not; kInvalid where a shell would do more than split.
Result<std::vector<std::string>> shell_words(std::string_view text);

// `text` in quotes, so that a shell takes it as one word.
std::string shell_quoted(std::string_view text);

}  // namespace rcx::host::cli
