#include "host/vcs/trailers.hpp"

#include <git2.h>

#include "host/vcs/git/git.hpp"

namespace rcx::host {
namespace {

struct Trailers : git_message_trailer_array {
  Trailers() : git_message_trailer_array{} {}
  Trailers(const Trailers&) = delete;
  Trailers& operator=(const Trailers&) = delete;
  Trailers(Trailers&&) = delete;
  Trailers& operator=(Trailers&&) = delete;
  ~Trailers() { git_message_trailer_array_free(this); }
};

}  // namespace

Result<std::vector<Trailer>> message_trailers(const std::string& message) {
  Trailers raw;
  if (git_message_trailers(&raw, message.c_str()) != 0) {
    return git::last_error("cannot read the trailers of a message");
  }
  std::vector<Trailer> trailers;
  for (std::size_t i = 0; i < raw.count; ++i) {
    trailers.push_back({raw.trailers[i].key, raw.trailers[i].value});
  }
  return trailers;
}

}  // namespace rcx::host
