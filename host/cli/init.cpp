#include <fcntl.h>
#include <sys/stat.h>

#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/cli/template.hpp"
#include "host/supervisor/instance.hpp"

namespace rcx::host::cli {
namespace {

Result<void> make_instance(const fs::path& directory) {
  // Hooks name the instance in a file of one line.
  if (directory.string().find('\n') != std::string::npos) {
    return Error{Code::kInvalid,
                 "wanted a path without a newline, got " + printable(directory.string())};
  }
  const fs::path file = directory / "rcx.yaml";
  if (fs::exists(file)) {
    return Error{Code::kBusy, file.string() +
                                  " is there already, nothing was changed; serve it "
                                  "with:  rcxd -c " +
                                  file.string()};
  }
  try {
    // Explicit modes: an umask of 002 would leave rcextensions/ writable by a group, and refused.
    for (const char* name : {"", "rcextensions", "repositories", "state", "run"}) {
      fs::create_directories(directory / name);
      const bool secret = std::string_view(name) == "state";
      if (::chmod((directory / name).c_str(), secret ? 0700 : 0755) != 0) {
        return system_error("cannot set the mode of " + (directory / name).string(), errno);
      }
    }
  } catch (const fs::filesystem_error& failed) {
    return system_error("cannot make " + failed.path1().string(), failed.code().value());
  }
  if (Result<void> written = write_file(file, kConfigTemplate, 0644); !written) return written;
  const Result<std::shared_ptr<const Config>> config = load_config(file);
  if (!config) return config.error();
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  return write_client_files(**config, *programs / "rcxd");
}

}  // namespace

void add_init(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("init", "Make a new instance below a directory");
  auto directory = std::make_shared<std::string>();
  command->add_option("DIR", *directory, "The directory; made when it is missing")->required();
  command->footer("Example:  rcx init /srv/rcx && rcxd -c /srv/rcx/rcx.yaml");
  command->callback([directory, &context] {
    const fs::path path = fs::absolute(*directory).lexically_normal();
    if (Result<void> made = make_instance(path); !made) {
      context.fail(made.error());
      return;
    }
    const std::string file = (path / "rcx.yaml").string();
    std::cout << "made an instance in " << path.string() << "\n"
              << "  start the host:       rcxd -c " << file << "\n"
              << "  add an extension:     install -m 755 NAME.so "
              << (path / "rcextensions").string() << "/\n"
              << "  serve a repository:   rcx -c " << file << " install "
              << (path / "repositories").string() << "/NAME.git\n";
  });
}

}  // namespace rcx::host::cli
