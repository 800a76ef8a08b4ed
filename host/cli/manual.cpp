// `rcx manual`: the page rcx(1) in mdoc, for the build.
#include <fmt/format.h>

#include <iostream>
#include <sstream>

#include "host/cli/cli.hpp"
#include "host/cli/command_tree.hpp"

namespace rcx::host::cli {
namespace {

// Text as mdoc takes it: no character of it is a request or an escape.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
      out += c;
    }
  }
  return out;
}

// An argument of a macro: in quotes, so that no word of it is called as a macro.
std::string word(const std::string& text) {
  std::string out;
  for (const char c : plain(text)) out += c == '"' ? "\\(dq" : std::string(1, c);
  return "\"" + out + "\"";
}

std::string option_head(const Argument& option) {
  std::string head;
  for (const std::string& name : option.names) {
    head += fmt::format("{}Fl {}", head.empty() ? "" : " , ", plain(name.substr(1)));
  }
  return head + (option.label.empty() ? "" : " Ar " + word(option.label));
}

std::string arguments(const Command& command) {
  std::string out;
  for (const Argument& place : command.places) {
    out += fmt::format(".{}Ar {}\n", place.required ? "" : "Op ", word(place.label));
  }
  return out;
}

std::string definitions(const std::vector<Argument>& options, const std::vector<Argument>& places) {
  std::string items;
  for (const Argument& place : places) {
    items += fmt::format(".It Ar {}\n{}.\n", word(place.label), plain(place.description));
  }
  for (const Argument& option : options) {
    items += fmt::format(".It {}\n{}.\n", option_head(option), plain(option.description));
    if (!option.variable.empty()) {
      items +=
          fmt::format("The variable\n.Ev {}\nnames it where this is not given.\n", option.variable);
    }
  }
  return items.empty() ? items : ".Bl -tag -width Ds\n" + items + ".El\n";
}

// Footers are lines that are to stay lines.
std::string literal(const std::string& text) {
  return text.empty() ? text : ".Bd -unfilled -offset indent\n" + plain(text) + "\n.Ed\n";
}

std::vector<Argument> own_options(const Command& command) {
  std::vector<Argument> own;
  for (const Argument& option : command.options) {
    if (option.names.back() != "--help") own.push_back(option);
  }
  return own;
}

std::string section(const Command& command) {
  std::string out =
      fmt::format(".Ss {}\n.Nm\n.Cm {}\n", plain(command.name()), word(command.name()));
  for (const Argument& option : own_options(command)) {
    out += fmt::format(".Op {}\n", option_head(option));
  }
  out += arguments(command);
  out += fmt::format(".Pp\n{}.\n", plain(command.description));
  out += definitions(own_options(command), command.places);
  return out + literal(command.footer);
}

std::string manual(const std::vector<Command>& commands) {
  const Command& rcx = commands.front();
  std::string out = fmt::format(
      ".\\\" Written by: rcx manual\n.Dd {}\n.Dt RCX 1\n.Os rcx {}\n.Sh NAME\n.Nm rcx\n"
      ".Nd tool of the operators and authors of extensions of version-control servers\n"
      ".Sh SYNOPSIS\n.Nm\n",
      RCX_RELEASE_DATE, RCX_HOST_VERSION);
  for (const Argument& option : own_options(rcx)) {
    if (option.names.back() != "--version") out += fmt::format(".Op {}\n", option_head(option));
  }
  out += ".Ar \"COMMAND\"\n.Op Ar \"ARGUMENT ...\"\n.Sh DESCRIPTION\n" + plain(rcx.description) +
         "\n.Pp\nThese options stand before or after any command:\n";
  out += definitions(rcx.options, {});
  out += ".Sh COMMANDS\n";
  for (const Command& command : commands) {
    if (command.subcommands.empty()) out += section(command);
  }
  return out +
         ".Sh FILES\n.Bl -tag -width Ds\n.It Pa rcx.yaml\nThe configuration of an instance, see\n"
         ".Xr rcx.yaml 5 .\n.El\n.Sh EXIT STATUS\n.Bl -tag -width Ds\n"
         ".It 0\nDone.\n.It 1\nIt did not work.\n.It 2\nWrong arguments.\n.It 3\nNo host runs.\n"
         ".El\n.Sh SEE ALSO\n.Xr git 1 ,\n.Xr rcx.yaml 5 ,\n.Xr rcx-hook 8 ,\n.Xr rcxd 8\n";
}

}  // namespace

void add_manual(CLI::App& app, Context& /*context*/) {
  CLI::App* command = app.add_subcommand("manual", "Print rcx(1) in mdoc")->group("");
  command->callback([&app] { std::cout << manual(read_commands(app)); });
}

}  // namespace rcx::host::cli
