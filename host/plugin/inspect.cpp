#include "host/plugin/inspect.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <csignal>

#include <algorithm>
#include <boost/dll/library_info.hpp>
#include <boost/json.hpp>

#include "host/plugin/elf.hpp"
#include "host/plugin/role.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargestLibrary = std::size_t{1024} * 1024 * 1024;
constexpr std::size_t kMostNames = 10'000;
// Boost.DLL makes room for whatever size a header states.
constexpr rlim_t kMostMemory = rlim_t{4} * 1024 * 1024 * 1024;

void bound_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit limit{kMostMemory, kMostMemory};
  ::setrlimit(RLIMIT_AS, &limit);
#endif
}

boost::json::array names(std::vector<std::string> all) {
  all.resize(std::min(all.size(), kMostNames));
  boost::json::array array;
  // JSON is UTF-8; symbols are bytes.
  for (const std::string& name : all) array.emplace_back(printable(name));
  return array;
}

Result<boost::json::object> read(const fs::path& library) {
  const Result<std::string> file = read_file(library, kLargestLibrary);
  if (!file) return file.error();
  const Result<std::vector<std::string>> needed = needed_libraries(*file);
  if (!needed) return needed.error();
  std::vector<std::string> exports = boost::dll::library_info(library).symbols();
  std::sort(exports.begin(), exports.end());
  return boost::json::object{{"needed", names(*needed)}, {"exports", names(std::move(exports))}};
}

std::vector<std::string> texts(const boost::json::value& json) {
  std::vector<std::string> all;
  for (const boost::json::value& one : json.as_array()) all.emplace_back(one.as_string());
  return all;
}

}  // namespace

int run_inspect(const fs::path& library, int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  bound_memory();
  boost::json::object answer;
  try {
    Result<boost::json::object> contents = read(library);
    answer =
        contents ? std::move(*contents) : boost::json::object{{"error", contents.error().message}};
  } catch (const std::exception& error) {
    answer = {{"error", std::string("cannot be read as a library: ") + error.what()}};
  }
  return write_all(out, boost::json::serialize(answer), "the answer of inspect") ? 0 : 1;
}

Result<Contents> inspect(const fs::path& program, const fs::path& library,
                         std::chrono::nanoseconds deadline) {
  const Result<RoleAnswer> answer = ask_role(program, "inspect", library, deadline);
  if (!answer) return answer.error();
  if (!answer->in_time) {
    return Error{Code::kUnavailable,
                 fmt::format("cannot be read within {}", duration_text(deadline))};
  }
  try {
    const boost::json::object json = boost::json::parse(answer->bytes).as_object();
    if (const boost::json::value* error = json.if_contains("error")) {
      return Error{Code::kInvalid, std::string(error->as_string())};
    }
    return Contents{texts(json.at("needed")), texts(json.at("exports"))};
  } catch (const std::exception&) {
    return Error{Code::kInvalid, "breaks what reads it (" + answer->end +
                                     "); it was copied in part, or is no library: build it again"};
  }
}

}  // namespace rcx::host
