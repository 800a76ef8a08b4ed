#include "tests/support/repository.hpp"

namespace rcx::test {
namespace {

constexpr int kFirstTime = 1'700'000'000;

Words git_words(const Words& arguments) {
  Words words = {"git"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

std::string without_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Repository::Repository(const Instance& instance, const std::string& name, bool as_nobody,
                       const std::string& format)
    : path_(instance.root() / name), as_nobody_(as_nobody), format_(format) {
  fs::create_directories(path_);
  if (as_nobody_) give_away(path_, kNobody);
  must({git_words(
            {"init", "--quiet", "--bare", "--initial-branch=main", "--object-format=" + format}),
        path_,
        {},
        {},
        as_nobody_});
  git({"config", "receive.advertisePushOptions", "true"});
  git({"config", "receive.autogc", "false"});
  must(instance.rcx_command({"install", path_.string()}));
}

std::string Repository::git(const Words& arguments) const {
  return without_newline(must({git_words(arguments), path_, {}, {}, as_nobody_}));
}

std::string Repository::id(const std::string& name) const {
  const Outcome found =
      run({git_words({"rev-parse", "--verify", "--quiet", name}), path_, {}, {}, as_nobody_});
  return without_newline(found.out);
}

Clone::Clone(const TempDir& temp, const std::string& name, const Repository& origin, bool as_nobody)
    : path_(temp.path() / name), as_nobody_(as_nobody) {
  fs::create_directory(path_);
  if (as_nobody_) give_away(path_, kNobody);
  must({git_words(
            {"init", "--quiet", "--initial-branch=main", "--object-format=" + origin.format()}),
        path_,
        {},
        {},
        as_nobody_});
  git({"config", "gc.auto", "0"});
  git({"config", "commit.gpgsign", "false"});
  git({"remote", "add", "origin", origin.path().string()});
}

Command Clone::command(const Words& arguments) const {
  Command command{git_words(arguments), path_, variables_, {}, as_nobody_};
  const std::string time = std::to_string(kFirstTime + commits_) + " +0130";
  command.variables.try_emplace("GIT_AUTHOR_DATE", time);
  command.variables.try_emplace("GIT_COMMITTER_DATE", time);
  return command;
}

std::string Clone::git(const Words& arguments, const std::string& input) const {
  Command made = command(arguments);
  made.input = input;
  return without_newline(must(made));
}

std::string Clone::id(const std::string& name) const {
  return git({"rev-parse", "--verify", name});
}

std::string Clone::commit(const std::string& message,
                          const std::map<std::string, std::string>& files) {
  for (const auto& [name, text] : files) write_file(path_ / name, text);
  ++commits_;
  git({"add", "--all"});
  git({"commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim",
       "--message", message});
  return id();
}

Outcome Clone::push(const Words& arguments) const {
  return start_push(arguments).wait();
}

Running Clone::start_push(const Words& arguments) const {
  Words words = {"push", "origin"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return Running(command(words));
}

}  // namespace rcx::test
