// The file of lines that several worker processes append to.
#ifndef RCX_PLUGINS_PUSH_LOG_LOG_FILE_HPP
#define RCX_PLUGINS_PUSH_LOG_LOG_FILE_HPP

#include <string>
#include <string_view>
#include <utility>

namespace push_log {

// Opens its file anew for each line, so that logrotate may move it away at any time. Immutable; any
// number of threads and processes may append at once.
class LogFile {
 public:
  // `path` must be absolute. With `sync`, a line has reached the disk when append returns.
  LogFile(std::string path, bool sync) : path_(std::move(path)), sync_(sync) {}

  // Appends `line`, which ends with a newline, whole or not at all. Creates the file with mode 0640
  // where it is missing. Throws std::runtime_error, which says what failed and for which file.
  void append(std::string_view line) const;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool sync_;
};

}  // namespace push_log

#endif  // RCX_PLUGINS_PUSH_LOG_LOG_FILE_HPP
