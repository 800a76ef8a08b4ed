#include "output.hpp"

#include <algorithm>

namespace run_hooks {
namespace {

// The host shortens lines as well; this bounds what is kept of one that never ends.
constexpr std::size_t kLongestLine = 4096;

}  // namespace

void Output::begin(std::string_view hook) {
  hook_ = hook;
  line_.clear();
  last_line_.clear();
}

void Output::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    line_ += part.substr(0, kLongestLine - std::min(kLongestLine, line_.size()));
    if (end == std::string_view::npos) return;
    take_line();
    bytes.remove_prefix(end + 1);
  }
}

void Output::end() {
  if (!line_.empty()) take_line();
}

void Output::take_line() {
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  if (line_.find_first_not_of(" \t\r") != std::string::npos) {
    last_line_ = line_;
    say(line_);
  }
  line_.clear();
}

void Output::say(const std::string& line) {
  if (cut_) return;
  cut_ = left_.lines == 0 || line.size() > left_.bytes;
  if (cut_) {
    event_.say("(" + hook_ + " prints more than run_hooks shows)");
    return;
  }
  --left_.lines;
  left_.bytes -= line.size();
  event_.say(line);
}

}  // namespace run_hooks
