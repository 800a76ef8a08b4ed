#include "host/vcs/git/objects/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

namespace rcx::host::git {

Result<MappedFile> MappedFile::open(const fs::path& path) {
  // Where it is a pipe, nobody is waited for.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT) {
    return Error{Code::kNotFound, "there is no file " + printable(path.string())};
  }
  struct stat found {};
  if (!fd || ::fstat(fd.get(), &found) != 0) {
    return system_error("cannot open " + printable(path.string()), errno);
  }
  if (!S_ISREG(found.st_mode)) {
    return Error{Code::kInvalid, "wanted a file, got something else: " + printable(path.string())};
  }
  const auto size = static_cast<std::size_t>(found.st_size);
  if (size == 0) return MappedFile();
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (at == MAP_FAILED) return system_error("cannot map " + printable(path.string()), errno);
  return MappedFile(std::string_view(static_cast<const char*>(at), size));
}

MappedFile::~MappedFile() {
  if (bytes_.data() != nullptr) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace rcx::host::git
