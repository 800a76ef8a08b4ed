// `rcx completion`: one small program for each shell. All go the same way: walk over the words that
// stand there, to know the command and what it still wants; then offer that.
#include <fmt/format.h>

#include <iostream>
#include <map>

#include "host/cli/cli.hpp"
#include "host/cli/command_tree.hpp"

namespace rcx::host::cli {
namespace {

// What scripts call a kind of value: `text`, `file`, `directory`, or `words A B`.
std::string kind(const Argument& argument) {
  switch (argument.wanted) {
    case Wanted::kNothing:
      return "";
    case Wanted::kText:
      return "text";
    case Wanted::kFile:
      return "file";
    case Wanted::kDirectory:
      return "directory";
    case Wanted::kWord:
      break;
  }
  return fmt::format("words {}", fmt::join(argument.words, " "));
}

std::vector<Argument> all_options(const Command& command) {
  std::vector<Argument> options = command.options;
  options.insert(options.end(), command.inherited.begin(), command.inherited.end());
  return options;
}

// `text` between single quotes; each character of `escapes` becomes what stands there.
std::string quoted(const std::string& text, const std::map<char, std::string>& escapes) {
  std::string out = "'";
  for (const char c : text) {
    const auto found = escapes.find(c);
    out += found == escapes.end() ? std::string(1, c) : found->second;
  }
  return out + "'";
}

// The branches of a `case` over `AT:WORD`. `branch` takes the pattern and what to do.
std::string branches(const std::vector<Command>& commands, const char* branch) {
  std::string out;
  for (const Command& command : commands) {
    const std::string at = command.name();
    for (const auto& sub : command.subcommands) {
      const std::string below = at.empty() ? sub.first : at + " " + sub.first;
      out += fmt::format(fmt::runtime(branch), fmt::format("'{}:{}'", at, sub.first), "at", below);
    }
    for (const Argument& option : all_options(command)) {
      if (option.wanted == Wanted::kNothing) continue;
      for (const std::string& name : option.names) {
        out += fmt::format(fmt::runtime(branch), fmt::format("'{}:{}'", at, name), "value",
                           kind(option));
      }
    }
  }
  return out;
}

std::string bash(const std::vector<Command>& commands) {
  std::string offers;
  for (const Command& command : commands) {
    std::string subs;
    std::string options;
    std::string places;
    for (const auto& sub : command.subcommands) subs += sub.first + " ";
    for (const Argument& option : all_options(command)) {
      options += fmt::format("{} ", fmt::join(option.names, " "));
    }
    for (const Argument& place : command.places) places += fmt::format("'{}' ", kind(place));
    offers += fmt::format("    '{}') subs='{}'; options='{}'; places=({}) ;;\n", command.name(),
                          subs, options, places);
  }
  return fmt::format(R"sh(# Completion of rcx in bash, as written by: rcx completion bash
_rcx() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} at='' value='' word subs='' options='' place=0 i
  local -a places=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    [[ $word == '=' ]] && continue # bash makes three words of --config=FILE
    if [[ -n $value ]]; then
      value=''
      continue
    fi
    case "$at:$word" in
{}      *:-*) ;;
      *) place=$((place + 1)) ;;
    esac
  done
  [[ $current == '=' ]] && current=''
  case "$at" in
{}  esac
  if [[ -z $value && $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    return
  fi
  [[ -z $value ]] && value=${{places[place]:-words $subs}}
  case "$value" in
    'words '*) mapfile -t COMPREPLY < <(compgen -W "${{value#words }}" -- "$current") ;;
    file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directory) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  esac
  [[ $value == file || $value == directory ]] && compopt -o filenames 2>/dev/null
  return 0
}}
complete -F _rcx rcx
)sh",
                     branches(commands, "      {}) {}='{}' ;;\n"), offers);
}

