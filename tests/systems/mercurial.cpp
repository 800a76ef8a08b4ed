#include "tests/systems/mercurial.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace rcx::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Command serve_command(const HgPlace& repository,
                      const std::map<std::string, std::string>& variables) {
  Command command = repository.command({"serve", "--address", "127.0.0.1", "--port", "0",
                                        "--config", "web.push_ssl=no", "--config",
                                        "web.allow_push=*", "--config", "web.allow-archive="});
  for (const auto& [name, value] : variables) command.variables[name] = value;
  return command;
}

}  // namespace

bool has_mercurial() {
  static const bool kFound = [] { return run({{"sh", "-c", "command -v hg"}, "/"}).status == 0; }();
  return kFound;
}

Command HgPlace::command(const Words& arguments) const {
  Words words = {"hg"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Command command{words, path_, variables_};
  command.variables.try_emplace("HGRCPATH", "");
  command.variables.try_emplace("HGUSER", "Ada Lovelace <ada@example.org>");
  return command;
}

std::string HgPlace::hg(const Words& arguments) const {
  std::string text = must(command(arguments));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string HgPlace::id(const std::string& revision) const {
  return hg({"log", "--hidden", "--rev", revision, "--template", "{node}"});
}

std::vector<std::string> HgPlace::log(const std::string& what) const {
  return lines_of(hg({"log", "--hidden", "--rev", "all()", "--template", what + "\n"}));
}

HgRepository::HgRepository(const Instance& instance, const std::string& name)
    : HgPlace(instance.root() / name) {
  must({{"hg", "init", path().string()}, "/", {{"HGRCPATH", ""}}});
  must(instance.rcx_command({"install", path().string()}));
}

HgClone::HgClone(const TempDir& temp, const std::string& name, std::string source)
    : HgPlace(temp.path() / name) {
  must({{"hg", "init", path().string()}, "/", {{"HGRCPATH", ""}}});
  write_file(path() / ".hg/hgrc",
             "[paths]\ndefault = " + source +
                 "\n[extensions]\nrebase =\n[experimental]\nevolution = all\n");
}

std::string HgClone::commit(const std::string& message,
                            const std::map<std::string, std::string>& files) {
  for (const auto& [name, text] : files) write_file(path() / name, text);
  const std::string time = std::to_string(1'700'000'000 + ++commits_) + " -5400";
  hg({"commit", "--quiet", "--addremove", "--message", message, "--date", time});
  return id();
}

Outcome HgClone::push(const Words& arguments) const {
  return start_push(arguments).wait();
}

Running HgClone::start_push(const Words& arguments) const {
  Words words = {"push"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return Running(command(words));
}

std::vector<std::string> said(const Outcome& pushed) {
  std::vector<std::string> lines;
  for (std::string line : lines_of(pushed.err + pushed.out)) {
    for (const std::string head : {"remote: ", "abort: "}) {
      if (line.starts_with(head)) line.erase(0, head.size());
    }
    lines.push_back(line);
  }
  return lines;
}

HgServer::HgServer(const HgPlace& repository, const std::map<std::string, std::string>& variables)
    : server_(serve_command(repository, variables)) {
  // It says where it listens once it does.
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (url_.empty() && std::chrono::steady_clock::now() < until) {
    const std::string text = server_.out();
    const std::size_t colon = text.find("127.0.0.1:");
    const std::size_t end = colon == std::string::npos ? colon : text.find_first_of("/ )\n", colon);
    if (end != std::string::npos) url_ = "http://" + text.substr(colon, end - colon) + "/";
    if (url_.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (url_.empty()) throw std::runtime_error("hg serve does not start: " + server_.err());
}

}  // namespace rcx::test
