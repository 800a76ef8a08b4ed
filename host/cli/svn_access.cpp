#include "host/cli/svn_access.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace rcx::host::cli {
namespace {

// What authz calls a repository: its path below the root of svnserve. `=` and brackets mean
// something there.
bool can_be_written(const std::string& name) {
  return name.find_first_of("[]=:#\n") == std::string::npos;
}

}  // namespace

Result<std::vector<std::string>> svn_words(const Config& config, Accounts& accounts,
                                           const Actor& actor) {
  const Result<std::vector<Node>> nodes = accounts.nodes(NodeKind::kRepository);
  if (!nodes) return nodes.error();
  Permissions permissions(accounts);
  std::string rules = "[/]\n* =\n";
  for (const Node& node : *nodes) {
    if (node.vcs != "svn" || !can_be_written(node.name)) continue;
    const Result<Level> level = permissions.level(actor, node);
    if (!level) return level.error();
    const char* may = *level >= Level::kWrite ? "rw" : *level >= Level::kRead ? "r" : "";
    rules += fmt::format("[{}:/]\n{} = {}\n", node.name, actor.name(), may);
  }
  const fs::path directory = config.state / "svn";
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot make " + directory.string(), errno);
  }
  const fs::path authz = directory / (actor.name() + ".authz");
  const fs::path conf = directory / (actor.name() + ".conf");
  Result<void> written = write_file(authz, rules, 0600);
  if (written) {
    written = write_file(
        conf,
        "[general]\nanon-access = none\nauth-access = write\nauthz-db = " + authz.string() + "\n",
        0600);
  }
  if (!written) return written.error();
  return std::vector<std::string>{"svnserve",
                                  "-t",
                                  "-r",
                                  config.roots.front().string(),
                                  "--config-file",
                                  conf.string(),
                                  "--tunnel-user",
                                  actor.name()};
}

}  // namespace rcx::host::cli
