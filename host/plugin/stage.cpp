#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <ctime>

#include "host/plugin/plugin.hpp"

namespace rcx::host {
namespace {

// Copies one file and feeds the bytes that were copied into `hash`.
Result<void> copy_file(const fs::path& from, const fs::path& to, crypto_hash_sha256_state& hash) {
  const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!in) return system_error("cannot read " + from.string(), errno);
  const Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500));
  if (!out) return system_error("cannot write " + to.string(), errno);
  std::string chunk(std::size_t{256} * 1024, '\0');
  while (true) {
    const ssize_t got = ::read(in.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read " + from.string(), errno);
    if (got == 0) return {};
    const std::string_view bytes(chunk.data(), static_cast<std::size_t>(got));
    crypto_hash_sha256_update(&hash, reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size());
    if (Result<void> put = write_all(out.get(), bytes, to.string()); !put) return put;
  }
}

// Copies a directory in order of name, so that the hash does not depend on the file system.
Result<void> copy_directory(const fs::path& from, const fs::path& to,
                            crypto_hash_sha256_state& hash) {
  std::vector<fs::path> entries;
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    entries.push_back(entry.path());
  }
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    const std::string name = entry.filename().string();
    crypto_hash_sha256_update(&hash, reinterpret_cast<const unsigned char*>(name.c_str()),
                              name.size() + 1);
    const fs::path target = to / name;
    Result<void> copied{};
    if (fs::is_directory(fs::symlink_status(entry))) {
      fs::create_directory(target);
      copied = copy_directory(entry, target, hash);
    } else {
      copied = copy_file(entry, target, hash);
    }
    if (!copied) return copied;
  }
  return {};
}

// So that a name never stands for less than it says, also after the machine went down.
Result<void> sync_all(const fs::path& directory) {
  std::vector<fs::path> all = {directory};
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    all.push_back(entry.path());
  }
  for (const fs::path& path : all) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return system_error("cannot sync " + path.string(), errno);
  }
  return {};
}

std::string hexadecimal(crypto_hash_sha256_state& state) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state, digest.data());
  std::string text(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

}  // namespace

Result<Staged> stage(const Candidate& candidate, const fs::path& directory) {
  const fs::path fresh = directory / fs::unique_path("new-%%%%%%%%%%%%");
  crypto_hash_sha256_state hash{};
  crypto_hash_sha256_init(&hash);
  const std::string library = candidate.key + ".so";
  try {
    fs::create_directories(fresh);
    const bool whole = fs::is_directory(candidate.real);
    Result<void> copied = whole ? copy_directory(candidate.real, fresh, hash)
                                : copy_file(candidate.real, fresh / library, hash);
    Staged staged;
    staged.hash = hexadecimal(hash);
    const fs::path place = directory / (candidate.key + "-" + staged.hash);
    if (copied && !fs::exists(place)) copied = sync_all(fresh);
    if (copied && !fs::exists(place)) {
      boost::system::error_code failed;
      fs::rename(fresh, place, failed);  // a rival who was faster put the same bytes there
      if (failed && !fs::exists(place)) {
        copied = system_error("cannot make " + place.string(), failed.value());
      }
    }
    boost::system::error_code ignored;
    fs::remove_all(fresh, ignored);
    if (!copied) return copied.error();
    if (const std::string weak = weakness_of_all(fs::canonical(place), ::geteuid());
        !weak.empty()) {
      return Error{Code::kDenied, "its copy may not be what it was made from: " + weak +
                                      "  or remove it:  rm -r " + place.string()};
    }
    staged.library = place / library;
    return staged;
  } catch (const fs::filesystem_error& failed) {
    boost::system::error_code ignored;
    fs::remove_all(fresh, ignored);
    return system_error("cannot stage " + candidate.path.string(), failed.code().value());
  }
}

void sweep_staged(const fs::path& directory, const std::vector<fs::path>& used) {
  // Others may have just made one that they are about to load: a host for one call, and rcx.
  constexpr std::time_t kOldSeconds = 3600;
  boost::system::error_code failed;
  std::vector<fs::path> old;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    boost::system::error_code unknown;
    const std::time_t made = fs::last_write_time(entry->path(), unknown);
    const bool in_use = std::any_of(used.begin(), used.end(), [&](const fs::path& library) {
      return library.parent_path() == entry->path();
    });
    if (!unknown && !in_use && std::time(nullptr) - made > kOldSeconds)
      old.push_back(entry->path());
  }
  for (const fs::path& path : old) fs::remove_all(path, failed);
}

}  // namespace rcx::host
