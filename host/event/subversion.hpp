// What only Subversion knows of a commit and of its other events: rcx.subversion/1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// See rcx_svn_path.
struct SvnPath {
  std::uint32_t kind = 0;
  std::uint32_t flags = 0;
  std::string path;
  std::string copied_from;
  std::uint64_t copied_revision = 0;
};

// See rcx_svn_property.
struct SvnProperty {
  std::string name;
  std::optional<std::string> before;
  std::optional<std::string> after;
};

// See rcx_svn_lock.
struct SvnLock {
  bool forced = false;
  std::string comment;
  std::string holder;
};

// Reads when it is asked, and keeps what it read: references stay valid as long as this. One
// thread.
class SvnFacts {
 public:
  SvnFacts() = default;
  SvnFacts(const SvnFacts&) = delete;
  SvnFacts& operator=(const SvnFacts&) = delete;
  SvnFacts(SvnFacts&&) = delete;
  SvnFacts& operator=(SvnFacts&&) = delete;
  virtual ~SvnFacts() = default;

  // Of the one commit, in order of path.
  virtual Result<const std::vector<SvnPath>*> paths() = 0;
  // Of path number `path`, which `paths` has; in order of name.
  virtual Result<const std::vector<SvnProperty>*> properties(std::size_t path) = 0;
  // kUnsupported where the event is about no property of a revision, and about no locks.
  virtual Result<const SvnProperty*> revision_property() = 0;
  // `ref`: of a reference that the event has.
  virtual Result<const SvnLock*> lock(std::size_t ref) = 0;
};

}  // namespace rcx::host
