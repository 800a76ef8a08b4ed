// Objects of a repository through a git that runs beside this process: for what libgit2 cannot
// open, such as repositories that name objects by SHA-256.
#pragma once

#include "host/core/process.hpp"
#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// One `git cat-file --batch-command` (git 2.36 or later), started by the first question and again
// when it has died. One thread.
class ProcessObjects : public Objects {
 public:
  // `path` is the git directory.
  explicit ProcessObjects(std::string path) : path_(std::move(path)) {}
  ~ProcessObjects() override;
  ProcessObjects(const ProcessObjects&) = delete;
  ProcessObjects& operator=(const ProcessObjects&) = delete;
  ProcessObjects(ProcessObjects&&) = delete;
  ProcessObjects& operator=(ProcessObjects&&) = delete;

  Result<bool> contains(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;

 private:
  Result<void> start();
  void stop();
  // Sends one command, and reads the line that answers it.
  Result<ObjectHeader> ask(const char* command, const ObjectId& id);
  Result<std::string> line();
  Result<void> bytes(std::string& into, std::size_t count);
  // More of what git says into `buffer_`.
  Result<void> more();

  std::string path_;
  std::optional<Process> child_;
  Fd to_;
  Fd from_;
  std::string buffer_;
  std::size_t next_ = 0;  // in `buffer_`
};

}  // namespace rcx::host::git
