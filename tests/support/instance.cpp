#include "tests/support/instance.hpp"

#include <unistd.h>
#include <csignal>

#include <boost/json.hpp>
#include <sstream>
#include <stdexcept>

namespace rcx::test {

fs::path built_programs() {
  return RCX_TEST_PROGRAMS;
}

fs::path fixture(const std::string& name) {
  return fs::path(RCX_TEST_FIXTURES) / (name + ".so");
}

Instance::Instance(const TempDir& temp, bool as_nobody)
    : directory_(temp.path() / "i"), as_nobody_(as_nobody) {
  entries_ = {{"roots", "[repositories]"},
              {"workers", "{pre: {processes: 1, threads: 4}, post: {processes: 1, threads: 4}}"},
              {"log", "{level: debug, file: host.log}"}};
  if (::geteuid() == 0) entries_["user"] = as_nobody_ ? std::to_string(kNobody) : "root";
  if (as_nobody_) {
    // The programs may stand where nobody cannot look.
    use_programs(temp.path() / "bin");
    fs::copy(built_programs(), programs_, fs::copy_options::recursive);
    give_away(temp.path(), kNobody);
  }
  must({{(programs_ / "rcx").string(), "init", directory_.string()},
        temp.path(),
        {},
        {},
        as_nobody_});
}

void Instance::add(const std::string& id, const std::string& section) {
  const fs::path to = rcextensions() / (id + ".so");
  write_file(to, read_file(fixture(id)));
  if (as_nobody_) give_away(rcextensions(), kNobody);
  if (!section.empty()) name(id, section);
}

void Instance::write_config() const {
  std::string text;
  for (const auto& [key, value] : entries_) text += key + ": " + value + "\n";
  if (!extensions_.empty()) text += "extensions:\n";
  for (const auto& [id, section] : extensions_) text += "  " + id + ": " + section + "\n";
  write_file(file(), text);
}

void Instance::start() {
  launch();
  wait_until_ready();
}

void Instance::launch() {
  write_config();
  host_.reset();
  host_.emplace(Command{{(programs_ / "rcxd").string(), "-c", file().string()},
                        directory_,
                        variables_,
                        {},
                        as_nobody_});
}

void Instance::wait_until_ready() const {
  const Outcome waited = rcx({"status", "--wait", "30"});
  if (waited.status == 0) return;
  throw std::runtime_error("the host does not become ready:\n" + waited.err + host_->err() + log());
}

int Instance::stop() {
  host_->signal(SIGTERM);
  return host_->wait().status;
}

void Instance::kill() {
  host_->signal(SIGKILL);
  host_->wait();
}

void Instance::wait_delivered() const {
  const Outcome waited = rcx({"events", "wait", "30"});
  if (waited.status == 0) return;
  throw std::runtime_error("not all is delivered:\n" + waited.err + log());
}

std::string Instance::log() const {
  return fs::exists(log_file()) ? read_file(log_file()) : std::string();
}

Command Instance::rcx_command(const std::vector<std::string>& arguments) const {
  Command command{
      {(programs_ / "rcx").string(), "-c", file().string()}, directory_, {}, {}, as_nobody_};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return command;
}

Outcome Instance::rcx(const std::vector<std::string>& arguments) const {
  return run(rcx_command(arguments));
}

std::string Instance::listed(const std::string& id) const {
  std::istringstream lines(must(rcx_command({"extensions", "list"})));
  std::string found;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(id + " ")) continue;
    if (!found.empty()) return {};
    found = line;
  }
  return found;
}

std::vector<pid_t> Instance::workers(const std::string& pool) const {
  const auto status = boost::json::parse(must(rcx_command({"--json", "status"})));
  std::vector<pid_t> pids;
  for (const auto& worker : status.at("workers").as_array()) {
    if (worker.at("pool").as_string() == pool) pids.push_back(worker.at("pid").to_number<pid_t>());
  }
  return pids;
}

int Instance::workers_lost() const {
  const auto status = boost::json::parse(must(rcx_command({"--json", "status"})));
  return status.at("workers_lost").to_number<int>();
}

}  // namespace rcx::test
