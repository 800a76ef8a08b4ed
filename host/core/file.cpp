#include "host/core/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/core/fd.hpp"

namespace rcx::host {

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return system_error("cannot read " + path.string(), errno);
  std::string bytes;
  std::string chunk(std::size_t{64} * 1024, '\0');
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read " + path.string(), errno);
    if (got == 0) return bytes;
    bytes.append(chunk, 0, static_cast<std::size_t>(got));
    if (bytes.size() > limit) {
      return Error{Code::kInvalid, path.string() + ": wanted at most " + std::to_string(limit) +
                                       " bytes, got more"};
    }
  }
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("cannot write " + name, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> write_file(const fs::path& path, std::string_view bytes, mode_t mode) {
  std::string name = path.string() + ".XXXXXX";
  const Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return system_error("cannot write " + path.string(), errno);
  Result<void> written = write_all(fd.get(), bytes, path.string());
  if (written && (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0 ||
                  ::rename(name.c_str(), path.c_str()) != 0)) {
    written = system_error("cannot write " + path.string(), errno);
  }
  if (!written) ::unlink(name.c_str());
  return written;
}

Result<fs::path> program_directory() {
  boost::system::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed) return system_error("cannot find this program by /proc/self/exe", failed.value());
  return program.parent_path();
}

}  // namespace rcx::host
