#include "host/vcs/git/objects/inflate.hpp"

#include <algorithm>
#include <limits>
#include <new>

namespace rcx::host::git {

Inflate::Inflate() : fast_(libdeflate_alloc_decompressor()) {
  if (!fast_) throw std::bad_alloc();
}

Inflate::~Inflate() {
  if (started_) inflateEnd(&stream_);
}

bool Inflate::whole(std::string_view bytes, std::size_t size, std::string& out) {
  out.resize(size);
  return whole(bytes, size, out.data());
}

bool Inflate::whole(std::string_view bytes, std::size_t size, char* out) noexcept {
  std::size_t used = 0;
  std::size_t made = 0;
  return libdeflate_zlib_decompress_ex(fast_.get(), bytes.data(), bytes.size(), out, size, &used,
                                       &made) == LIBDEFLATE_SUCCESS &&
         made == size;
}

bool Inflate::up_to(std::string_view bytes, std::size_t most, std::string& out) {
  out.resize(most);
  std::size_t used = 0;
  std::size_t made = 0;
  if (libdeflate_zlib_decompress_ex(fast_.get(), bytes.data(), bytes.size(), out.data(), most,
                                    &used, &made) != LIBDEFLATE_SUCCESS) {
    return false;
  }
  out.resize(made);
  return true;
}

std::optional<std::string> Inflate::head(std::string_view bytes, std::size_t most) {
  std::string out(most, '\0');
  if (!started_ && inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  started_ = true;
  inflateReset(&stream_);
  // zlib does not write to its input.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_.avail_in =
      static_cast<uInt>(std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
  stream_.next_out = reinterpret_cast<Bytef*>(out.data());
  stream_.avail_out = static_cast<uInt>(most);
  const int status = inflate(&stream_, Z_SYNC_FLUSH);
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return std::nullopt;
  out.resize(most - stream_.avail_out);
  return out;
}

}  // namespace rcx::host::git
