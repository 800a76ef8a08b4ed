#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "host/trial/trial.hpp"

namespace rcx::host {

Result<Subject> Subject::open(const fs::path& file) {
  Subject subject;
  boost::system::error_code failed;
  fs::path path = fs::absolute(file).lexically_normal();
  if (path.filename() == "." || path.filename().empty()) path = path.parent_path();
  if (!fs::exists(path, failed)) {
    return Error{Code::kNotFound, file.string() + " is not there; wanted an extension, X.so"};
  }
  const fs::path library = path / (path.filename().string() + ".so");
  if (!fs::is_regular_file(fs::is_directory(path, failed) ? library : path, failed)) {
    return Error{Code::kInvalid, file.string() +
                                     " is no extension; wanted a file X.so, or a "
                                     "directory X that holds X.so"};
  }
  subject.candidate_ = candidate_at(path, ::geteuid());
  if (subject.candidate_.real.empty()) return Error{Code::kInvalid, subject.candidate_.refused};
  std::string directory = (fs::temp_directory_path(failed) / "rcx-try-XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) {
    return system_error("cannot make " + directory, errno);
  }
  subject.directory_ = directory;
  Result<Staged> staged = stage(subject.candidate_, subject.directory_ / "staged");
  if (!staged) return staged.error();
  subject.staged_ = std::move(*staged);
  return subject;
}

Subject::Subject(Subject&& other) noexcept
    : interruption_(std::move(other.interruption_)),
      candidate_(std::move(other.candidate_)),
      staged_(std::move(other.staged_)),
      directory_(std::exchange(other.directory_, {})) {}

Subject::~Subject() {
  boost::system::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

}  // namespace rcx::host
