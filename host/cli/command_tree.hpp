// The commands of rcx as data, read from the tree that parses them: what completion and manual are
// written from, so that neither can be out of date.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace rcx::host::cli {

// What stands after an option, or in the place of an argument.
enum class Wanted { kNothing, kText, kFile, kDirectory, kWord };

struct Argument {
  std::vector<std::string> names;  // `-c` and `--config`; none for what has a place
  std::string label;               // `FILE`; empty for a flag
  std::string description;
  std::string variable;  // of the environment, that counts where the option is not given
  Wanted wanted = Wanted::kNothing;
  std::vector<std::string> words;  // for kWord
  bool required = false;
};

struct Command {
  std::vector<std::string> path;  // `extensions`, `list`; empty for rcx itself
  std::string description;
  std::string footer;
  std::vector<Argument> options;    // its own
  std::vector<Argument> inherited;  // those of the commands above it, which it takes as well
  std::vector<Argument> places;     // arguments without a name, in order
  std::vector<std::pair<std::string, std::string>> subcommands;  // name and description

  std::string name() const;  // `extensions list`
};

// Each before its subcommands; hidden ones are left out.
std::vector<Command> read_commands(const CLI::App& app);

}  // namespace rcx::host::cli
