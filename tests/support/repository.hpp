// Repositories on the server, and the clones that push to them. All with the real git.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/instance.hpp"

namespace rcx::test {

using Words = std::vector<std::string>;

// A bare repository below the root of an instance, with the hooks of the instance.
class Repository {
 public:
  // `format`: what objects are named by.
  Repository(const Instance& instance, const std::string& name, bool as_nobody = false,
             const std::string& format = "sha1");

  const fs::path& path() const noexcept { return path_; }
  fs::path hook(const std::string& name) const { return path_ / "hooks" / name; }
  // What objects are named by.
  const std::string& format() const noexcept { return format_; }
  // Runs git in it; throws when that fails. Without the final newline.
  std::string git(const Words& arguments) const;
  // What `name` points at; empty when it does not exist.
  std::string id(const std::string& name) const;

 private:
  fs::path path_;
  bool as_nobody_;
  std::string format_;
};

// A work tree whose `origin` is a repository, and that names objects as that does.
class Clone {
 public:
  Clone(const TempDir& temp, const std::string& name, const Repository& origin,
        bool as_nobody = false);

  const fs::path& path() const noexcept { return path_; }
  Command command(const Words& arguments) const;
  std::string git(const Words& arguments, const std::string& input = {}) const;
  std::string id(const std::string& name = "HEAD") const;
  // Commits all that is in the work tree, after writing `files`. Returns the id. Each commit is a
  // second younger than the one before.
  std::string commit(const std::string& message,
                     const std::map<std::string, std::string>& files = {});
  // `git push origin ARGUMENTS`.
  Outcome push(const Words& arguments) const;
  Running start_push(const Words& arguments) const;
  // Set for every command from here on.
  void set_variable(const std::string& name, const std::string& value) { variables_[name] = value; }

 private:
  fs::path path_;
  bool as_nobody_;
  int commits_ = 0;
  std::map<std::string, std::string> variables_;
};

}  // namespace rcx::test
