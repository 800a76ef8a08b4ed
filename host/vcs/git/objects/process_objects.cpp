#include "host/vcs/git/objects/process_objects.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "host/vcs/git/objects/git_command.hpp"

namespace rcx::host::git {

ProcessObjects::~ProcessObjects() {
  stop();
}

void ProcessObjects::stop() {
  to_ = Fd();
  from_ = Fd();
  // It reads only; there is nothing to finish.
  if (child_) child_->kill();
  child_.reset();
  buffer_.clear();
  next_ = 0;
}

Result<void> ProcessObjects::start() {
  if (child_) return {};
  Result<Pipe> in = Pipe::open();
  Result<Pipe> out = Pipe::open();
  if (!in) return in.error();
  if (!out) return out.error();
  Launch launch = git_launch({path_, {"cat-file", "--batch-command"}});
  launch.input = in->reader.get();
  launch.output = out->writer.get();
  Result<Process> child = Process::start(launch);
  if (!child) return Error{Code::kUnavailable, child.error().message};
  child_.emplace(std::move(*child));
  to_ = std::move(in->writer);
  from_ = std::move(out->reader);
  return {};
}

Result<void> ProcessObjects::more() {
  std::array<char, 65536> piece{};
  const ssize_t got = ::read(from_.get(), piece.data(), piece.size());
  if (got < 0 && errno == EINTR) return more();
  if (got <= 0) {
    stop();
    return Error{Code::kUnavailable, "git cat-file ended in " + printable(path_) +
                                         "; its own words are in the host's log"};
  }
  buffer_.erase(0, next_);
  next_ = 0;
  buffer_.append(piece.data(), static_cast<std::size_t>(got));
  return {};
}

Result<std::string> ProcessObjects::line() {
  std::size_t end = 0;
  while ((end = buffer_.find('\n', next_)) == std::string::npos) {
    if (Result<void> got = more(); !got) return got.error();
  }
  std::string text = buffer_.substr(next_, end - next_);
  next_ = end + 1;
  return text;
}

Result<void> ProcessObjects::bytes(std::string& into, std::size_t count) {
  into.reserve(count);
  while (true) {
    const std::size_t have = std::min(count - into.size(), buffer_.size() - next_);
    into.append(buffer_, next_, have);
    next_ += have;
    if (into.size() == count) return {};
    if (Result<void> got = more(); !got) return got;
  }
}

Result<ObjectHeader> ProcessObjects::ask(const char* command, const ObjectId& id) {
  if (Result<void> started = start(); !started) return started.error();
  const std::string wanted = id.text();
  Result<void> sent =
      write_all(to_.get(), std::string(command) + " " + wanted + "\n", "git cat-file");
  if (!sent) {
    // It died between two questions.
    stop();
    if (Result<void> started = start(); !started) return started.error();
    sent = write_all(to_.get(), std::string(command) + " " + wanted + "\n", "git cat-file");
    if (!sent) return sent.error();
  }
  const Result<std::string> answer = line();
  if (!answer) return damaged_object(id, answer.error().message);
  const std::vector<std::string_view> words = split(*answer, ' ');
  if (words.size() == 2 && words[0] == wanted && words[1] == "missing") return missing_object(id);
  ObjectHeader header;
  const auto type = words.size() == 3 && words[0] == wanted ? object_type(words[1]) : std::nullopt;
  if (!type ||
      std::from_chars(words[2].data(), words[2].data() + words[2].size(), header.size).ec !=
          std::errc()) {
    stop();
    return damaged_object(id, "git answers '" + shortened(printable(*answer), 200) + "'");
  }
  header.type = *type;
  return header;
}

Result<bool> ProcessObjects::contains(const ObjectId& id) {
  const Result<ObjectHeader> found = header(id);
  if (!found && found.error().code != Code::kNotFound) return found.error();
  return static_cast<bool>(found);
}

Result<ObjectHeader> ProcessObjects::header(const ObjectId& id) {
  return ask("info", id);
}

Result<Object> ProcessObjects::read(const ObjectId& id, std::uint64_t most) {
  const Result<ObjectHeader> header = ask("contents", id);
  if (!header) return header.error();
  if (header->size > most) {
    stop();
    return large_object(id, most);
  }
  auto content = std::make_shared<std::string>();
  std::string newline;
  Result<void> got = bytes(*content, header->size);
  if (got) got = bytes(newline, 1);
  // It ends over an object that is damaged, and says which to the host's log alone.
  if (!got) return damaged_object(id, got.error().message);
  return Object{header->type, std::move(content)};
}

}  // namespace rcx::host::git
