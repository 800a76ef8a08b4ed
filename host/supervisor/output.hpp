// What a worker's extensions and their libraries print, on its way to the log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/core/core.hpp"

namespace rcx::host {

// Line by line, without control characters, and not more than a log can bear: what is beyond is
// counted. Belongs to one thread. Move-only.
class Output {
 public:
  // `pipe` is the reading end; `name` stands in each line.
  Output(Fd pipe, std::string name);

  // -1 once nobody can write any more.
  int fd() const noexcept { return pipe_.get(); }
  // Takes what is there. `extension` is who probably printed it; may be empty.
  void read(const std::string& extension);
  // Logs the line that has no end, and says how many were left out.
  void finish();

 private:
  void line(std::string_view text);
  void tell_dropped();

  Fd pipe_;
  std::string name_;
  std::string extension_;  // of what `rest_` begins with
  std::string rest_;       // of a line that has no end yet
  std::int64_t second_ = 0;
  int lines_ = 0;  // in that second
  std::uint64_t dropped_ = 0;
};

}  // namespace rcx::host
