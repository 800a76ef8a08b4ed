// What commits of Mercurial and of Subversion have in common: bounds of what is read, the content
// that was read last, and what neither system has. Used by host/vcs alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/vcs/adapter.hpp"

namespace rcx::host {

class BoundedCommits : public CommitSource {
 public:
  Result<void> complete(Event& /*event*/) override { return {}; }
  Result<std::shared_ptr<const std::string>> content(const std::string& id) override;
  Result<std::vector<Trailer>> trailers(std::size_t index) override;
  Result<std::string> signature(std::size_t index) override;
  Result<const Signature*> verify(std::size_t index) override;

 protected:
  // `signatures`: what the system would call them.
  BoundedCommits(const Adapter& system, const char* signatures, const ReadingConfig& reading);

  // All of a content that the event has named; kNotFound for others.
  virtual Result<std::string> read_content(const std::string& id) = 0;

  // Each is kLimit where that is more than is left, or than one may have, and is taken from it.
  Result<void> take_message(std::uint64_t bytes);
  Result<void> take_entry();
  Result<void> take_lines(const AddedLines& lines);
  Result<void> check_content(const std::string& id, std::uint64_t bytes) const;

  std::uint64_t paths_left_;
  std::uint64_t path_bytes_left_;

 private:
  const Adapter& system_;
  const char* signatures_;
  std::uint64_t largest_content_;
  std::uint64_t messages_left_;
  std::uint64_t lines_left_;
  std::string last_id_;
  std::shared_ptr<const std::string> last_content_;
};

}  // namespace rcx::host
