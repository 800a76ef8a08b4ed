// What tests of `rcx install --system` start from: a configuration of git of the system that is
// theirs alone, and repositories without hooks of rcx.
#pragma once

#include "tests/e2e/host_test.hpp"

namespace rcx::test {

class SystemTest : public HostTest {
 protected:
  SystemTest() {
    host_.add("recorder");
    write_file(config(), "");
    // So that every user reaches the hooks, as where it is installed for all.
    for (const fs::path& path : {temp_.path(), host_.directory()}) {
      fs::permissions(path, fs::perms::all & ~fs::perms::group_write & ~fs::perms::others_write);
    }
  }
  fs::path config() const { return temp_.path() / "gitconfig"; }
  fs::path hooks() const { return host_.directory() / "git/hooks"; }
  // The scope that is tested, and its variables.
  virtual std::string scope() const { return "--system"; }
  virtual std::map<std::string, std::string> variables() const {
    return {{"GIT_CONFIG_NOSYSTEM", "0"}, {"GIT_CONFIG_SYSTEM", config().string()}};
  }

  Outcome rcx(const Words& arguments) const {
    Command command = host_.rcx_command(arguments);
    for (const auto& [name, value] : variables()) command.variables[name] = value;
    return run(command);
  }
  Outcome install() const {
    Outcome installed = rcx({"install", scope()});
    EXPECT_EQ(installed.status, 0) << installed.err;
    return installed;
  }
  // Starts the host, makes the repository `a` without hooks of rcx, and installs for all.
  void serve_all() {
    serve();
    take_copies_out();
    install();
    adopt();
  }
  void take_copies_out() { must(host_.rcx_command({"uninstall", repository().path().string()})); }
  // The clone's git, and that which it starts, look at the configuration.
  void adopt() {
    for (const auto& [name, value] : variables()) clone().set_variable(name, value);
  }
  Command git(Words words, const fs::path& directory) const {
    words.insert(words.begin(), "git");
    return {std::move(words), directory, variables()};
  }
  fs::path make_work_tree(const fs::path& path) const {
    must(git({"init", "--quiet", "--initial-branch=main", path.string()}, "/"));
    return path;
  }
  Outcome commit(const fs::path& tree) const {
    return run(git({"commit", "--quiet", "--allow-empty", "--message", "one"}, tree));
  }
  static void put_hook(const fs::path& git_directory, const std::string& name,
                       const std::string& script) {
    write_file(git_directory / "hooks" / name, "#!/bin/sh\n" + script + "\n", 0755);
  }
  Words forwarders() const {
    Words names;
    if (!fs::exists(hooks())) return names;
    for (const fs::directory_entry& entry : fs::directory_iterator(hooks())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  std::string cure() const {
    return "type:  rcx -c " + host_.file().string() + " install --system";
  }
};

}  // namespace rcx::test
