// An instance of the host, with its configuration and its programs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/command.hpp"

namespace rcx::test {

// Where the build put the programs (rcx, rcxd, rcx-hook).
fs::path built_programs();
// The extension NAME of tests/fixtures.
fs::path fixture(const std::string& name);

// Made by `rcx init` in the directory `i` of the test. Not started: first say what it shall hold.
// The destructor ends the host that start() began.
class Instance {
 public:
  explicit Instance(const TempDir& temp, bool as_nobody = false);

  const fs::path& directory() const noexcept { return directory_; }
  fs::path file() const { return directory_ / "rcx.yaml"; }
  fs::path root() const { return directory_ / "repositories"; }
  fs::path rcextensions() const { return directory_ / "rcextensions"; }
  fs::path data(const std::string& id) const { return directory_ / "state/data" / id; }
  fs::path log_file() const { return directory_ / "host.log"; }

  // The directory whose programs are used from here on.
  void use_programs(fs::path programs) { programs_ = std::move(programs); }
  // One top-level entry of rcx.yaml, as text: set("budget", "{load: 500ms}"). Later ones win.
  void set(const std::string& key, const std::string& value) { entries_[key] = value; }
  // Of the environment that the host is started in.
  void set_variable(const std::string& name, const std::string& value) { variables_[name] = value; }
  // Copies the fixture `id` into rcextensions/; `section` is what rcx.yaml says of it, where that
  // is not empty.
  void add(const std::string& id, const std::string& section = {});
  // The section without the file.
  void name(const std::string& id, const std::string& section) { extensions_[id] = section; }
  void write_config() const;

  // Writes rcx.yaml, starts the host and waits until it is ready.
  void start();
  // Does not wait.
  void launch();
  void wait_until_ready() const;
  // SIGTERM, and waits. Returns the exit status.
  int stop();
  // SIGKILL to the supervisor alone.
  void kill();
  Running& host() { return *host_; }

  // Until every post event is delivered, or dead. Throws when that takes too long.
  void wait_delivered() const;

  // Everything the host logged.
  std::string log() const;
  Outcome rcx(const std::vector<std::string>& arguments) const;
  Command rcx_command(const std::vector<std::string>& arguments) const;
  // The line of `rcx extensions list` that begins with `id`; empty where there is none, and where
  // there are several.
  std::string listed(const std::string& id) const;
  // Of the workers of `pool` that run.
  std::vector<pid_t> workers(const std::string& pool) const;
  int workers_lost() const;

 private:
  fs::path programs_ = built_programs();
  fs::path directory_;
  bool as_nobody_;
  std::map<std::string, std::string> entries_;
  std::map<std::string, std::string> extensions_;
  std::map<std::string, std::string> variables_;
  std::optional<Running> host_;
};

}  // namespace rcx::test
