// What a hook costs git: starting the client and hearing a warm worker's verdict, against
// /bin/true.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/client/fake_worker.hpp"
#include "tests/client/sandbox.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// Microseconds from posix_spawn until the process is reaped, with one line of input.
double run(std::string program) {
  int ends[2] = {-1, -1};
  if (::pipe2(static_cast<int*>(ends), O_CLOEXEC) != 0) std::abort();
  const std::string line = std::string(40, '0') + ' ' + std::string(40, '1') + " refs/heads/main\n";
  if (::write(ends[1], line.data(), line.size()) < 0) std::abort();
  ::close(ends[1]);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  char* arguments[] = {program.data(), nullptr};
  pid_t pid = -1;
  const auto start = Clock::now();
  if (::posix_spawn(&pid, program.c_str(), &actions, nullptr, static_cast<char**>(arguments),
                    environ) != 0) {
    std::abort();
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  const auto end = Clock::now();
  ::close(ends[0]);
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) std::abort();
  return std::chrono::duration<double, std::micro>(end - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::string client = argc > 1 ? argv[1] : RCX_TEST_CLIENT;
  const std::size_t runs = argc > 2 ? std::stoul(argv[2]) : 1000;
  const rcx::test::Sandbox sandbox(client);
  const rcx::test::FakeWorker worker(sandbox.socket("pre-receive"),
                                     std::vector<rcx::test::Script>(runs, rcx::test::verdict(0)));
  std::vector<double> of_client;
  std::vector<double> of_true;
  for (std::size_t i = 0; i < runs; ++i) {
    of_client.push_back(run((sandbox.hooks() / "pre-receive").string()));
    of_true.push_back(run("/bin/true"));
  }
  std::printf("client %.0f us, /bin/true %.0f us, ratio %.2f (medians of %zu)\n", median(of_client),
              median(of_true), median(of_client) / median(of_true), runs);
  return 0;
}
