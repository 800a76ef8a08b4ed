#include "host/queue/spool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>

namespace rcx::host {
namespace {

// As the client makes it: the time, and the id of the event.
bool is_spooled(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.size() == 49 && name.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

}  // namespace

std::vector<fs::path> spooled(const fs::path& spool) {
  std::vector<fs::path> found;
  boost::system::error_code failed;
  for (fs::directory_iterator entry(spool, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (is_spooled(entry->path())) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string spool_name(std::int64_t time_ns, const Uuid& event_id) {
  std::string name = fmt::format("{:016x}-", static_cast<std::uint64_t>(time_ns));
  for (const std::uint8_t byte : event_id) name += fmt::format("{:02x}", byte);
  return name;
}

}  // namespace rcx::host
