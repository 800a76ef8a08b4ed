// Which thread of which worker is inside which extension: shared memory that outlives a worker, so
// that whoever takes over can name the culprit.
//
// A worker owns one block, each of its threads one slot of it. Only that thread writes the slot;
// the supervisor watches deadlines, and a worker that takes an event over reads the slots of the
// dead one.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

enum class Activity : std::uint32_t {
  kIdle,     // waits for a call
  kHost,     // works on an event in code of the host
  kCreate,   // in an extension's create
  kHandler,  // in an extension's handler
  kService,  // in a function of the host, called by an extension
  kTurn,     // waits until the extension's other call has ended
  kDestroy,  // in an extension's destroy
  kApart,    // waits for an extension that runs in a process of its own
};

// Why a thread took its process down, where that is known. Values below 1000 are signal numbers.
inline constexpr std::uint32_t kFaultExit = 1000;     // called exit()
inline constexpr std::uint32_t kFaultOverrun = 1001;  // ended by the supervisor, over its deadline
inline constexpr std::uint32_t kFaultDescriptors = 1002;  // closed descriptors of the host
inline constexpr std::uint32_t kFaultExhausted = 1003;    // left none to be opened

// 64 threads that hooks wait for, 32 that deliver, and the one that calls create.
inline constexpr std::size_t kSlotsPerBlock = 97;
inline constexpr std::size_t kBlocks = 1024;  // used in turn: a dead worker's stays readable

// One thread. Lock-free atomics, because the other side may be another process.
struct Slot {
  std::atomic<Activity> activity;
  std::atomic<std::uint32_t> fault;
  std::atomic<std::int64_t> deadline_ns;  // of the monotonic clock; 0: none
  std::array<std::atomic<std::uint64_t>, 2> event;
  std::array<std::atomic<std::uint64_t>, 8> extension;  // its id, up to 63 bytes and NUL

  // Owner of the slot.
  void enter(Activity what, std::string_view extension_id, std::int64_t deadline) noexcept;
  // The same for the host's own work, in a few cycles.
  void enter_host(std::int64_t deadline) noexcept;
  void set_event(const Uuid& id, std::int64_t deadline) noexcept;
  void leave() noexcept;

  // Anybody.
  bool is_on(const Uuid& id) const noexcept;
  Uuid event_id() const noexcept;
  std::string extension_id() const;
};

struct Block {
  std::atomic<std::int32_t> pid;
  // A fault as in Slot, of a thread that is not the host's: who started it is not known.
  std::atomic<std::uint32_t> stray;
  // 1: of a worker with one extension alone, whose events another worker answers for.
  std::atomic<std::uint32_t> apart;
  std::array<Slot, kSlotsPerBlock> slots;
};

// What became of one earlier attempt at an event.
struct Blame {
  std::string extension;    // empty when nobody can be blamed, or somebody else's event was it
  bool in_create = false;   // while the worker was started
  bool in_service = false;  // the host died while it served this extension: not its fault
  // It, or who was at another event, is known to have done it. A signal strikes where memory is
  // used, and what shares the process may have spoilt that before.
  bool certain = false;
  std::string how;  // `crashed (signal 11, Segmentation fault)`
};

// The same as the reason why an extension failed.
std::string failure_text(const Blame& blame);

// The mapping. Move-only.
class Scoreboard {
 public:
  static Result<Scoreboard> create();
  static Result<Scoreboard> attach(Fd fd);

  Scoreboard(Scoreboard&& other) noexcept;
  Scoreboard& operator=(Scoreboard&&) = delete;
  Scoreboard(const Scoreboard&) = delete;
  Scoreboard& operator=(const Scoreboard&) = delete;
  ~Scoreboard();

  int fd() const noexcept { return fd_.get(); }
  Block& block(std::size_t index) noexcept { return blocks_[index % kBlocks]; }
  // Empties a block for a new worker.
  void clear(std::size_t index) noexcept;

  // Who took down the workers that died while they were on event `id`. Waits up to a second for a
  // worker that is just dying.
  std::vector<Blame> blame(const Uuid& id) const;
  // Who took down the worker that had this block, whatever it was doing.
  std::vector<Blame> blame_block(std::size_t index) const;
  // What became of event `id` in worker `pid`, which had one extension alone and is dead or just
  // dying. Empty `how`: it was not this event's call.
  Blame blame_apart(pid_t pid, const Uuid& id) const;

 private:
  Scoreboard(Fd fd, Block* blocks) noexcept : fd_(std::move(fd)), blocks_(blocks) {}
  Fd fd_;
  Block* blocks_;
};

}  // namespace rcx::host
