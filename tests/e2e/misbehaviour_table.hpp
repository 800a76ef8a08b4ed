// What extensions do that they must not, and what comes of it: the table that misbehaviour_test.cpp
// goes through, and the one that it writes.
#pragma once

#include <string>
#include <vector>

#include "tests/support/command.hpp"

namespace rcx::test {

enum class Effect {
  kHarmless,   // the push is judged as if nothing had happened
  kFails,      // the extension counts as failed in this push
  kNotLoaded,  // it never serves, and counts as failed in every push
};

struct Misbehaviour {
  std::string name;  // as people say it
  std::string extension;
  Effect effect = Effect::kFails;
  // A pattern: what the pusher reads (kHarmless: all of it), and of a failure, why.
  std::string told = {};
  std::string log = {};                   // a pattern of a line that the host's log gets
  std::vector<std::string> options = {};  // one push for each, with this option
  std::string deadline = {};              // of the extension; empty: the default
  std::string settings = {};
  std::string limits = {};
  bool again = false;      // it does not leave alone the pushes that ask it to
  bool at_end = false;     // it misbehaves when the host is stopped
  bool recycles = false;   // the worker is replaced, which is not a death
  bool real_heap = false;  // it needs the C library's own, which sanitizers replace
};

// In the order of the table that is written.
const std::vector<Misbehaviour>& misbehaviours();

struct Row {
  std::string policy;
  std::string verdict;
  std::string read;
  bool healthy_ran = false;
  std::string next;
};

// Writes the row number `number` of misbehaviours.md in the build folder, which holds the rows of
// all runs so far.
void write_row(std::size_t number, const Row& row);

}  // namespace rcx::test
