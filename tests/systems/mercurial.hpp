// A Mercurial repository on the server, and clones that push to it. All with the real hg.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/instance.hpp"

namespace rcx::test {

using Words = std::vector<std::string>;

// Whether this machine has hg.
bool has_mercurial();

// A directory in which hg is run, without any configuration of a user.
class HgPlace {
 public:
  explicit HgPlace(fs::path path) : path_(std::move(path)) {}
  const fs::path& path() const noexcept { return path_; }
  Command command(const Words& arguments) const;
  Outcome run(const Words& arguments) const { return rcx::test::run(command(arguments)); }
  // Throws when that fails. Without the final newline.
  std::string hg(const Words& arguments) const;
  std::string id(const std::string& revision = ".") const;
  // `{node}` and such of all changesets, hidden ones included, a line each.
  std::vector<std::string> log(const std::string& what = "{node}") const;
  void set_variable(const std::string& name, const std::string& value) { variables_[name] = value; }

 private:
  fs::path path_;
  std::map<std::string, std::string> variables_;
};

// Below the root of an instance, with the hooks of the instance.
class HgRepository : public HgPlace {
 public:
  HgRepository(const Instance& instance, const std::string& name);
};

class HgClone : public HgPlace {
 public:
  // Of what `source` names: a path or a URL.
  HgClone(const TempDir& temp, const std::string& name, std::string source);
  // Commits all that is in the work tree, after writing `files`. Returns the id.
  std::string commit(const std::string& message, const std::map<std::string, std::string>& files);
  Outcome push(const Words& arguments = {}) const;
  Running start_push(const Words& arguments = {}) const;

 private:
  int commits_ = 0;
};

// What the server said: the lines of hg's standard error without `remote: ` and `abort: `.
std::vector<std::string> said(const Outcome& pushed);

// `hg serve` on loopback for one repository, until its end.
class HgServer {
 public:
  HgServer(const HgPlace& repository, const std::map<std::string, std::string>& variables = {});
  const std::string& url() const noexcept { return url_; }

 private:
  Running server_;
  std::string url_;
};

}  // namespace rcx::test
