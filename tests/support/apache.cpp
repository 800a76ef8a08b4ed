#include "tests/support/apache.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "tests/support/port.hpp"

namespace rcx::test {
namespace {

constexpr const char* kModules = "/usr/lib/apache2/modules";

std::string load(const char* name) {
  return std::string("LoadModule ") + name + "_module " + kModules + "/mod_" + name + ".so\n";
}

// What serves CGI programs.
std::string cgi(const std::map<std::string, fs::path>& scripts,
                const std::map<std::string, std::string>& variables) {
  std::string text = load("alias") + load("env") + load("cgi");
  for (const auto& [name, value] : variables) text += "SetEnv " + name + " " + value + "\n";
  for (const auto& [path, program] : scripts) {
    text += "ScriptAlias " + path + " " + program.string() + "/\n";
  }
  return text;
}

std::string subversion(const fs::path& root) {
  return load("dav") + load("dav_svn") + "<Location /svn/>\nDAV svn\nSVNParentPath " +
         root.string() + "\n</Location>\n";
}

std::string configuration(const fs::path& directory, std::uint16_t port, const std::string& more) {
  const std::string here = directory.string();
  std::string text = "ServerRoot " + here +
                     "\nServerName localhost\nListen 127.0.0.1:" + std::to_string(port) +
                     "\nPidFile " + here + "/pid\nDefaultRuntimeDir " + here +
                     "\nMutex file:" + here + " default\nErrorLog " + here + "/error.log\n";
  for (const char* name :
       {"mpm_prefork", "authz_core", "authn_core", "authn_file", "auth_basic", "authz_user"}) {
    text += load(name);
  }
  text += "StartServers 2\nMaxRequestWorkers 8\n" + more;
  return text + "<Location />\nAuthType Basic\nAuthName test\nAuthUserFile " + here +
         "/users\nRequire valid-user\n</Location>\n";
}

}  // namespace

Apache::Apache(const TempDir& temp, const std::map<std::string, fs::path>& scripts,
               const std::map<std::string, std::string>& variables)
    : Apache(temp, cgi(scripts, variables), free_port()) {}

Apache::Apache(const TempDir& temp, const fs::path& root)
    : Apache(temp, subversion(root), free_port()) {}

Apache::Apache(const TempDir& temp, const std::string& more, std::uint16_t port)
    : directory_(temp.path() / "apache"), port_(port) {
  const bool root = ::geteuid() == 0;
  ::chmod(temp.path().c_str(), 0755);
  // The password's SHA-1.
  write_file(directory_ / "users", "ada:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
  write_file(directory_ / "conf", configuration(directory_, port_, more));
  if (root) give_away(directory_, kNobody);
  server_.emplace(Command{
      {"apache2", "-f", (directory_ / "conf").string(), "-DFOREGROUND"}, directory_, {}, {}, root});
  if (!eventually([&] { return listens(port_) || server_->ended(); }) || server_->ended()) {
    throw std::runtime_error("apache2 does not listen; run cmake/install-deps.sh --test\n" +
                             server_->err() + log());
  }
}

std::string Apache::url(const std::string& path) const {
  return "http://ada:secret@127.0.0.1:" + std::to_string(port_) + path;
}

std::string Apache::ask(const std::string& method, const std::string& path, const std::string& head,
                        const std::string& body) const {
  const int fd = connected_to(port_);
  // `ada:secret` in base64.
  const std::string request = method + " " + path +
                              " HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic "
                              "YWRhOnNlY3JldA==\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n" + head + "\r\n" + body;
  std::string answer;
  if (fd < 0 || ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) !=
                    static_cast<ssize_t>(request.size())) {
    ::close(fd);
    throw std::system_error(errno, std::generic_category(), "a request");
  }
  std::string chunk(65536, '\0');
  ssize_t got = 0;
  while ((got = ::recv(fd, chunk.data(), chunk.size(), 0)) > 0) {
    answer.append(chunk, 0, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return answer;
}

std::string Apache::log() const {
  const fs::path file = directory_ / "error.log";
  return fs::exists(file) ? read_file(file) : std::string();
}

}  // namespace rcx::test
