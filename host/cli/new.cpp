// `rcx new`: from nothing to an extension that builds, passes its test and refuses a push.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/cli/scaffold.hpp"

namespace rcx::host::cli {
namespace {

// A directory that is gone again unless it was given its name.
class Draft {
 public:
  explicit Draft(fs::path directory) : directory_(std::move(directory)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  Draft(Draft&&) = delete;
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    boost::system::error_code ignored;
    fs::remove_all(directory_, ignored);
  }

  Result<void> write(const std::vector<ProjectFile>& files) const {
    if (::mkdir(directory_.c_str(), 0777) != 0) return cannot("make", directory_);
    for (const ProjectFile& file : files) {
      Result<void> written = write_file(directory_ / file.name, file.bytes, 0644);
      if (!written) return Error{written.error().code, printable(written.error().message)};
    }
    return {};
  }

  // Not over anything: a directory that has come into being meanwhile stays as it is.
  Result<void> become(const fs::path& directory) const {
    if (::renameat2(AT_FDCWD, directory_.c_str(), AT_FDCWD, directory.c_str(), RENAME_NOREPLACE) ==
        0) {
      return {};
    }
    if (errno != EINVAL) return cannot("make", directory);
    // A file system without that: rename() replaces at most an empty directory.
    return ::rename(directory_.c_str(), directory.c_str()) == 0 ? Result<void>()
                                                                : cannot("make", directory);
  }

  // Into a directory that was there, which keeps its owner and mode, and whoever stands in it. All
  // files or none.
  Result<void> fill(const fs::path& directory, const std::vector<ProjectFile>& files) const {
    for (auto file = files.begin(); file != files.end(); ++file) {
      const fs::path place = directory / file->name;
      if (::link((directory_ / file->name).c_str(), place.c_str()) == 0) continue;
      Result<void> failed = cannot("make", place);
      while (file != files.begin()) ::unlink((directory / (--file)->name).c_str());
      return failed;
    }
    return {};
  }

 private:
  static Error cannot(const char* what, const fs::path& path) {
    return system_error("cannot " + std::string(what) + " " + printable(path.string()), errno);
  }
  fs::path directory_;
};

Result<void> make_project(const fs::path& directory, const std::vector<ProjectFile>& files) {
  boost::system::error_code failed;
  const fs::file_status there = fs::symlink_status(directory, failed);
  const std::string shown = printable(directory.string());
  const bool exists = fs::exists(there);
  if (exists && !fs::is_directory(directory, failed)) {
    return Error{Code::kBusy, shown + " is there already and no directory; nothing was changed"};
  }
  if (exists && !fs::is_empty(directory, failed)) {
    if (failed) return system_error("cannot read " + shown, failed.value());
    return Error{Code::kBusy,
                 shown +
                     " is there already and not empty, nothing was changed; name another with:  "
                     "--directory DIR"};
  }
  const fs::path parent = exists ? directory : directory.parent_path();
  fs::create_directories(parent, failed);
  if (failed) return system_error("cannot make " + printable(parent.string()), failed.value());
  const Draft draft(parent / fs::unique_path(".rcx-new-%%%%%%%%%%%%"));
  if (Result<void> written = draft.write(files); !written) return written;
  return exists ? draft.fill(directory, files) : draft.become(directory);
}

}  // namespace

void add_new(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("new", "Start an extension: sources, a test, a build");
  auto name = std::make_shared<std::string>();
  auto language = std::make_shared<std::string>("c++");
  auto event = std::make_shared<std::string>();
  auto directory = std::make_shared<std::string>();
  command->add_option("NAME", *name, "Its id, and the name of its file")->required();
  command->add_option("--lang", *language, "Language of its source; default: c++")
      ->check(CLI::IsMember({"c", "c++"}));
  command->add_option("--event", *event,
                      "What it handles: any event, or call, in C++; default: pre_push and push");
  command->add_option("--directory", *directory, "Where to; default: ./NAME")->type_name("DIR");
  command->footer(
      "Example:  rcx new no_wip && cd no_wip && cmake -S . -B build\n"
      "          rcx new repo_names --event pre_create_repo");
  command->callback([name, language, event, directory, &context] {
    if (const std::string fault = name_fault(*name); !fault.empty()) {
      context.fail({Code::kInvalid, fault}, kUsage);
      return;
    }
    const bool c = *language == "c";
    if (c && !event->empty()) {
      context.fail({Code::kInvalid, "--event makes sources in C++; leave --lang c out"}, kUsage);
      return;
    }
    const Result<std::vector<ProjectFile>> made_of =
        event->empty() ? scaffold(*name, c ? Language::kC : Language::kCxx)
                       : scaffold_for(*name, *event);
    if (!made_of) return context.fail(made_of.error(), kUsage);
    const std::vector<ProjectFile>& files = *made_of;
    fs::path path = fs::absolute(directory->empty() ? *name : *directory).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();  // it ended in a slash
    if (Result<void> made = make_project(path, files); !made) {
      context.fail(made.error());
      return;
    }
    std::cout << "made the extension " << *name << " in " << printable(path.string()) << ":";
    for (const ProjectFile& file : files) std::cout << ' ' << file.name;
    std::cout << "\n  build it:   cd " << printable(path.string())
              << " && cmake -S . -B build && cmake --build build\n"
              << "  test it:    ctest --test-dir build\n"
              << "  check it:   rcx extensions check build/" << *name << ".so\n"
              << "  go on:      " << files[3].name << ", and README.md\n";
  });
}

}  // namespace rcx::host::cli
