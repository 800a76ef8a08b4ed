#include "tests/systems/subversion.hpp"

#include <sstream>
#include <stdexcept>

#include "tests/support/port.hpp"

namespace rcx::test {
namespace {

// svn asks nobody and keeps nothing of who runs the tests.
const std::map<std::string, std::string> kVariables = {{"LC_ALL", "C.UTF-8"}};

std::string trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

bool has_subversion() {
  static const bool kFound = [] {
    return rcx::test::run({{"sh", "-c", "command -v svn svnadmin svnserve"}, "/"}).status == 0 &&
           fs::exists(built_programs() / "rcx-svn.so");
  }();
  return kFound;
}

SvnRepository::SvnRepository(const Instance& instance, const std::string& name)
    : path_(instance.root() / name) {
  must({{"svnadmin", "create", path_.string()}, "/", kVariables});
  const Command install = instance.rcx_command({"install", path_.string()});
  if (install.as_nobody) give_away(path_, kNobody);
  must(install);
}

std::string SvnRepository::look(const Words& arguments) const {
  Words words = {"svnlook"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.begin() + 2, path_.string());
  return trimmed(must({words, "/", kVariables}));
}

std::uint64_t SvnRepository::youngest() const {
  return std::stoull(look({"youngest"}));
}

std::vector<std::string> SvnRepository::stored() const {
  std::vector<std::string> ids;
  for (std::uint64_t i = 1; i <= youngest(); ++i) ids.push_back(std::to_string(i));
  return ids;
}

std::string SvnRepository::transactions() const {
  return trimmed(must({{"svnadmin", "lstxns", path_.string()}, "/", kVariables}));
}

WorkingCopy::WorkingCopy(const TempDir& temp, const std::string& name, const std::string& url,
                         Words who)
    : path_(temp.path() / name), who_(std::move(who)) {
  fs::create_directory(path_);
  svn({"checkout", "--quiet", url, "."});
}

Command WorkingCopy::command(const Words& arguments) const {
  Words words = {"svn", "--non-interactive", "--config-dir", path_.string() + ".config",
                 "--no-auth-cache"};
  words.insert(words.end(), who_.begin(), who_.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  Command command{words, path_, kVariables};
  for (const auto& [name, value] : variables_) command.variables[name] = value;
  return command;
}

std::string WorkingCopy::svn(const Words& arguments) const {
  return must(command(arguments));
}

void WorkingCopy::write(const std::map<std::string, std::string>& files) const {
  for (const auto& [name, text] : files) write_file(path_ / name, text);
  svn({"add", "--quiet", "--force", "."});
}

Outcome WorkingCopy::commit(const std::string& message, const Words& more) const {
  Words words = {"commit", "--message", message};
  words.insert(words.end(), more.begin(), more.end());
  const Outcome committed = run(words);
  if (committed.status == 0) svn({"update", "--quiet"});
  return committed;
}

void WorkingCopy::drop() const {
  svn({"revert", "--quiet", "--recursive", "."});
  svn({"cleanup", "--quiet", "--remove-unversioned"});
}

SvnServer::SvnServer(const TempDir& temp, const fs::path& root) : port_(free_port()) {
  const fs::path conf = temp.path() / "svnserve.conf";
  write_file(conf, "[general]\nanon-access = read\nauth-access = write\npassword-db = users\n");
  write_file(temp.path() / "users", "[users]\nada = secret\n");
  server_.emplace(Command{
      {"svnserve", "--daemon", "--foreground", "--listen-host", "127.0.0.1", "--listen-port",
       std::to_string(port_), "--root", root.string(), "--config-file", conf.string()},
      "/",
      kVariables});
  if (!eventually([&] { return listens(port_) || server_->ended(); }) || server_->ended()) {
    throw std::runtime_error("svnserve does not listen: " + server_->err());
  }
}

std::string SvnServer::url(const std::string& name) const {
  return "svn://127.0.0.1:" + std::to_string(port_) + "/" + name;
}

std::vector<std::string> said_by_svn(const Outcome& committed) {
  std::vector<std::string> lines;
  std::istringstream in(committed.err);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace rcx::test
