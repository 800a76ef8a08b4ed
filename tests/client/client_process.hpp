// Runs the real client, as git would.
#ifndef RCX_TESTS_CLIENT_CLIENT_PROCESS_HPP
#define RCX_TESTS_CLIENT_CLIENT_PROCESS_HPP

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rcx::test {

struct Invocation {
  std::string program;  // the file to execute
  std::string name;     // argv[0]; empty: `program`
  std::vector<std::string> arguments;
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin"};
  std::optional<std::string> input = "";  // none: started with standard input closed
  bool error_unread = false;              // nobody reads standard error
};

struct Result {
  int status = -1;          // the exit status; 128 and the signal for a process that was killed
  std::string error;        // standard error
  std::string output;       // standard output
  bool input_read = false;  // all of the input went into the pipe without EPIPE
};

class ClientProcess {
 public:
  explicit ClientProcess(const Invocation& invocation);
  ~ClientProcess();
  ClientProcess(const ClientProcess&) = delete;
  ClientProcess& operator=(const ClientProcess&) = delete;

  // Reads standard error until it holds the text; false when it ends before.
  bool wait_for_error(std::string_view text);
  Result wait();

 private:
  bool read_more();

  pid_t pid_ = -1;
  int error_ = -1;
  int output_ = -1;
  Result result_;
  std::thread feeder_;
};

Result run_client(const Invocation& invocation);

}  // namespace rcx::test

#endif  // RCX_TESTS_CLIENT_CLIENT_PROCESS_HPP
