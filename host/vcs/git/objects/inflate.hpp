// zlib streams, as git stores objects. Used by host/vcs/git/objects alone.
#pragma once

#include <libdeflate.h>
#include <zlib.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rcx::host::git {

// Decompresses with memory that it keeps. One thread.
class Inflate {
 public:
  Inflate();
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;
  Inflate(Inflate&&) = delete;
  Inflate& operator=(Inflate&&) = delete;
  ~Inflate();

  // The stream at the beginning of `bytes`, which holds exactly `size` bytes; false when it does
  // not. `bytes` may go on behind it.
  bool whole(std::string_view bytes, std::size_t size, std::string& out);
  // The same into `out`, which has room for them.
  bool whole(std::string_view bytes, std::size_t size, char* out) noexcept;
  // The stream at the beginning of `bytes`, where it holds at most `most` bytes; false when it is
  // longer, or damaged.
  bool up_to(std::string_view bytes, std::size_t most, std::string& out);
  // Its first `most` bytes, or all where it is shorter; none when it is damaged.
  std::optional<std::string> head(std::string_view bytes, std::size_t most);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* p) const noexcept { libdeflate_free_decompressor(p); }
  };
  std::unique_ptr<libdeflate_decompressor, Free> fast_;
  z_stream stream_{};
  bool started_ = false;  // stream_, which few need
};

}  // namespace rcx::host::git
