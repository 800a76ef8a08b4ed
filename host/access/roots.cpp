#include <boost/filesystem/operations.hpp>

#include "host/access/access.hpp"

namespace rcx::host {
namespace {

std::string name_below(const fs::path& root, const fs::path& repository) {
  std::string name = repository.lexically_relative(root).string();
  if (name.ends_with("/.git")) name.resize(name.size() - 5);
  if (name.ends_with(".git") && name.size() > 4) name.resize(name.size() - 4);
  return name;
}

}  // namespace

Result<Placed> place_repository(const Config& config, const fs::path& repository) {
  boost::system::error_code failed;
  const fs::path real = fs::canonical(repository, failed);
  if (failed) return system_error("cannot find " + printable(repository.string()), failed.value());
  std::string roots;
  for (const fs::path& root : config.roots) {
    const fs::path real_root = fs::canonical(root, failed);
    if (!failed) {
      const fs::path below = real.lexically_relative(real_root);
      if (!below.empty() && below != "." && *below.begin() != "..") {
        return Placed{real, name_below(real_root, real)};
      }
    }
    roots += (roots.empty() ? "" : ", ") + root.string();
  }
  return Error{Code::kDenied, printable(real.string()) + " lies below none of the roots in " +
                                  config.file.string() + " (" + roots +
                                  "); add its parent directory to  roots:"};
}

}  // namespace rcx::host
