#include "input.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace run_hooks {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::string id_or_zeros(std::string_view id, std::size_t length) {
  return id.empty() ? std::string(length, '0') : std::string(id);
}

}  // namespace

Ids ids_of(const rcx::RefUpdate& ref) {
  constexpr std::size_t kSha1 = 40;
  const std::size_t known = std::max(ref.old_id().size(), ref.new_id().size());
  const std::size_t length = known == 0 ? kSha1 : known;
  return {id_or_zeros(ref.old_id(), length), id_or_zeros(ref.new_id(), length)};
}

std::string lines_of(const rcx::Refs& refs) {
  std::string lines;
  for (const rcx::RefUpdate& ref : refs) {
    const Ids ids = ids_of(ref);
    lines += ids.before + " " + ids.after + " " + std::string(ref.name()) + "\n";
  }
  return lines;
}

Descriptor sealed_file(std::string_view bytes) {
  Descriptor file(::memfd_create("hook-input", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) fail("cannot make a file in memory");
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("cannot write a file in memory");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (::lseek(file.get(), 0, SEEK_SET) != 0 || ::fcntl(file.get(), F_ADD_SEALS, kSeals) != 0) {
    fail("cannot seal a file in memory");
  }
  return file;
}

Descriptor no_input() {
  Descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!file) fail("cannot open /dev/null");
  return file;
}

}  // namespace run_hooks
