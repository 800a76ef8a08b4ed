// What later commits of a large push changed, read by a second thread before somebody asks.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "host/vcs/git/changed_paths.hpp"
#include "host/vcs/git/file_contents.hpp"
#include "host/vcs/git/objects/helper_thread.hpp"

namespace rcx::host::git {

// What one commit changed.
struct CommitChanges {
  std::vector<Change> changes;
  std::size_t steps = 0;  // that it took to find them, as a PathBudget counts
  // What each of these added; none where it could not be read, no element where it was not wanted.
  std::vector<std::optional<AddedLines>> lines;
  // The same of the part of each that is not as it was.
  std::vector<std::optional<ChangedPart>> parts;
};

// Who asks goes from the first commit on, and a thread of this from the last one back, until they
// meet or it holds a good deal that nobody has asked for yet. Where parts are wanted, it goes on
// from who asks then, with half of the files: versions of one are made of each other, so two
// threads should not read the same. It only reads what lies in packs, and tells no errors: what it
// does not have is to be read the usual way. One thread, but for that.
class ChangesAhead {
 public:
  enum class What : std::uint8_t { kNothing, kPaths, kLines };
  struct Wanted {
    std::vector<ObjectId> commits;
    What what = What::kPaths;           // and perhaps lines of each
    std::uint64_t largest_content = 0;  // of those that are compared for it
    bool parts = false;                 // as well, from the beginning
  };
  // Null where objects can only be read by the thread of the event. What `graph` was made of must
  // outlive this.
  static std::unique_ptr<ChangesAhead> of(const CommitGraph& graph, Wanted wanted);
  ChangesAhead(const ChangesAhead&) = delete;
  ChangesAhead& operator=(const ChangesAhead&) = delete;
  ChangesAhead(ChangesAhead&&) = delete;
  ChangesAhead& operator=(ChangesAhead&&) = delete;
  ~ChangesAhead() = default;

  // Has parts read as well, where that is not too late.
  void want_parts() noexcept { wants_parts_ = true; }
  // What commit number `index` of those wanted changed, where it is here: once. Waits where it is
  // just being read; nobody begins to after this.
  std::optional<CommitChanges> take(std::size_t index);

 private:
  enum class State : std::uint8_t { kWaiting, kReading, kTaken, kDone };

  ChangesAhead(std::unique_ptr<Objects> pushed, std::unique_ptr<Objects> own,
               const CommitGraph& graph, Wanted wanted);
  void start();
  // What the other thread does: changes of all commits, from the last one back; false where there
  // was no room for them.
  bool read_back(const HelperThread::Stopped& stopped);
  // Then parts, ahead of who asks.
  void read_parts(const HelperThread::Stopped& stopped);
  // Does `work`, which returns its end, with commit number `index` while nobody takes it, where it
  // is as `before` says.
  template <class Work>
  void hold(std::size_t index, State before, Work work);
  // None where it cannot be read here, or is not wanted any more.
  std::optional<CommitChanges> changes_of(const ObjectId& commit,
                                          const HelperThread::Stopped& stopped);
  // The part of one; none where it is not to be read here, or cannot be.
  std::optional<ChangedPart> part_of(const Change& change);
  // Adds the lines of one; returns how many bytes they have.
  std::size_t read_lines(const ObjectId& commit, const Change& change,
                         const HelperThread::Stopped& stopped, CommitChanges& into);

  Wanted wanted_;
  std::vector<std::atomic<State>> states_;
  std::vector<CommitChanges> found_;
  std::atomic<bool> wants_parts_;
  std::atomic<std::size_t> asked_{0};  // behind the last one that was taken

  // Of the other thread.
  std::unique_ptr<Objects> pushed_;
  std::unique_ptr<Objects> own_;
  EventObjects objects_;
  CommitGraph graph_;
  FileContents contents_;
  std::atomic<std::size_t> room_;

  HelperThread helper_;
};

}  // namespace rcx::host::git
