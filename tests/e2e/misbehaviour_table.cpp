#include "tests/e2e/misbehaviour_table.hpp"

#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <cstdio>

namespace rcx::test {
namespace {

std::vector<std::string> signals(const std::vector<int>& numbers) {
  std::vector<std::string> all;
  for (const int number : numbers) all.push_back("signal=" + std::to_string(number));
  return all;
}

constexpr const char* kRecycled = "the worker leaves, and another takes its place: ";
constexpr const char* kLate = "did not end within its deadline";
constexpr const char* kPutBack = "; it is put back";

std::string put_back(const std::string& extension, const std::string& what) {
  return "extensions? .*" + extension + ".* changed " + what + ".*" + kPutBack;
}

std::vector<Misbehaviour> loading() {
  return {
      {.name = "throws in a static constructor",
       .extension = "load_throws",
       .effect = Effect::kNotLoaded,
       .told = "it is not loaded: "},
      {.name = "crashes in a static constructor",
       .extension = "load_crashes",
       .effect = Effect::kNotLoaded,
       .told = "it is not loaded: "},
      {.name = "hangs in a static constructor",
       .extension = "load_hangs",
       .effect = Effect::kNotLoaded,
       .told = "it is not loaded: "},
      {.name = "create fails",
       .extension = "creator",
       .effect = Effect::kNotLoaded,
       .told = "it is not loaded: create failed: no table of tickets",
       .settings = "{how: throw}"},
      {.name = "create hangs",
       .extension = "creator",
       .effect = Effect::kNotLoaded,
       .told = "it is not loaded: create did not end within its deadline",
       .settings = "{how: hang}"},
      {.name = "create crashes",
       .extension = "creator",
       .effect = Effect::kNotLoaded,
       .told = R"(it is not loaded: create crashed \(signal 11)",
       .settings = "{how: crash}"},
      {.name = "create calls exit(0)",
       .extension = "creator",
       .effect = Effect::kNotLoaded,
       .told = R"(it is not loaded: create called exit\(\))",
       .settings = "{how: exit}"},
  };
}

std::vector<Misbehaviour> ending() {
  return {
      {.name = "reads where null points",
       .extension = "bad_null",
       .told = R"(crashed \(signal 11)"},
      {.name = "abort()", .extension = "bad_aborts", .told = R"(crashed \(signal 6)"},
      {.name = "exit(0)", .extension = "bad_exits", .told = R"(called exit\(\))"},
      {.name = "_exit(1)", .extension = "bad_exits_at_once", .told = "ended its process"},
      {.name = "runs out of stack", .extension = "bad_overflows", .told = R"(crashed \(signal 11)"},
      {.name = "throws through the C interface",
       .extension = "raw_throw",
       .told = "it threw an exception through the C interface",
       .again = true},
      {.name = "loops for ever", .extension = "bad_loops", .told = kLate, .deadline = "200ms"},
      {.name = "sleeps for ever, and ignores SIGTERM",
       .extension = "bad_sleeps",
       .told = kLate,
       .deadline = "200ms"},
      {.name = "corrupts its own data, and crashes once in a later call",
       .extension = "bad_corrupts",
       .effect = Effect::kHarmless,
       .told = R"(|.* crashed \(signal 11.*\) in the extension bad_corrupts; starting again .*)",
       .log = "nothing of that came back",
       .options = {"first", "second"}},
      {.name = "corrupts the heap, and others crash",
       .extension = "bad_corrupts_all",
       .told = R"(crashed \(signal (6|11).*outside of its calls)",
       .real_heap = true},
      {.name = "raises signals of faults",
       .extension = "bad_raises",
       .told = R"(crashed \(signal [0-9]+, [A-Z])",
       .options = signals({SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS})},
      {.name = "raises signals that end a process",
       .extension = "bad_raises",
       .told = R"(crashed \(signal [0-9]+, [A-Z])",
       .options = signals({SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGSTKFLT, SIGXCPU})},
      {.name = "raises the others that end a process",
       .extension = "bad_raises",
       .told = R"(crashed \(signal [0-9]+, [A-Z])",
       .options = signals({SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO, SIGPWR})},
      {.name = "raises SIGKILL, and a real-time signal",
       .extension = "bad_raises",
       .told = "ended its process",
       .options = signals({SIGKILL, SIGRTMIN, SIGRTMAX})},
      {.name = "raises SIGSTOP",
       .extension = "bad_raises",
       .told = kLate,
       .options = signals({SIGSTOP}),
       .deadline = "200ms"},
      {.name = "raises signals that end nothing",
       .extension = "bad_raises",
       .effect = Effect::kHarmless,
       .options = signals({SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN,
                           SIGTTOU, SIGURG, SIGWINCH})},
  };
}

std::vector<Misbehaviour> taking() {
  return {
      {.name = "allocates without end",
       .extension = "bad_allocates",
       .told = "std::bad_alloc|crashed|ended its process",
       .limits = "{memory: 192MiB, recycle_memory: 0}"},
      {.name = "keeps much memory",
       .extension = "bad_hoards",
       .effect = Effect::kHarmless,
       .log = kRecycled + std::string(R"(it holds 1[0-9]+ MiB of memory .*bad_hoards)"),
       .limits = "{recycle_memory: 64MiB}",
       .recycles = true},
      {.name = "leaks descriptors",
       .extension = "bad_leaks_descriptors",
       .effect = Effect::kHarmless,
       .log = kRecycled + std::string("it holds .*descriptors.*bad_leaks_descriptors"),
       .limits = "{descriptors: 128}",
       .recycles = true},
      {.name = "takes every descriptor that is left",
       .extension = "bad_takes_descriptors",
       .told = "left no descriptor to the host",
       .limits = "{descriptors: 128}"},
      {.name = "closes every descriptor, and opens others",
       .extension = "bad_closes",
       .told = "closed descriptors of the host"},
      {.name = "forks a child that lives on",
       .extension = "bad_forks",
       .effect = Effect::kHarmless},
      {.name = "starts a thread that crashes later",
       .extension = "bad_crashes_later",
       .effect = Effect::kHarmless},
  };
}

std::vector<Misbehaviour> talking() {
  return {
      {.name = "writes to standard output", .extension = "bad_prints", .effect = Effect::kHarmless},
      {.name = "says megabytes",
       .extension = "bad_says_megabytes",
       .effect = Effect::kHarmless,
       .told = "x{300}… / (one more line( / )?){99}"},
      {.name = "says escape sequences",
       .extension = "bad_says_escapes",
       .effect = Effect::kHarmless,
       .told = R"(a\[2Jb\]0;titlec31mde)"},
      {.name = "says what is no UTF-8",
       .extension = "bad_says_bytes",
       .effect = Effect::kHarmless,
       .told = R"(\\xff\\xfe caf\\xe9 \\xed\\xa0\\x80 \\xc0\\xaf \\xf5)"},
      {.name = "asks the host after the handler",
       .extension = "bad_calls_late",
       .effect = Effect::kHarmless},
      {.name = "asks the host from another thread",
       .extension = "bad_calls_from_thread",
       .effect = Effect::kHarmless},
  };
}

std::vector<Misbehaviour> changing() {
  std::vector<Misbehaviour> all;
  const std::vector<std::vector<std::string>> changes = {
      {"the working directory", "directory"},
      {"the umask", "umask"},
      {"the locale", "locale"},
      {"the handlers of signals", "handlers"},
  };
  for (const auto& change : changes) {
    const std::string id = "bad_changes_" + change[1];
    all.push_back(
        {.name = "changes " + change[0],
         .extension = id,
         .effect = Effect::kHarmless,
         .log = put_back(id, change[1] == "handlers" ? "the handler of signal" : change[0])});
  }
  all.push_back({.name = "blocks signals",
                 .extension = "bad_blocks_signals",
                 .effect = Effect::kHarmless,
                 .log = put_back("bad_blocks_signals", "the blocked signals")});
  all.push_back({.name = "is overwritten while loaded, by itself",
                 .extension = "bad_overwrites_itself",
                 .effect = Effect::kHarmless,
                 .log = "reload failed, the old set serves on: bad_overwrites_itself.so"});
  all.push_back({.name = "crashes in destroy",
                 .extension = "bad_destroy_crashes",
                 .effect = Effect::kHarmless,
                 .at_end = true});
  all.push_back({.name = "hangs in destroy",
                 .extension = "bad_destroy_hangs",
                 .effect = Effect::kHarmless,
                 .at_end = true});
  return all;
}

std::vector<Misbehaviour> all_of_them() {
  std::vector<Misbehaviour> all;
  for (const auto& part : {loading(), ending(), taking(), talking(), changing()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

// Text in a cell.
std::string cell(const std::string& text) {
  constexpr std::size_t kLongest = 400;
  std::string out;
  for (const char c : text.substr(0, kLongest)) {
    // Half a character would end the table for some readers.
    if (static_cast<unsigned char>(c) >= 0x80) continue;
    if (c == '|' || c == '\\') out += '\\';
    out += c;
  }
  return text.size() > kLongest ? out + " ..." : out;
}

}  // namespace

const std::vector<Misbehaviour>& misbehaviours() {
  static const std::vector<Misbehaviour> kAll = all_of_them();
  return kAll;
}

void write_row(std::size_t number, const Row& row) {
  const fs::path rows = fs::path(RCX_TEST_BUILD) / "misbehaviours";
  char place[16];
  std::snprintf(place, sizeof place, "%03zu", number);  // NOLINT: to sort by
  write_file(rows / (std::string(place) + "-" + row.policy),
             "| " + misbehaviours().at(number).name + " | " + row.policy + " | " + row.verdict +
                 " | " + cell(row.read) + " | " + (row.healthy_ran ? "yes" : "no") + " | " +
                 row.next + " |\n");
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(rows)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::string table =
      "| misbehaviour | fail | verdict | what the pusher reads | the healthy one ran | next push "
      "|\n"
      "|---|---|---|---|---|---|\n";
  for (const fs::path& file : files) table += read_file(file);
  const fs::path fresh =
      fs::path(RCX_TEST_BUILD) / ("misbehaviours.md." + std::to_string(::getpid()));
  write_file(fresh, table);
  fs::rename(fresh, fs::path(RCX_TEST_BUILD) / "misbehaviours.md");
}

}  // namespace rcx::test
