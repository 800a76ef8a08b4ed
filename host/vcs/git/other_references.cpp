#include "host/vcs/git/other_references.hpp"

#include <boost/filesystem/directory.hpp>
#include <map>
#include <set>

#include "host/vcs/git/objects/git_command.hpp"
#include "host/vcs/git/objects/object_id.hpp"

namespace rcx::host::git {
namespace {

// Nothing where it names a branch, or cannot be read.
std::string detached(const fs::path& head) {
  constexpr std::size_t kLongest = 4096;
  const Result<std::string> text = read_file(head, kLongest);
  const auto id = text ? ObjectId::parse(text->substr(0, text->find('\n'))) : std::nullopt;
  return id ? "^" + id->text() + "\n" : std::string();
}

}  // namespace

Result<std::string> other_references(const std::string& path, const std::vector<RefUpdate>& refs) {
  const Result<std::string> listed =
      run_git({path, {"for-each-ref", "--format=%(objectname) %(refname) %(symref)"}});
  if (!listed) return listed.error();
  // What a symbolic reference stands for is listed as well. A push to one moves that.
  std::map<std::string_view, std::string_view> symbolic;
  const std::vector<std::string_view> lines = split(*listed, '\n');
  for (const std::string_view line : lines) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() == 3 && !words[2].empty()) symbolic[words[1]] = words[2];
  }
  std::set<std::string_view> moved;
  for (const RefUpdate& ref : refs) {
    std::string_view name = ref.name;
    while (moved.insert(name).second && symbolic.contains(name)) name = symbolic[name];
  }
  std::string input;
  for (const std::string_view line : lines) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() != 3 || !words[2].empty() || moved.contains(words[1])) continue;
    input += "^" + std::string(words[0]) + "\n";
  }
  input += detached(path + "/HEAD");
  boost::system::error_code failed;
  for (fs::directory_iterator tree(path + "/worktrees", failed);
       !failed && tree != fs::directory_iterator(); tree.increment(failed)) {
    input += detached(tree->path() / "HEAD");
  }
  return input;
}

}  // namespace rcx::host::git
