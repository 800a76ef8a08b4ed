#include <fcntl.h>
#include <sys/stat.h>

#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/cli.hpp"
#include "host/cli/template.hpp"
#include "host/supervisor/instance.hpp"
#include "host/supervisor/privileges.hpp"

namespace rcx::host::cli {
namespace {

// Whom the host of an instance in `directory` should run as. Root means somebody else where the
// directory is somebody's already; else it must say so.
Result<User> service_of(const fs::path& directory, const std::string& named) {
  struct stat status {};
  const uid_t own = ::geteuid();
  const bool there = ::stat(directory.c_str(), &status) == 0;
  const uid_t meant = own == 0 && there ? status.st_uid : own;
  const std::string wanted = named.empty() ? std::to_string(meant) : named;
  std::optional<User> user = find_user(wanted);
  if (!user && named.empty() && own != 0) user = User{own, ::getegid(), wanted, {}};
  if (!user) {
    return Error{Code::kInvalid, "wanted a user of this system for the host, got '" +
                                     printable(wanted) +
                                     "'; name one with --user, and see them with:  getent passwd"};
  }
  if (own != 0 && user->uid != own) {
    return Error{Code::kDenied, "only root can make an instance for " + user->name +
                                    "; type it after sudo, or leave out --user"};
  }
  return *user;
}

std::string config_text(const User& user) {
  constexpr std::string_view kLine = "# user: git\n";
  std::string text(kConfigTemplate);
  return text.replace(text.find(kLine), kLine.size(), "user: " + user.name + "\n");
}

// From here on all is made by the user: root would follow links that somebody has put there.
Result<void> hand_over(const fs::path& directory, const User& user) {
  if (::geteuid() != 0 || user.uid == 0) return {};
  boost::system::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) return system_error("cannot make " + directory.string(), failed.value());
  if (::lchown(directory.c_str(), user.uid, user.gid) != 0) {
    return system_error("cannot give " + directory.string() + " to " + user.name, errno);
  }
  return become(user);
}

Result<void> make_instance(const fs::path& directory, const User& user) {
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
  if (Result<void> handed = hand_over(directory, user); !handed) return handed;
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
  if (Result<void> written = write_file(file, config_text(user), 0644); !written) return written;
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
  auto named = std::make_shared<std::string>();
  command
      ->add_option(
          "--user", *named,
          "Whom the host runs as, and to whom all is given; default: the owner of DIR where "
          "it is there, else who asks")
      ->type_name("NAME");
  command->footer("Example:  rcx init /srv/rcx --user git && rcxd -c /srv/rcx/rcx.yaml");
  command->callback([directory, named, &context] {
    fs::path path = fs::absolute(*directory).lexically_normal();
    if (path.filename().empty() || path.filename() == ".") path = path.parent_path();
    const Result<User> user = service_of(path, *named);
    if (!user) return context.fail(user.error());
    if (Result<void> made = make_instance(path, *user); !made) {
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
    if (user->uid == 0) {
      std::cout
          << "  its host runs as root, who made it; where git runs as another user, write that "
             "in\n  rcx.yaml as  user:  and give the directory to it, or make one with --user\n";
    }
  });
}

}  // namespace rcx::host::cli
