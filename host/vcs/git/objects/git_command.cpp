#include "host/vcs/git/objects/git_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace rcx::host::git {
namespace {

constexpr std::size_t kLongestComplaint = std::size_t{64} * 1024;

// Moves bytes between this process and a child until it has closed both its outputs.
class Conversation {
 public:
  Conversation(Fd input, Fd output, Fd error, const std::string& text, std::size_t most)
      : input_(std::move(input)),
        output_(std::move(output)),
        error_(std::move(error)),
        text_(text),
        most_(most) {
    for (const int fd : {input_.get(), output_.get(), error_.get()})
      ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }

  // False when the output is too long.
  bool run() {
    while (output_ || error_) {
      if (sent_ == text_.size()) input_ = Fd();
      std::array<pollfd, 3> waiting = {{{input_ ? input_.get() : -1, POLLOUT, 0},
                                        {output_ ? output_.get() : -1, POLLIN, 0},
                                        {error_ ? error_.get() : -1, POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return false;
      if (waiting[0].revents != 0) send();
      if (waiting[1].revents != 0 && !receive(output_, out, most_)) return false;
      if (waiting[2].revents != 0) receive(error_, complaint, kLongestComplaint);
    }
    return true;
  }

  std::string out;
  std::string complaint;

 private:
  void send() {
    const ssize_t wrote = ::write(input_.get(), text_.data() + sent_, text_.size() - sent_);
    if (wrote > 0) sent_ += static_cast<std::size_t>(wrote);
    // It needs no more; what it thinks of that is in its exit status.
    if (wrote < 0 && errno != EAGAIN && errno != EINTR) input_ = Fd();
  }

  // What is beyond `most` is read and dropped.
  static bool receive(Fd& from, std::string& into, std::size_t most) {
    std::array<char, 65536> piece{};
    const ssize_t got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) {
      from = Fd();
      return true;
    }
    const auto size = static_cast<std::size_t>(got);
    const std::size_t room = most - into.size();
    into.append(piece.data(), std::min(size, room));
    return size <= room;
  }

  Fd input_;
  Fd output_;
  Fd error_;
  const std::string& text_;
  std::size_t most_;
  std::size_t sent_ = 0;
};

// As git reads a list of directories in which a colon stands between two.
std::string quoted(const std::string& path) {
  std::string out = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

// Of the command, for errors.
std::string name_of(const GitQuestion& question) {
  for (const std::string& word : question.arguments) {
    // Options before the command come in pairs.
    if (word != "-c" && word.find('=') == std::string::npos) return "git " + word;
  }
  return "git";
}

// The same with the repository.
std::string place_of(const GitQuestion& question) {
  return name_of(question) + " in " + printable(question.path);
}

Result<ProgramAnswer> answer_of(const GitQuestion& question, std::size_t most) {
  return converse(git_launch(question), question.input, place_of(question), most);
}

Error failure(const GitQuestion& question, const ProgramAnswer& answer) {
  const std::string& said = answer.complaint;
  const std::string complaint = printable(said.substr(0, said.find('\n')));
  return {Code::kUnavailable,
          place_of(question) + ": " + (complaint.empty() ? answer.end : shortened(complaint, 300))};
}

}  // namespace

Launch git_launch(const GitQuestion& question) {
  Launch launch;
  launch.program = "git";
  launch.arguments = {"git", "-c", "advice.graftFileDeprecated=false"};
  launch.arguments.insert(launch.arguments.end(), question.arguments.begin(),
                          question.arguments.end());
  const char* const search = std::getenv("PATH");
  launch.environment = {{"GIT_DIR=" + question.path, "GIT_CONFIG_NOSYSTEM=1",
                         "GIT_CONFIG_GLOBAL=/dev/null", "GIT_NO_REPLACE_OBJECTS=1",
                         "GIT_GRAFT_FILE=/dev/null", "GIT_OPTIONAL_LOCKS=0",
                         "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "LC_ALL=C",
                         std::string("PATH=") + (search != nullptr ? search : "/usr/bin:/bin")}};
  const Held& held = question.held;
  if (!held.objects.empty()) {
    launch.environment->push_back("GIT_ALTERNATE_OBJECT_DIRECTORIES=" + quoted(held.objects));
  }
  if (!held.shallow.empty()) launch.environment->push_back("GIT_SHALLOW_FILE=" + held.shallow);
  launch.environment->insert(launch.environment->end(), question.variables.begin(),
                             question.variables.end());
  return launch;
}

Result<ProgramAnswer> converse(Launch launch, const std::string& input, const std::string& name,
                               std::size_t most) {
  Result<Pipe> in = Pipe::open();
  Result<Pipe> out = Pipe::open();
  Result<Pipe> error = Pipe::open();
  if (!in) return in.error();
  if (!out) return out.error();
  if (!error) return error.error();
  launch.input = in->reader.get();
  launch.output = out->writer.get();
  launch.error = error->writer.get();
  const Result<Process> child = Process::start(launch);
  if (!child) return Error{Code::kUnavailable, child.error().message};
  in->reader = Fd();
  out->writer = Fd();
  error->writer = Fd();
  Conversation talk(std::move(in->writer), std::move(out->reader), std::move(error->reader), input,
                    most);
  if (!talk.run()) {
    child->kill();
    return Error{Code::kLimit, name + " says more than the host reads"};
  }
  ProgramAnswer answer;
  answer.end = child->wait(&answer.status);
  answer.output = std::move(talk.out);
  answer.complaint = std::move(talk.complaint);
  return answer;
}

Result<std::string> run_git(const GitQuestion& question, std::size_t most) {
  Result<ProgramAnswer> answer = answer_of(question, most);
  if (!answer) return answer.error();
  if (answer->status != 0) return failure(question, *answer);
  return std::move(answer->output);
}

Result<bool> git_answers_yes(const GitQuestion& question) {
  const Result<ProgramAnswer> answer = answer_of(question, kLongestComplaint);
  if (!answer) return answer.error();
  if (answer->status != 0 && answer->status != 1) return failure(question, *answer);
  return answer->status == 0;
}

}  // namespace rcx::host::git
