// Whether files are still those that were read.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace rcx::host::git {

// What a file or directory looked like. Unequal stamps mean that it changed.
struct Stamp {
  std::int64_t time_ns = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  bool there = false;

  static Stamp of(const std::string& path);
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

// Those of all files and directories that something was read from. One thread.
class Stamps {
 public:
  // Nothing is read yet.
  Stamps();
  // Before it is read: what changes meanwhile is seen the next time.
  void note(const std::string& path) { all_[path] = Stamp::of(path); }
  // The same files, as they are now.
  Stamps again() const;
  // Whether all of them surely are as they were. False for those that were written right before
  // they were noted: the clock of a file system stands still for a while, so what comes next may
  // bear the same time.
  bool unchanged() const;

 private:
  std::map<std::string, Stamp> all_;
  std::int64_t began_ns_;  // by the wall clock
};

}  // namespace rcx::host::git
