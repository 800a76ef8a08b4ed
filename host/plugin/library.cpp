#include "host/plugin/library.hpp"

#include <dlfcn.h>

namespace rcx::host {
namespace {

// Threads that an extension left behind may still be in its code, whoever closes it.
constexpr auto kNeverUnload = static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);

// dlerror() begins with the path, which the reader of a status line knows.
std::string load_failure(const fs::path& path) {
  const char* reason = ::dlerror();
  std::string text = reason != nullptr ? printable(reason) : "unknown error";
  if (text.starts_with(path.string() + ": ")) text.erase(0, path.string().size() + 2);
  std::string cure;
  if (text.find("undefined symbol") != std::string::npos) {
    cure = "; link what defines it, or hide the call (rcx_add_plugin finds this at build time)";
  } else if (text.find("ELF") != std::string::npos || text.find("too short") != std::string::npos) {
    cure = "; it is no shared library for this machine, or was copied in part: copy it again";
  } else if (text.find("cannot open shared object") != std::string::npos) {
    cure = "; install that library, or ship it in a directory beside the extension";
  }
  return "cannot be loaded: " + text + cure;
}

}  // namespace

Result<Library> Library::load(const fs::path& path) {
  Library loaded;
  boost::dll::fs::error_code failed;
  ::dlerror();
  // Boost.DLL says "Bad file descriptor" of everything; the cause stands in dlerror().
  loaded.library_.load(
      path, failed,
      boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local | kNeverUnload);
  if (failed) return Error{Code::kInvalid, load_failure(path)};
  if (!loaded.library_.has(RCX_ENTRY_NAME)) {
    return Error{Code::kInvalid,
                 std::string("exports no ") + RCX_ENTRY_NAME +
                     "; define it with RCX_PLUGIN (C++) or `const rcx_plugin RCX_ENTRY` (C)"};
  }
  loaded.plugin_ = &loaded.library_.get<const rcx_plugin>(RCX_ENTRY_NAME);
  Result<Descriptor> descriptor = check_descriptor(*loaded.plugin_);
  if (!descriptor) return descriptor.error();
  loaded.descriptor_ = std::move(*descriptor);
  return loaded;
}

}  // namespace rcx::host
