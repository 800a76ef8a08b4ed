#include <fmt/format.h>
#include <sys/prctl.h>
#include <csignal>

#include <boost/json.hpp>

#include "host/plugin/library.hpp"
#include "host/plugin/plugin.hpp"
#include "host/plugin/role.hpp"

namespace rcx::host {

int run_describe(const fs::path& library, int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Result<Library> loaded = Library::load(library);
  const boost::json::object answer =
      loaded ? boost::json::object{{"descriptor", to_json(loaded->descriptor())}}
             : boost::json::object{{"error", loaded.error().message}};
  const Result<void> written =
      write_all(out, boost::json::serialize(answer), "the answer of describe");
  // Not exit(): the library's destructors and atexit handlers have no say here.
  ::_exit(written ? 0 : 1);
}

Result<Descriptor> describe(const fs::path& program, const fs::path& library,
                            std::chrono::nanoseconds deadline) {
  const Result<RoleAnswer> answer = ask_role(program, "describe", library, deadline);
  if (!answer) return answer.error();
  if (!answer->in_time) {
    return Error{Code::kUnavailable,
                 fmt::format("hangs while it is loaded: not done after {}; its static "
                             "constructors must not wait",
                             duration_text(deadline))};
  }
  try {
    const boost::json::object json = boost::json::parse(answer->bytes).as_object();
    if (const boost::json::value* error = json.if_contains("error")) {
      return Error{Code::kInvalid, std::string(error->as_string())};
    }
    return descriptor_from_json(json.at("descriptor").as_object());
  } catch (const std::exception&) {
    if (answer->end.starts_with("killed by signal " + std::to_string(SIGBUS))) {
      return Error{Code::kInvalid,
                   "is shorter than its own headers say; it was copied in part: copy it again"};
    }
    return Error{Code::kInvalid, "ends the process while it is loaded (" + answer->end +
                                     "); its static constructors must neither throw nor exit"};
  }
}

}  // namespace rcx::host
