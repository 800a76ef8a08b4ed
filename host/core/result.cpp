#include "host/core/result.hpp"

#include <cerrno>
#include <system_error>

namespace rcx::host {

Error system_error(const std::string& what, int number) {
  Code code = Code::kIo;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == EACCES || number == EPERM) code = Code::kDenied;
  return {code, what + ": " + std::generic_category().message(number)};
}

}  // namespace rcx::host
