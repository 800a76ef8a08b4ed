// What libsvn reads, behind an interface: rcx-svn.so implements it and is linked with libsvn, the
// host is not. Both are built together, by one compiler; `kModuleVersion` tells strangers apart.
// Paths have no `/` at either end; the root is empty. Functions throw Failure.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rcx::host::svn {

inline constexpr std::uint32_t kModuleVersion = 2;
inline constexpr const char* kModuleFile = "rcx-svn.so";
inline constexpr const char* kModuleEntry = "rcx_svn_module";

class Failure : public std::runtime_error {
 public:
  Failure(const std::string& what, bool missing) : std::runtime_error(what), missing_(missing) {}
  // There is no such repository, revision, transaction or path.
  bool missing() const noexcept { return missing_; }

 private:
  bool missing_;
};

struct Node {
  std::uint32_t mode = 0;  // as git has it; 0: there is none
  std::string sha1;        // of a file's content
};

enum class ChangeKind { kAdded, kModified, kDeleted, kReplaced };

// As Subversion tells it: of a directory that was copied or deleted, nothing of what is below.
struct PathChange {
  std::string path;
  ChangeKind kind = ChangeKind::kModified;
  bool directory = false;
  bool content = false;     // of a file, was written
  bool properties = false;  // were written
  bool copied = false;
  std::string from;  // where it was copied
  std::uint64_t from_revision = 0;
};

struct LockInfo {
  std::string holder;
  std::string comment;
};

// A revision or a transaction. Not beyond its Repository.
class Tree {
 public:
  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  Tree(Tree&&) = delete;
  Tree& operator=(Tree&&) = delete;
  virtual ~Tree() = default;

  // Of the revision that it stands on; 0 of the first, and of revision 0.
  virtual std::uint64_t base() = 0;
  // Of the revision or transaction, `svn:log` among them.
  virtual std::map<std::string, std::string> properties() = 0;
  // In order of path.
  virtual std::vector<PathChange> changes() = 0;
  virtual Node node(const std::string& path) = 0;
  // Of a file or directory, by name; none where there is no such path.
  virtual std::map<std::string, std::string> properties_of(const std::string& path) = 0;
  // Names, and whether each is a directory; in order of name.
  virtual std::vector<std::pair<std::string, bool>> list(const std::string& directory) = 0;
  virtual std::uint64_t size(const std::string& file) = 0;
  virtual std::string content(const std::string& file) = 0;
};

// One thread.
class Repository {
 public:
  Repository() = default;
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;
  Repository(Repository&&) = delete;
  Repository& operator=(Repository&&) = delete;
  virtual ~Repository() = default;

  virtual std::uint64_t youngest() = 0;
  virtual std::unique_ptr<Tree> revision(std::uint64_t number) = 0;
  virtual std::unique_ptr<Tree> transaction(const std::string& name) = 0;
  // On `path` now; none where nobody holds it.
  virtual std::optional<LockInfo> lock(const std::string& path) = 0;
};

// Any thread.
class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  Module(Module&&) = delete;
  Module& operator=(Module&&) = delete;
  virtual ~Module() = default;

  virtual std::unique_ptr<Repository> open(const std::string& path) const = 0;
  // Seconds since 1970 of `svn:date`; 0 where that is none.
  virtual std::int64_t seconds(const std::string& date) const = 0;
};

// What the module exports: null for another version than its own.
using ModuleEntry = const Module*(std::uint32_t version);

}  // namespace rcx::host::svn
