#include "host/cli/mercurial.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/filesystem/operations.hpp>
#include <boost/process/search_path.hpp>
#include <cerrno>
#include <cstdlib>

#include "host/access/access.hpp"
#include "host/cli/mercurial_shell.hpp"
#include "host/supervisor/instance.hpp"
#include "host/supervisor/mercurial_modules.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kLargest = std::size_t{1024} * 1024;
constexpr const char* kFile = "rcx.hgrc";
constexpr std::string_view kInclude = "%include rcx.hgrc\n";
constexpr std::array kHooks = {"prechangegroup", "prepushkey",  "pretxnclose",
                               "txnclose",       "preoutgoing", "outgoing"};

std::string module_hooks_text(const Config& config) {
  std::string text;
  for (const char* hook : kHooks) {
    text += fmt::format("{}.rcx = python:{}:{}\n", hook, mercurial_module(config).string(), hook);
  }
  return text;
}

// `all`: of every repository, where those below no root are none of the host's.
std::string hooks_text(const Config& config, bool shell, bool all = false) {
  const std::string text =
      "# Written by  rcx install  and removed by  rcx uninstall.  What is changed here is lost.\n"
      "[hooks]\n" +
      (shell ? shell_hooks_text(config) : module_hooks_text(config));
  // Who may clone by copying files is asked by no hook.
  return text + fmt::format("[rcx]\ninstance = {}\nall = {}\n[server]\nuncompressed = False\n",
                            config.directory().string(), all ? "True" : "False");
}

// As hg looks for it; empty where there is none.
fs::path file_for_all() {
  boost::system::error_code failed;
  const char* const path = std::getenv("HGRCPATH");
  if (path == nullptr) {
    const fs::path directory = "/etc/mercurial/hgrc.d";
    return fs::is_directory(directory, failed) ? directory / "rcx.rc" : fs::path();
  }
  for (const std::string_view part : split(path, ':')) {
    const fs::path directory{std::string(part)};
    if (!part.empty() && fs::is_directory(directory, failed)) return directory / "rcx.rc";
  }
  return {};
}

bool installed_for_all(const Config& config) {
  const fs::path file = file_for_all();
  const Result<std::string> text = read_file(file, kLargest);
  return text && *text == hooks_text(config, false, true);
}

// Nothing where there is none.
Result<std::string> read_or_empty(const fs::path& file) {
  Result<std::string> text = read_file(file, kLargest);
  if (!text && text.error().code == Code::kNotFound) return std::string();
  return text;
}

bool includes(const std::string& hgrc) {
  return ("\n" + hgrc).find("\n" + std::string(kInclude)) != std::string::npos;
}

// hg believes a file of the user who runs it, and of nobody else: root's neither.
Result<void> write_as_owner(const fs::path& directory, const fs::path& file,
                            std::string_view text) {
  struct stat before {};
  struct stat owner {};
  if (::stat(directory.c_str(), &owner) != 0) {
    return system_error("cannot inspect " + directory.string(), errno);
  }
  const bool there = ::stat(file.c_str(), &before) == 0;
  Result<void> written = write_file(file, text, there ? before.st_mode & 07777U : 0644U);
  if (!written || ::geteuid() != 0) return written;
  const struct stat& whose = there ? before : owner;
  if (::chown(file.c_str(), whose.st_uid, whose.st_gid) != 0) {
    return system_error("cannot give " + file.string() + " to its owner", errno);
  }
  return {};
}

}  // namespace

bool is_mercurial(const fs::path& repository) {
  boost::system::error_code failed;
  return fs::is_directory(repository / ".hg", failed) && !fs::exists(repository / ".git", failed);
}

std::string mercurial_missing() {
  if (!boost::process::search_path("hg").empty()) return {};
  return "hg is not on the PATH, so that what is told from the queue cannot be read; install it "
         "with:  apt install mercurial";
}

Result<MercurialInstalled> install_mercurial(const Config& config, const fs::path& repository,
                                             bool shell, bool dry) {
  const fs::path directory = repository / ".hg";
  const fs::path hgrc = directory / "hgrc";
  MercurialInstalled installed{directory / kFile, false, mercurial_missing()};
  const Result<std::string> own = read_or_empty(installed.file);
  const Result<std::string> text = read_or_empty(hgrc);
  if (!own) return own.error();
  if (!text) return text.error();
  installed.was_there = !own->empty() && includes(*text);
  const bool stays = !shell && are_shell_hooks(*own);
  if (stays) {
    installed.more += (installed.more.empty() ? "" : "\n") +
                      fmt::format(
                          "its hooks stay programs that hg executes; for hooks inside of "
                          "hg:  rcx uninstall {0} && rcx -c {1} install {0}",
                          printable(repository.string()), config.file.string());
  }
  if (dry) {
    if (::eaccess(directory.c_str(), W_OK | X_OK) == 0) return installed;
    return system_error("cannot write in " + printable(directory.string()), errno);
  }
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  Result<void> done = renew_client_files(config, *programs / "rcxd");
  if (done) done = write_mercurial_modules(config);
  if (done && (shell || stays)) done = put_shell_hooks(config);
  if (done) done = write_as_owner(directory, installed.file, hooks_text(config, shell || stays));
  if (done && !includes(*text)) {
    const bool ends = text->empty() || text->ends_with('\n');
    done = write_as_owner(directory, hgrc, *text + (ends ? "" : "\n") + std::string(kInclude));
  }
  if (!done) return done.error();
  return installed;
}

