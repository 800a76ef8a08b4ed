// The validator: an extension against the rules of the contract.
#pragma once

#include "host/trial/trial.hpp"

namespace rcx::host {

struct Finding {
  bool error = true;      // else a warning: it works, and somebody will regret it
  std::string text;       // what is wrong; how to mend it
  std::string where;      // on what it was seen first; may be empty
  std::size_t times = 1;  // on how many samples
};

struct Checked {
  std::optional<Descriptor> descriptor;  // none where it could not be read
  std::vector<Finding> findings;
  std::size_t calls = 0;  // of handlers
  TriedTime slowest;      // of these
  std::string slowest_on;
};

// Checks file, symbols, descriptor, create, every handler on every sample, and destroy. Runs the
// extension in processes of their own only.
Result<Checked> check_extension(const Subject& subject, const TrialConfig& config);

// The role `check`. Returns the exit status.
int run_check();

}  // namespace rcx::host
