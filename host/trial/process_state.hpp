// What an extension could change of the process that it shares with others.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace rcx::host {

struct ProcessState {
  std::string directory;
  unsigned mask = 0;                  // umask
  std::string locale;                 // of all categories
  std::vector<std::string> handlers;  // of each signal: an address, or default, or ignored
  std::string blocked;                // signals that this thread blocks
  std::map<std::string, std::string> environment;
  std::set<int> descriptors;
  std::set<int> threads;

  static ProcessState now();
};

// One line for each thing that an extension changed and did not put back, with what to do instead.
// Descriptors and threads only with `ended`: before it was destroyed they may be in use.
std::vector<std::string> differences(const ProcessState& before, const ProcessState& after,
                                     bool ended);

}  // namespace rcx::host
