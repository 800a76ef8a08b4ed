// What hooks print, line by line and bounded.
#ifndef RCX_PLUGINS_RUN_HOOKS_OUTPUT_HPP
#define RCX_PLUGINS_RUN_HOOKS_OUTPUT_HPP

#include <rcx/plugin.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace run_hooks {

struct OutputLimits {
  std::uint64_t lines = 80;
  std::uint64_t bytes = 65536;
};

// Hands lines on to the person who waits, or to the log, as soon as they are whole. Of all hooks of
// one event together, so many lines and bytes; what comes after is read and dropped,
// and a last line says so (not where 0 lines are allowed). Used by one
// thread.
class Output {
 public:
  Output(const rcx::Event& event, OutputLimits limits)
      : event_(event), left_(limits), cut_(limits.lines == 0) {}

  // A hook begins, and its lines are counted as its.
  void begin(std::string_view hook);
  void add(std::string_view bytes);
  // The last line may lack its end.
  void end();

  // Of the hook that ran last: its last line that is not blank.
  const std::string& last_line() const { return last_line_; }

 private:
  void take_line();
  void say(const std::string& line);

  rcx::Event event_;
  OutputLimits left_;
  std::string hook_;
  std::string line_;
  std::string last_line_;
  bool cut_;
};

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_OUTPUT_HPP
