#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstdlib>

#include "host/access/access.hpp"

namespace rcx::host {
namespace {

std::string name_below(const fs::path& root, const fs::path& repository) {
  std::string name = repository.lexically_relative(root).string();
  if (name.ends_with("/.git")) name.resize(name.size() - 5);
  if (name.ends_with(".git") && name.size() > 4) name.resize(name.size() - 4);
  return name;
}

// Empty, with errno set, where the path leads nowhere.
fs::path real_path(const fs::path& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? fs::path(real.get()) : fs::path();
}

bool lies_below(const fs::path& root, const fs::path& path) {
  const std::string& outer = root.native();
  const std::string& inner = path.native();
  if (outer.empty() || inner.size() <= outer.size() || !inner.starts_with(outer)) return false;
  return outer.ends_with('/') || inner[outer.size()] == '/';
}

}  // namespace

Roots::Roots(const Config& config) : config_file_(config.file.string()), roots_(config.roots) {
  for (const fs::path& root : roots_) real_.push_back(real_path(root));
}

Result<Placed> Roots::place(const fs::path& repository) const {
  const fs::path real = real_path(repository);
  if (real.empty()) {
    Error error = system_error("cannot find " + printable(repository.string()), errno);
    // kDenied is for what lies below no root; here nobody knows.
    if (error.code == Code::kDenied) error.code = Code::kIo;
    return error;
  }
  for (const fs::path& root : real_) {
    if (lies_below(root, real)) return Placed{real, name_below(root, real)};
  }
  std::string roots;
  for (const fs::path& root : roots_) {
    // Made, or moved, since the host started.
    const fs::path real_root = real_path(root);
    if (lies_below(real_root, real)) return Placed{real, name_below(real_root, real)};
    roots += (roots.empty() ? "" : ", ") + root.string();
  }
  return Error{Code::kDenied, printable(real.string()) + " lies below none of the roots in " +
                                  config_file_ + " (" + roots +
                                  "); add its parent directory to  roots:"};
}

std::optional<Placed> Roots::find(const std::string& name) const {
  // With a NUL or `..` it would be another one.
  if (name.empty() || name.find('\0') != std::string::npos) return std::nullopt;
  for (const fs::path& root : roots_) {
    for (const char* end : {".git", ""}) {
      boost::system::error_code failed;
      const fs::path path = root / (name + end);
      if (!fs::is_directory(path, failed)) continue;
      Result<Placed> placed = place(path);
      if (placed && placed->name == name) return std::move(*placed);
    }
  }
  return std::nullopt;
}

}  // namespace rcx::host
