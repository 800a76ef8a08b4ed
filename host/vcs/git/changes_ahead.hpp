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
};

// Who asks goes from the first commit on, and a thread of this from the last one back, until they
// meet or it holds a good deal that nobody has asked for yet. It only reads what lies in packs, and
// tells no errors: what it does not have is to be read the usual way. One thread, but for that.
class ChangesAhead {
 public:
  enum class What : std::uint8_t { kNothing, kPaths, kLines };
  struct Wanted {
    std::vector<ObjectId> commits;
    What what = What::kPaths;           // and perhaps lines of each
    std::uint64_t largest_content = 0;  // of those that are compared for it
  };
  // Null where objects can only be read by the thread of the event. What `graph` was made of must
  // outlive this.
  static std::unique_ptr<ChangesAhead> of(const CommitGraph& graph, Wanted wanted);
  ChangesAhead(const ChangesAhead&) = delete;
  ChangesAhead& operator=(const ChangesAhead&) = delete;
  ChangesAhead(ChangesAhead&&) = delete;
  ChangesAhead& operator=(ChangesAhead&&) = delete;
  ~ChangesAhead() = default;

  // What commit number `index` of those wanted changed, where it is here: once. Nobody begins to
  // read it after that.
  std::optional<CommitChanges> take(std::size_t index);

 private:
  enum class State : std::uint8_t { kWaiting, kTaken, kDone };

  ChangesAhead(std::unique_ptr<Objects> pushed, std::unique_ptr<Objects> own,
               const CommitGraph& graph, Wanted wanted);
  void start();
  // Reads one commit; false where no more are to be read.
  bool read(std::size_t index, const HelperThread::Stopped& stopped);
  // None where it cannot be read here, or is not wanted any more.
  std::optional<CommitChanges> changes_of(const ObjectId& commit,
                                          const HelperThread::Stopped& stopped);
  // Adds the lines of one; returns how many bytes they have.
  std::size_t read_lines(const ObjectId& commit, const Change& change,
                         const HelperThread::Stopped& stopped, CommitChanges& into);

  Wanted wanted_;
  std::vector<std::atomic<State>> states_;
  std::vector<CommitChanges> found_;

  // Of the other thread.
  std::unique_ptr<Objects> pushed_;
  std::unique_ptr<Objects> own_;
  EventObjects objects_;
  CommitGraph graph_;
  FileContents contents_;
  std::size_t room_;

  HelperThread helper_;
};

}  // namespace rcx::host::git
