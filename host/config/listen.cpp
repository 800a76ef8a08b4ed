#include "host/config/listen.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace rcx::host {

Result<void> check_listen(const ApiConfig& api) {
  struct stat status {};
  if (!api.listen.starts_with('/') || ::lstat(api.listen.c_str(), &status) != 0 ||
      S_ISSOCK(status.st_mode)) {
    return {};
  }
  return Error{Code::kInvalid,
               fmt::format("api.listen: wanted the path of a socket, got {}, which is there and is "
                           "none; name another path, or remove it",
                           printable(api.listen))};
}

}  // namespace rcx::host
