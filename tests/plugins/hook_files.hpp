// A repository, hooks, and run_hooks to run them.
#ifndef RCX_TESTS_PLUGINS_HOOK_FILES_HPP
#define RCX_TESTS_PLUGINS_HOOK_FILES_HPP

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rcx::tests {

namespace fs = std::filesystem;

class HookFiles : public ::testing::Test {
 protected:
  HookFiles() {
    fs::create_directory(repository());
    push_.repository.path = repository().string();
  }

  fs::path repository() const { return temp_.path() / "r.git"; }
  fs::path path(const std::string& name) const { return temp_.path() / name; }
  std::string text(const std::string& name) const { return test::read_file(path(name)); }
  // A shell script below the directory of the test, which is also the data directory.
  void hook(const std::string& name, const std::string& script, unsigned mode = 0755) const {
    test::write_file(path(name), "#!/bin/sh\n" + script + "\n", mode);
  }

  // Makes the extension anew.
  testing::FakeHost& load(const testing::Setting& settings) {
    host_ = std::make_unique<testing::FakeHost>(plugin_of(RUN_HOOKS_SO), settings,
                                                temp_.path().string());
    return *host_;
  }
  // With one hook, which is the script.
  testing::FakeHost& load_hook(const std::string& script, const char* kind = "pre-receive") {
    hook("hook", script);
    return load(testing::map({{"hooks", item("hook", kind)}, {"grace", "5s"}}));
  }
  static testing::Setting item(const std::string& path, const char* kind) {
    return testing::list({testing::map({{"path", path}, {"kind", kind}})});
  }

  testing::Outcome run() {
    testing::Outcome outcome = host_->pre_push(push_);
    EXPECT_THAT(outcome.misuses, ::testing::IsEmpty());
    return outcome;
  }
  // Of a push that the hooks could judge.
  std::vector<std::string> objections() {
    const testing::Outcome outcome = run();
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    std::vector<std::string> texts;
    for (const auto& objection : outcome.objections) texts.push_back(objection.text);
    return texts;
  }
  std::vector<std::string> said() {
    const testing::Outcome outcome = run();
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    return outcome.said;
  }
  std::string failure() {
    const testing::Outcome outcome = run();
    EXPECT_EQ(outcome.status, RCX_FAILED);
    return outcome.failure;
  }

  test::TempDir temp_;
  testing::FakePush push_;
  std::unique_ptr<testing::FakeHost> host_;
};

}  // namespace rcx::tests

#endif  // RCX_TESTS_PLUGINS_HOOK_FILES_HPP
