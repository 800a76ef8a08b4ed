// A file in memory.
#pragma once

#include <string_view>
#include <utility>

#include "host/core/core.hpp"

namespace rcx::host::git {

// The whole file, mapped read-only. It must not be cut short meanwhile: git replaces and deletes
// packs and packed-refs, and never writes into them. Move-only.
class MappedFile {
 public:
  // kNotFound where there is none.
  static Result<MappedFile> open(const fs::path& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::string_view bytes() const noexcept { return bytes_; }

 private:
  explicit MappedFile(std::string_view bytes) noexcept : bytes_(bytes) {}
  std::string_view bytes_;
};

}  // namespace rcx::host::git
