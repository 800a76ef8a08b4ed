#include "host/cli/command_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/split.hpp>
#include <string_view>

namespace rcx::host::cli {
namespace {

// Labels say what is wanted: an argument called REPO takes a directory wherever it stands.
Wanted wanted_by(const std::string& label) {
  constexpr std::array<std::string_view, 2> kFiles = {"FILE", "PATH"};
  constexpr std::array<std::string_view, 3> kDirectories = {"DIR", "DIRECTORY", "REPO"};
  const auto is = [&label](std::string_view known) { return label == known; };
  if (std::any_of(kFiles.begin(), kFiles.end(), is)) return Wanted::kFile;
  if (std::any_of(kDirectories.begin(), kDirectories.end(), is)) return Wanted::kDirectory;
  return Wanted::kText;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  boost::split(parts, text, [separator](char c) { return c == separator; });
  return parts;
}

// CLI11 says of a value `TEXT:{bash,zsh}` or `TEXT:FILE`: its type, then what checks it.
void read_wanted(const CLI::Option& option, Argument& argument) {
  argument.wanted = wanted_by(argument.label);
  for (const std::string& part : split(option.get_type_name(), ':')) {
    if (part.size() > 2 && part.front() == '{') {
      argument.wanted = Wanted::kWord;
      argument.words = split(part.substr(1, part.size() - 2), ',');
    } else if (argument.wanted == Wanted::kText) {
      argument.wanted = wanted_by(part);
    }
  }
}

Argument read_argument(const CLI::Option& option) {
  Argument argument;
  for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
  argument.description = option.get_description();
  argument.variable = option.get_envname();
  argument.required = option.get_required();
  if (option.get_items_expected_max() == 0) return argument;
  argument.label =
      argument.names.empty() ? option.get_name(true) : split(option.get_type_name(), ':').front();
  read_wanted(option, argument);
  return argument;
}

void read(const CLI::App& app, Command command, std::vector<Command>& all) {
  command.description = app.get_description();
  command.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    const Argument argument = read_argument(*option);
    (argument.names.empty() ? command.places : command.options).push_back(argument);
  }
  const auto subcommands = app.get_subcommands(
      [](const CLI::App* sub) { return !sub->get_group().empty() && !sub->get_name().empty(); });
  for (const CLI::App* sub : subcommands) {
    command.subcommands.emplace_back(sub->get_name(), sub->get_description());
  }
  all.push_back(command);
  for (const CLI::App* sub : subcommands) {
    Command below;
    below.path = command.path;
    below.path.push_back(sub->get_name());
    if (sub->get_fallthrough()) {
      // Help and version are each command's own.
      for (const auto* options : {&command.inherited, &command.options}) {
        std::copy_if(options->begin(), options->end(), std::back_inserter(below.inherited),
                     [](const Argument& option) {
                       return option.names.back() != "--help" && option.names.back() != "--version";
                     });
      }
    }
    read(*sub, std::move(below), all);
  }
}

}  // namespace

std::string Command::name() const {
  return fmt::format("{}", fmt::join(path, " "));
}

std::vector<Command> read_commands(const CLI::App& app) {
  std::vector<Command> all;
  read(app, {}, all);
  return all;
}

}  // namespace rcx::host::cli
