#include "host/supervisor/instance.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>

#include "host/event/wire.h"

namespace rcx::host {
namespace {

constexpr int kBacklog = 4096;

long long milliseconds(std::chrono::nanoseconds length) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
}

}  // namespace

Result<void> prepare_directories(const Config& config) {
  try {
    for (const fs::path& path :
         {config.state, config.state / "staged", config.state / "data", config.state / "pushes"}) {
      if (fs::create_directories(path)) fs::permissions(path, fs::owner_all);
    }
    if (fs::create_directories(config.run)) {
      fs::permissions(config.run, fs::owner_all | fs::group_read | fs::group_exe | fs::others_read |
                                      fs::others_exe);
    }
  } catch (const fs::filesystem_error& failed) {
    return system_error("cannot make " + failed.path1().string(), failed.code().value());
  }
  if (!fs::is_directory(config.rcextensions)) {
    return Error{Code::kNotFound, "the directory of extensions " + config.rcextensions.string() +
                                      " is not there; make it, or mend  rcextensions:  in " +
                                      config.file.string()};
  }
  return {};
}

Result<Fd> listen_at(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{Code::kInvalid,
                 fmt::format("the path of the socket {} has {} bytes, the system allows {}; set a "
                             "shorter  run:  in rcx.yaml, such as /run/rcx",
                             path.string(), path.size(), sizeof address.sun_path - 1)};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_error("cannot make a socket", errno);
  ::unlink(path.c_str());
  // Everybody may connect; the worker asks the kernel who it is (host/access).
  if (::bind(fd.get(), static_cast<const sockaddr*>(static_cast<const void*>(&address)),
             sizeof address) != 0 ||
      ::chmod(path.c_str(), 0666) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return system_error("cannot listen at " + path.string(), errno);
  }
  return fd;
}

Result<void> write_client_files(const Config& config, const fs::path& program) {
  const std::string text = fmt::format(
      "version={}\nsocket_directory={}\nwhen_unreachable={}\ntimeout_ms={}\n"
      "connect_timeout_ms={}\n",
      RCX_WIRE_VERSION, config.run.string(),
      config.client.when_unreachable == Unreachable::kAllow ? "allow" : "refuse",
      milliseconds(config.client.timeout), milliseconds(config.client.connect_timeout));
  Result<void> written = write_file(config.directory() / RCX_WIRE_CLIENT_CONF, text, 0644);
  if (!written) return written;
  const fs::path link = config.directory() / "rcxd";
  const fs::path fresh = config.directory() / fs::unique_path("rcxd-%%%%%%%%");
  boost::system::error_code failed;
  fs::create_symlink(program, fresh, failed);
  if (!failed) fs::rename(fresh, link, failed);
  if (failed) return system_error("cannot make the link " + link.string(), failed.value());
  return {};
}

}  // namespace rcx::host
