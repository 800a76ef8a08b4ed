// One repository on the server and one clone, whatever the system: what the behaviour tests push
// with.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/instance.hpp"

namespace rcx::test {

class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  Backend(Backend&&) = delete;
  Backend& operator=(Backend&&) = delete;
  virtual ~Backend() = default;

  // The repository `a` below the root of the instance, installed, and a clone of it.
  virtual void open(const Instance& instance, const TempDir& temp) = 0;
  // As push_log and events name the system.
  virtual std::string vcs() const = 0;
  // The reference that commits are pushed to.
  virtual std::string ref() const = 0;
  virtual std::string commit(const std::string& message,
                             const std::map<std::string, std::string>& files) = 0;
  // Undoes the last commit of the clone, and lets it go.
  virtual void drop() = 0;
  virtual Outcome push() = 0;
  // Ids of what the server's repository has.
  virtual std::vector<std::string> stored() const = 0;
  // What the person who pushed reads.
  virtual std::vector<std::string> said(const Outcome& pushed) const = 0;
};

// `git`, `hg`, `svn`. Null where this machine has no such program.
std::unique_ptr<Backend> make_backend(const std::string& vcs);

}  // namespace rcx::test
