// Paths of one commit that differ only by case.
#ifndef RCX_PLUGINS_PATH_POLICY_CASE_INDEX_HPP
#define RCX_PLUGINS_PATH_POLICY_CASE_INDEX_HPP

#include <rcx/plugin.hpp>

#include <text/case_folding.hpp>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace path_policy {

// Two entries of one directory, files or directories, that are one where case is ignored.
struct Collision {
  std::string mine;    // the file, or the directory above it, that was asked for
  std::string theirs;  // the other one
  std::string place;   // the same for all that collide there
};

// The directories of one commit, each read when a path first leads through it. Lives no longer than
// the handler that received the commit.
class CaseIndex {
 public:
  CaseIndex(const rcx::Commit& commit, const text::CaseFolding& folding)
      : commit_(commit), folding_(folding) {}

  // Throws rcx::Error where the host cannot read a directory.
  std::vector<Collision> find(std::string_view path);

 private:
  using Names = std::unordered_map<std::string, std::vector<std::string_view>>;
  const Names& names_in(std::string_view directory);

  rcx::Commit commit_;
  const text::CaseFolding& folding_;
  std::unordered_map<std::string, Names> directories_;  // names, by their folded form
};

}  // namespace path_policy

#endif  // RCX_PLUGINS_PATH_POLICY_CASE_INDEX_HPP
