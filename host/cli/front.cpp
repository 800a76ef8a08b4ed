// `rcx git-upload-pack`, `rcx git-upload-archive` and `rcx http-backend`: the client in front of
// git, for those who would rather name rcx than a file of the instance.
#include <unistd.h>

#include <cerrno>

#include "host/cli/cli.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

void become(const Context& context, const std::string& name, std::vector<std::string> words,
            Context& out) {
  // Nothing of rcx.yaml is read: the client knows where it stands, and a person waits.
  boost::system::error_code failed;
  const fs::path file = fs::absolute(context.config_file, failed);
  const std::string program = (file.parent_path() / RCX_WIRE_GIT_DIRECTORY / name).string();
  words.insert(words.begin(), program);
  std::vector<char*> arguments;
  for (std::string& one : words) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  Error error = system_error("cannot run " + printable(program), errno);
  error.message += "; type:  rcx -c " + printable(file.string()) + " install --pull print";
  out.fail(error);
}

void add_front(CLI::App& app, Context& context, const char* name, const char* program,
               const char* description, const char* footer) {
  CLI::App* command = app.add_subcommand(name, description);
  command->prefix_command()->fallthrough(false);
  command->footer(footer);
  command->callback(
      [command, program, &context] { become(context, program, command->remaining(), context); });
}

}  // namespace

void add_fronts(CLI::App& app, Context& context) {
  add_front(app, context, "git-upload-pack", RCX_WIRE_UPLOAD_PACK,
            "Serve a fetch over ssh, when the extensions agree",
            "In the place of git-upload-pack, with its arguments. They are asked before a client "
            "hears\n"
            "anything, and again about the pack. INSTANCE/git/git-upload-pack is the same, and "
            "starts\n"
            "sooner.\n"
            "Example:  rcx -c /srv/rcx/rcx.yaml git-upload-pack /srv/git/project.git");
  add_front(app, context, "git-upload-archive", RCX_WIRE_UPLOAD_ARCHIVE,
            "Serve `git archive --remote`, when the extensions agree",
            "In the place of git-upload-archive, with its arguments. No pull event follows.\n"
            "Example:  rcx -c /srv/rcx/rcx.yaml git-upload-archive /srv/git/project.git");
  add_front(
      app, context, "http-backend", RCX_WIRE_HTTP_BACKEND,
      "Serve fetches over HTTP, when the extensions agree",
      "In the place of git-http-backend, as a CGI program with its variables. Pushes go on to "
      "git,\n"
      "whose hooks ask; single files are refused, as nobody would hear of them.\n"
      "INSTANCE/git/git-http-backend is the same, and starts sooner.\n"
      "Example:  RCX_CONFIG=/srv/rcx/rcx.yaml GIT_PROJECT_ROOT=/srv/git rcx http-backend");
}

}  // namespace rcx::host::cli
