// A directory that lives as long as one test.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rcx::test {

namespace fs = std::filesystem;

// Directly below /tmp and with a short name: the paths of sockets are bounded. Move-only; the
// destructor removes everything below it.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  TempDir(TempDir&&) = delete;
  TempDir& operator=(TempDir&&) = delete;
  ~TempDir();

  const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

// The whole file; throws where it cannot be read.
std::string read_file(const fs::path& path);

// Replaces the file, with mode 0644 (or `mode`); makes the directories above it.
void write_file(const fs::path& path, std::string_view bytes, unsigned mode = 0644);

// Gives the path and everything below it to the user `uid` and the group of the same number.
void give_away(const fs::path& path, unsigned uid);

}  // namespace rcx::test
