#include "host/accounts/holder.hpp"

#include <unistd.h>

#include <mutex>
#include <set>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {
namespace {

// When the process began, in ticks since the machine did; empty where there is none.
std::string start_of(const std::string& pid) {
  const Result<std::string> stat = read_file("/proc/" + pid + "/stat", 4096);
  if (!stat) return {};
  // The name of the program, in parentheses, may hold anything.
  const std::size_t end = stat->rfind(')');
  if (end == std::string::npos) return {};
  constexpr std::size_t kStart = 20;  // field 22 of proc(5), counted from the one after the name
  const std::vector<std::string_view> rest = split(std::string_view(*stat).substr(end + 1), ' ');
  return rest.size() > kStart ? std::string(rest[kStart]) : std::string();
}

std::string boot() {
  const Result<std::string> id = read_file("/proc/sys/kernel/random/boot_id", 64);
  return id ? id->substr(0, id->find('\n')) : std::string();
}

// Numbers of the actions of this process that are at work.
struct AtWork {
  std::mutex mutex;
  std::uint64_t last = 0;
  std::set<std::string> names;
};

AtWork& at_work() {
  static AtWork all;
  return all;
}

}  // namespace

std::string this_process() {
  const std::string pid = std::to_string(::getpid());
  return boot() + " " + pid + " " + start_of(pid);
}

Holder::Holder() {
  AtWork& all = at_work();
  const std::string process = this_process();
  const std::scoped_lock lock(all.mutex);
  name_ = process + " " + std::to_string(++all.last);
  all.names.insert(name_);
}

Holder::~Holder() {
  AtWork& all = at_work();
  const std::scoped_lock lock(all.mutex);
  all.names.erase(name_);
}

bool is_alive(const std::string& holder) {
  const std::vector<std::string_view> words = split(holder, ' ');
  if (words.size() < 3 || words[0] != boot() || words[2].empty() ||
      words[2] != start_of(std::string(words[1]))) {
    return false;
  }
  if (words.size() == 3 || words[1] != std::to_string(::getpid())) return true;
  AtWork& all = at_work();
  const std::scoped_lock lock(all.mutex);
  return all.names.contains(holder);
}

}  // namespace rcx::host