std::string zsh(const std::vector<Command>& commands) {
  const std::map<char, std::string> escapes = {{'\'', "'\\''"}, {':', "\\:"}, {'\\', "\\\\"}};
  std::string offers;
  for (const Command& command : commands) {
    std::string subs;
    std::string options;
    std::string places;
    for (const auto& [name, description] : command.subcommands) {
      subs += fmt::format("{}:{} ", name, quoted(description, escapes));
    }
    for (const Argument& option : all_options(command)) {
      for (const std::string& name : option.names) {
        options += fmt::format("{}:{} ", name, quoted(option.description, escapes));
      }
    }
    for (const Argument& place : command.places) places += fmt::format("'{}' ", kind(place));
    offers += fmt::format("    '{}')\n      subs=({})\n      flags=({})\n      places=({}) ;;\n",
                          command.name(), subs, options, places);
  }
  return fmt::format(R"sh(#compdef rcx
# Completion of rcx in zsh, as written by: rcx completion zsh
_rcx() {{
  local at= value= word
  local -i i place=1
  local -a subs flags places
  for (( i = 2; i <= CURRENT; i++ )); do
    word=$words[i]
    if (( i == CURRENT )); then
      [[ -z $value ]] && compset -P '--*=' || break
      word=${{word%%=*}}
    fi
    if [[ -n $value ]]; then
      value=
      continue
    fi
    case "$at:$word" in
{}      *:-*) ;;
      *) (( place++ )) ;;
    esac
  done
  case "$at" in
{}  esac
  if [[ -z $value && $PREFIX == -* ]]; then
    _describe -o option flags
    return
  fi
  [[ -z $value ]] && value=$places[place]
  case "$value" in
    '') (( $#subs )) && _describe command subs ;;
    'words '*) compadd -- ${{=value#words }} ;;
    file) _files ;;
    directory) _files -/ ;;
  esac
}}
if [[ $funcstack[1] == _rcx ]]; then
  _rcx "$@"
else
  compdef _rcx rcx
fi
)sh",
                     branches(commands, "      {}) {}='{}' ;;\n"), offers);
}

std::string fish(const std::vector<Command>& commands) {
  const std::map<char, std::string> escapes = {{'\'', "\\'"}, {'\\', "\\\\"}};
  std::string offers;
  const auto values = [](const Argument& argument) -> std::string {
    switch (argument.wanted) {
      case Wanted::kNothing:
        return "";
      case Wanted::kText:
        return " -x";
      case Wanted::kFile:
        return " -r -F";
      case Wanted::kDirectory:
        return " -x -a '(__fish_complete_directories (commandline -ct))'";
      case Wanted::kWord:
        break;
    }
    return fmt::format(" -x -a '{}'", fmt::join(argument.words, " "));
  };
  for (const Command& command : commands) {
    const std::string at = command.name();
    for (const auto& [name, description] : command.subcommands) {
      offers += fmt::format("complete -c rcx -n '__rcx_at \"{}\" 0' -a {} -d {}\n", at, name,
                            quoted(description, escapes));
    }
    for (const Argument& option : all_options(command)) {
      std::string names;
      for (const std::string& name : option.names) {
        names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      offers += fmt::format("complete -c rcx -n '__rcx_at \"{}\"'{}{} -d {}\n", at, names,
                            values(option), quoted(option.description, escapes));
    }
    for (std::size_t i = 0; i < command.places.size(); ++i) {
      std::string offered = values(command.places[i]);
      if (offered == " -r -F") offered = " -F";
      if (offered == " -x") continue;
      offers += fmt::format("complete -c rcx -n '__rcx_at \"{}\" {}'{}\n", at, i, offered);
    }
  }
  return fmt::format(R"sh(# Completion of rcx in fish, as written by: rcx completion fish
function __rcx_at --description 'Whether this command stands there, with so many arguments'
    set -l at ''
    set -l value ''
    set -l place 0
    for word in (commandline -opc)[2..]
        if test -n "$value"
            set value ''
            continue
        end
        switch "$at:$word"
{}            case '*:-*'
            case '*'
                set place (math $place + 1)
        end
    end
    test "$at" = "$argv[1]"; and begin
        test (count $argv) -eq 1; or test $place -eq $argv[2]
    end
end
complete -c rcx -f
{})sh",
                     branches(commands, "            case {}\n                set {} '{}'\n"),
                     offers);
}

}  // namespace

void add_completion(CLI::App& app, Context& /*context*/) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer("Example:  source <(rcx completion bash)");
  command->callback([shell, &app] {
    const std::vector<Command> commands = read_commands(app);
    std::cout << (*shell == "bash"  ? bash(commands)
                  : *shell == "zsh" ? zsh(commands)
                                    : fish(commands));
  });
}

}  // namespace rcx::host::cli
