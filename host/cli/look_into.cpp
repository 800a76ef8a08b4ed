#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/cli/info.hpp"
#include "host/trial/trial.hpp"

namespace rcx::host::cli {
namespace {

// Errors of what looks into a file begin with a verb.
Error said_of(const fs::path& file, const Error& error) {
  return {error.code, printable(file.string()) + ": " + printable(error.message)};
}

// What is looked into is copied first, and so must have an end.
Result<void> check_kind(const fs::path& file) {
  boost::system::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  if (failed) {
    return said_of(file, system_error("wanted an extension, X.so; cannot find it", failed.value()));
  }
  if (fs::is_directory(real) && !fs::is_regular_file(real / (real.filename().string() + ".so"))) {
    return said_of(file, {Code::kInvalid, "is a directory that holds no " +
                                              real.filename().string() + ".so; name a file"});
  }
  if (!fs::is_directory(real) && !fs::is_regular_file(real)) {
    return said_of(file, {Code::kInvalid, "is no regular file"});
  }
  return {};
}

// What constructors print is none of ours, and need not be safe for a terminal.
class Silence {
 public:
  Silence() : error_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) {
    const Fd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (error_ && nowhere) ::dup2(nowhere.get(), STDERR_FILENO);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  Silence(Silence&&) = delete;
  Silence& operator=(Silence&&) = delete;
  ~Silence() {
    if (error_) ::dup2(error_.get(), STDERR_FILENO);
  }

 private:
  Fd error_;
};

}  // namespace

Result<Info> look_into(const fs::path& file, std::chrono::nanoseconds patience) {
  if (Result<void> fits = check_kind(file); !fits) return fits.error();
  const Silence silence;
  const Result<Subject> subject = Subject::open(file);
  if (!subject) return subject.error();
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  const fs::path& library = subject->staged().library;
  const fs::path& real = subject->candidate().real;
  struct stat copied {};
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0 || ::stat(library.c_str(), &copied) != 0) {
    return said_of(file, system_error("cannot be inspected", errno));
  }
  Info info;
  info.file = real;
  info.size = static_cast<std::uint64_t>(copied.st_size);
  info.mode = status.st_mode & 07777U;
  info.owner = status.st_uid;
  info.hash = subject->staged().hash;
  info.refused = subject->candidate().refused;
  // To load it runs its constructors as whoever asks: not those of a file that others can change.
  if (info.refused.empty()) {
    Result<Descriptor> described = describe(*programs / "rcxd", library, patience);
    if (!described) return said_of(file, described.error());
    info.descriptor = std::move(*described);
    if (fs::is_regular_file(real) && file.extension() != ".so") {
      info.refused = "hosts look for names that end in .so; name it " + info.descriptor->id + ".so";
    }
  }
  Result<Contents> contents = inspect(*programs / "rcxd", library, patience);
  if (!contents) return said_of(file, contents.error());
  info.contents = std::move(*contents);
  return info;
}

}  // namespace rcx::host::cli
