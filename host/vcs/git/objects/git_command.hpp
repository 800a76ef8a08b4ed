// Running git itself, for what this library cannot answer or git answers best.
#pragma once

#include <string>
#include <vector>

#include "host/core/core.hpp"
#include "host/core/process.hpp"

namespace rcx::host::git {

// What git holds back of a push until it is accepted.
struct Held {
  std::string objects = {};  // the directory of its objects; empty: in the repository already
  std::string shallow = {};  // the file that says where history ends; empty: the repository's own
};

// What git is asked.
struct GitQuestion {
  std::string path;  // of the git directory
  std::vector<std::string> arguments;
  std::string input = {};                   // for its standard input
  Held held = {};                           // what it reads as well
  std::vector<std::string> variables = {};  // `NAME=value`, further ones
};

// How it is started: with nobody's configuration but the repository's, no replaced objects, no
// grafts, no variables of whoever runs this process.
Launch git_launch(const GitQuestion& question);

// All that a program says.
struct ProgramAnswer {
  std::string output;
  std::string complaint;  // on standard error; 64 KiB at most
  int status = 0;         // 0 where it succeeded
  std::string end;        // the same in words
};
// Starts it, gives it `input` and waits. kLimit when the output is longer than `most` bytes,
// kUnavailable where there is no such program; errors call it `name`.
Result<ProgramAnswer> converse(Launch launch, const std::string& input, const std::string& name,
                               std::size_t most);

// The output. An exit status other than 0 is an Error with the first line that git wrote about it;
// kLimit when the output is longer than `most` bytes, kUnavailable where there is no git.
Result<std::string> run_git(const GitQuestion& question, std::size_t most = std::size_t{1} << 30U);

// Of a command that answers by its exit status: 0 is yes, 1 is no; else as run_git.
Result<bool> git_answers_yes(const GitQuestion& question);

}  // namespace rcx::host::git
