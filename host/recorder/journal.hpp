// Where workers leave their records: one write to a file, before the verdict is told.
#pragma once

#include <sys/types.h>

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "host/recorder/journal_files.hpp"

namespace rcx::host {

// The appending end of the journal. Any thread.
//
// What has been appended survives this process; after a loss of power the last seconds may be
// missing. An extension may have closed the descriptor or put another file in its place: that is
// noticed, and the journal opened again.
class Journal {
 public:
  // Told each descriptor when it is opened, and -1 when it is no longer this journal's; so that
  // children of extensions do not keep it.
  using Opened = std::function<void(int fd)>;

  // `full`: from that size on the next file is begun.
  Journal(fs::path directory, RecordLimits limits, Opened opened = {},
          std::uint64_t full = kFullBytes);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  Journal(Journal&&) = delete;
  Journal& operator=(Journal&&) = delete;
  ~Journal() = default;

  // Opens it now, so that what is wrong is known early. `append` does so when needed.
  Result<void> open();

  // Appends one record (record_line), which holds no newline. After an Error the record is lost.
  Result<void> append(std::string_view line);

 private:
  static constexpr std::uint64_t kFullBytes = std::uint64_t{4} * 1024 * 1024;

  Result<void> open_file();
  // One try; false where the file went meanwhile.
  Result<bool> open_named(const std::string& name, bool fresh);
  // Whether the descriptor still leads to the file, and that has a name. Else lets go of it.
  bool intact();
  void let_go(bool close);

  fs::path directory_;
  RecordLimits limits_;
  Opened opened_;
  std::uint64_t full_;
  std::mutex mutex_;
  Fd fd_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::uint64_t bytes_ = 0;  // of the file, when last looked at
};

}  // namespace rcx::host
