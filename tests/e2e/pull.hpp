// What tests of fetches and clones start from: a repository with two commits and a tag, the
// extension `puller`, and a configuration of git of their own that names the hook.
#pragma once

#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {

class PullTest : public HostTest {
 protected:
  using Event = std::map<std::string, std::string>;

  PullTest() { write_file(config(), ""); }
  fs::path config() const { return temp_.path() / "gitconfig"; }
  std::string program(const std::string& name) const {
    return (host_.directory() / "git" / name).string();
  }
  std::map<std::string, std::string> variables() const {
    return {{"GIT_CONFIG_GLOBAL", config().string()}};
  }

  // Starts the host with `settings` for puller, makes the repository `a`, then installs.
  // `format`: what objects are named by.
  void serve_pulls(const std::string& settings = "{}", const std::string& section = "",
                   const std::string& format = "sha1") {
    host_.add("puller", "{settings: " + settings + section + "}");
    host_.start();
    repository_.emplace(host_, "a.git", false, format);
    clone_.emplace(temp_, "c", *repository_);
    first_ = clone().commit("first", {{"file", "one\n"}});
    second_ = clone().commit("second", {{"file", "two\n"}});
    clone().git({"tag", "v1"});
    ASSERT_EQ(push({"main", "v1"}).status, 0);
    install();
  }
  Outcome rcx(const Words& arguments) {
    Command command = host_.rcx_command(arguments);
    command.variables = variables();
    return run(command);
  }
  void install() {
    const Outcome installed = rcx({"install", "--pull", "global"});
    ASSERT_EQ(installed.status, 0) << installed.err;
  }

  Command git(Words words, const fs::path& directory) const {
    words.insert(words.begin(), "git");
    return {std::move(words), directory, variables()};
  }
  std::string url() { return "file://" + repository().path().string(); }
  // `git clone ARGUMENTS URL NAME`.
  Outcome make_clone(const std::string& name, Words arguments = {}) {
    arguments.insert(arguments.begin(), {"clone", "--quiet"});
    arguments.insert(arguments.end(), {url(), name});
    return run(git(arguments, temp_.path()));
  }
  // A clone that nobody heard of, by path, with all that is in the work tree so far.
  void copy(const std::string& name) {
    ASSERT_EQ(run(git({"clone", "--quiet", clone().path().string(), name}, temp_.path())).status,
              0);
    ASSERT_EQ(run(git({"remote", "set-url", "origin", url()}, temp_.path() / name)).status, 0);
  }
  Outcome fetch(const std::string& name, Words arguments = {}) {
    arguments.insert(arguments.begin(), {"fetch", "--quiet"});
    return run(git(arguments, temp_.path() / name));
  }
  // As over ssh: the client in front of git-upload-pack.
  Words in_front() const { return {"--upload-pack", program("git-upload-pack")}; }

  // What puller wrote down, of one kind or all.
  std::vector<Event> pulls(const std::string& kind = {}) const {
    std::vector<Event> all;
    const fs::path file = host_.data("puller") / "pulls";
    if (!fs::exists(file)) return all;
    std::istringstream lines(read_file(file));
    for (std::string line; std::getline(lines, line);) {
      Event event;
      std::istringstream parts(line);
      for (std::string part; std::getline(parts, part, '\t');) {
        event[part.substr(0, part.find('='))] = part.substr(part.find('=') + 1);
      }
      if (kind.empty() || event["kind"] == kind) all.push_back(std::move(event));
    }
    return all;
  }

  std::string first_;
  std::string second_;
};

}  // namespace rcx::test
