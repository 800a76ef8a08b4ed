// A Subversion repository on the server, and working copies of it. All with the real svn.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/instance.hpp"

namespace rcx::test {

using Words = std::vector<std::string>;

// Whether this machine has svn, and this build what reads it.
bool has_subversion();

// The repository `name` below the root of the instance, installed.
class SvnRepository {
 public:
  SvnRepository(const Instance& instance, const std::string& name);
  const fs::path& path() const noexcept { return path_; }
  std::string url() const { return "file://" + path_.string(); }
  // Throws when that fails. Without the final newline.
  std::string look(const Words& arguments) const;
  std::uint64_t youngest() const;
  // Ids of revisions from 1.
  std::vector<std::string> stored() const;
  // Transactions that nobody has ended.
  std::string transactions() const;

 private:
  fs::path path_;
};

class WorkingCopy {
 public:
  // `who`: options that log in.
  WorkingCopy(const TempDir& temp, const std::string& name, const std::string& url, Words who = {});
  const fs::path& path() const noexcept { return path_; }
  Command command(const Words& arguments) const;
  Outcome run(const Words& arguments) const { return rcx::test::run(command(arguments)); }
  // Throws when that fails.
  std::string svn(const Words& arguments) const;
  void set_variable(const std::string& name, const std::string& value) { variables_[name] = value; }
  // Writes files and has svn know them.
  void write(const std::map<std::string, std::string>& files) const;
  Outcome commit(const std::string& message, const Words& more = {}) const;
  // Back to what was checked out.
  void drop() const;

 private:
  fs::path path_;
  Words who_;
  std::map<std::string, std::string> variables_;
};

// `svnserve` on loopback for what is below `root`, until its end. `ada` may write, with the
// password `secret`.
class SvnServer {
 public:
  SvnServer(const TempDir& temp, const fs::path& root);
  std::string url(const std::string& name) const;

 private:
  std::uint16_t port_;
  std::optional<Running> server_;
};

// The lines of what svn says, of the server's hooks among them.
std::vector<std::string> said_by_svn(const Outcome& committed);

}  // namespace rcx::test
