#include "tests/support/apache.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace rcx::test {
namespace {

constexpr const char* kModules = "/usr/lib/apache2/modules";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Nobody has it now; Apache cannot be told to take any.
std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  const int error = errno;
  ::close(fd);
  if (!bound) throw std::system_error(error, std::generic_category(), "a port");
  return ntohs(address.sin_port);
}

int connected(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

std::string configuration(const fs::path& directory, std::uint16_t port,
                          const std::map<std::string, fs::path>& scripts,
                          const std::map<std::string, std::string>& variables) {
  const std::string here = directory.string();
  std::string text = "ServerRoot " + here +
                     "\nServerName localhost\nListen 127.0.0.1:" + std::to_string(port) +
                     "\nPidFile " + here + "/pid\nDefaultRuntimeDir " + here +
                     "\nMutex file:" + here + " default\nErrorLog " + here + "/error.log\n";
  for (const char* name : {"mpm_prefork", "authz_core", "authn_core", "authn_file", "auth_basic",
                           "authz_user", "alias", "env", "cgi"}) {
    text += std::string("LoadModule ") + name + "_module " + kModules + "/mod_" + name + ".so\n";
  }
  text += "StartServers 2\nMaxRequestWorkers 8\n";
  for (const auto& [name, value] : variables) text += "SetEnv " + name + " " + value + "\n";
  for (const auto& [path, program] : scripts) {
    text += "ScriptAlias " + path + " " + program.string() + "/\n";
  }
  return text + "<Location />\nAuthType Basic\nAuthName test\nAuthUserFile " + here +
         "/users\nRequire valid-user\n</Location>\n";
}

}  // namespace

Apache::Apache(const TempDir& temp, const std::map<std::string, fs::path>& scripts,
               const std::map<std::string, std::string>& variables)
    : directory_(temp.path() / "apache"), port_(free_port()) {
  const bool root = ::geteuid() == 0;
  ::chmod(temp.path().c_str(), 0755);
  // The password's SHA-1.
  write_file(directory_ / "users", "ada:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
  write_file(directory_ / "conf", configuration(directory_, port_, scripts, variables));
  if (root) give_away(directory_, kNobody);
  server_.emplace(Command{
      {"apache2", "-f", (directory_ / "conf").string(), "-DFOREGROUND"}, directory_, {}, {}, root});
  const bool listens = eventually([&] {
    const int fd = connected(port_);
    if (fd >= 0) ::close(fd);
    return fd >= 0 || server_->ended();
  });
  if (!listens || server_->ended()) {
    throw std::runtime_error("apache2 does not listen; run cmake/install-deps.sh --test\n" +
                             server_->err() + log());
  }
}

std::string Apache::url(const std::string& path) const {
  return "http://ada:secret@127.0.0.1:" + std::to_string(port_) + path;
}

std::string Apache::ask(const std::string& method, const std::string& path, const std::string& head,
                        const std::string& body) const {
  const int fd = connected(port_);
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