Result<MercurialInstalled> uninstall_mercurial(const fs::path& repository, bool dry) {
  const fs::path directory = repository / ".hg";
  const fs::path hgrc = directory / "hgrc";
  MercurialInstalled installed{directory / kFile, false, {}};
  const Result<std::string> own = read_or_empty(installed.file);
  const Result<std::string> text = read_or_empty(hgrc);
  if (!own) return own.error();
  if (!text) return text.error();
  installed.was_there = !own->empty() || includes(*text);
  if (dry) return installed;
  if (includes(*text)) {
    std::string rest = "\n" + *text;
    rest.erase(rest.find("\n" + std::string(kInclude)) + 1, kInclude.size());
    rest.erase(0, 1);
    Result<void> done;
    if (!rest.empty()) done = write_as_owner(directory, hgrc, rest);
    if (!done) return done.error();
    if (rest.empty() && ::unlink(hgrc.c_str()) != 0) {
      return system_error("cannot remove " + printable(hgrc.string()), errno);
    }
  }
  // Last: hg takes an include that is not there for a mistake.
  if (::unlink(installed.file.c_str()) != 0 && errno != ENOENT) {
    return system_error("cannot remove " + printable(installed.file.string()), errno);
  }
  return installed;
}

Result<std::string> install_mercurial_for_all(const Config& config, bool dry) {
  const fs::path file = file_for_all();
  if (file.empty()) return std::string();
  const Result<std::string> there = read_file(file, kLargest);
  if (there &&
      there->find("instance = " + config.directory().string() + "\n") == std::string::npos) {
    return Error{Code::kBusy, file.string() +
                                  " has hg's repositories served by another instance; "
                                  "take that out with its  rcx uninstall --system"};
  }
  if (dry) return fmt::format("would write {}, for Mercurial\n", file.string());
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  Result<void> done = renew_client_files(config, *programs / "rcxd");
  if (done) done = write_mercurial_modules(config);
  if (done) done = write_file(file, hooks_text(config, false, true), 0644);
  if (!done) return done.error();
  return fmt::format("wrote {}, for Mercurial\n", file.string());
}

Result<std::string> uninstall_mercurial_for_all(const Config& config, bool dry) {
  const fs::path file = file_for_all();
  const Result<std::string> there = read_file(file, kLargest);
  if (file.empty() || !there ||
      there->find("instance = " + config.directory().string() + "\n") == std::string::npos) {
    return std::string();
  }
  if (dry) return fmt::format("would remove {}\n", file.string());
  if (::unlink(file.c_str()) != 0) return system_error("cannot remove " + file.string(), errno);
  return fmt::format("removed {}\n", file.string());
}

void diagnose_mercurial(const Patient& patient, const fs::path& repository,
                        std::vector<Finding>& findings) {
  const Config& config = patient.config;
  const std::string shown = printable(repository.string());
  const std::string cure =
      fmt::format("; type:  rcx -c {} install {}", config.file.string(), shown);
  const fs::path directory = repository / ".hg";
  const std::size_t before = findings.size();
  const auto add = [&](Health health, const std::string& text) {
    findings.push_back({health, "repository", text});
  };
  const Result<std::string> own = read_or_empty(directory / kFile);
  const Result<std::string> text = read_or_empty(directory / "hgrc");
  if (!own || !text) return add(Health::kFail, (own ? text : own).error().message);
  const bool alone = !own->empty() && includes(*text);
  if (!alone && !installed_for_all(config)) {
    return add(Health::kFail,
               shown + ": it has no hooks of this host, so its pushes are not judged" + cure);
  }
  const bool shell = alone && are_shell_hooks(*own);
  if (alone && *own != hooks_text(config, shell)) {
    add(Health::kFail, fmt::format("{}: {} is not what this release of the instance in {} writes{}",
                                   shown, kFile, config.directory().string(), cure));
  }
  struct stat owner {};
  if (::stat(directory.c_str(), &owner) != 0) return;
  for (const char* name : {"hgrc", kFile}) {
    struct stat status {};
    const fs::path file = directory / name;
    if (::stat(file.c_str(), &status) != 0 || status.st_uid == owner.st_uid) continue;
    add(Health::kFail,
        fmt::format("{}: {} belongs to {}, whom hg does not trust where {} runs it: hooks that "
                    "refuse abort, and those that tell are passed over silently; type:  chown {} "
                    "{}",
                    shown, printable(file.string()), user_name(status.st_uid),
                    user_name(owner.st_uid), user_name(owner.st_uid), printable(file.string())));
  }
  if (shell) {
    const std::string missing = shell_hooks_missing(config);
    if (!missing.empty()) add(Health::kFail, shown + ": " + missing + cure);
  }
  if (findings.size() != before) return;
  if (const std::string missing = mercurial_missing(); !missing.empty()) {
    return add(Health::kFail, shown + ": cannot be asked: " + missing);
  }
  if (::geteuid() != 0 && ::geteuid() != owner.st_uid) {
    return add(Health::kOk, shown +
                                ": hooks are current, not asked, because you are neither root "
                                "nor its owner");
  }
  const Result<ProbeAnswer> answer = shell ? probe(repository, shell_hook(config))
                                           : probe_mercurial(repository, mercurial_module(config));
  if (!answer || !answer->well || !answer->told) {
    return add(Health::kFail,
               fmt::format("{}: asked as {}: {}", shown, user_name(owner.st_uid),
                           answer ? answer->text : printable(answer.error().message)));
  }
  add(Health::kOk, fmt::format("{}: hooks are current, asked as {} they are answered by {}", shown,
                               user_name(owner.st_uid), answer->text));
}

}  // namespace rcx::host::cli
