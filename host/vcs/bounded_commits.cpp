#include "host/vcs/bounded_commits.hpp"

#include "host/vcs/limit.hpp"
#include "host/vcs/trailers.hpp"

namespace rcx::host {

BoundedCommits::BoundedCommits(const Adapter& system, const char* signatures,
                               const ReadingConfig& reading)
    : paths_left_(static_cast<std::uint64_t>(reading.paths)),
      path_bytes_left_(limit(reading.path_bytes)),
      system_(system),
      signatures_(signatures),
      largest_content_(limit(reading.content)),
      messages_left_(limit(reading.messages)),
      lines_left_(limit(reading.lines)) {}

Result<std::shared_ptr<const std::string>> BoundedCommits::content(const std::string& id) {
  if (last_content_ != nullptr && last_id_ == id) return last_content_;
  Result<std::string> read = read_content(id);
  if (!read) return read.error();
  last_id_ = id;
  last_content_ = std::make_shared<const std::string>(std::move(*read));
  return last_content_;
}

Result<std::vector<Trailer>> BoundedCommits::trailers(std::size_t index) {
  const Result<const Commit*> found = commit(index);
  if (!found) return found.error();
  return message_trailers((*found)->message);
}

Result<std::string> BoundedCommits::signature(std::size_t /*index*/) {
  return system_.unsupported(signatures_);
}

Result<const Signature*> BoundedCommits::verify(std::size_t /*index*/) {
  return system_.unsupported(signatures_);
}

Result<void> BoundedCommits::take_message(std::uint64_t bytes) {
  if (bytes > messages_left_) {
    return Error{Code::kLimit,
                 "the messages of this push have more bytes than reading.messages in rcx.yaml "
                 "allows to read"};
  }
  messages_left_ -= bytes;
  return {};
}

Result<void> BoundedCommits::take_entry() {
  if (paths_left_ == 0) {
    return Error{Code::kLimit, "these directories have more entries than reading.paths allows"};
  }
  --paths_left_;
  return {};
}

Result<void> BoundedCommits::take_lines(const AddedLines& lines) {
  if (lines.text.size() > lines_left_) {
    return Error{Code::kLimit,
                 "this push adds more lines than reading.lines in rcx.yaml allows to read"};
  }
  lines_left_ -= lines.text.size();
  return {};
}

Result<void> BoundedCommits::check_content(const std::string& id, std::uint64_t bytes) const {
  if (bytes <= largest_content_) return {};
  return Error{Code::kLimit, "the content " + id + " has " + std::to_string(bytes) +
                                 " bytes, and reading.content in rcx.yaml allows " +
                                 std::to_string(largest_content_)};
}

}  // namespace rcx::host
