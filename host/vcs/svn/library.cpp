#include "host/vcs/svn/library.hpp"

#include <dlfcn.h>

#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/dll/shared_library.hpp>
#include <boost/filesystem/operations.hpp>

#include "host/vcs/vcs.hpp"

namespace rcx::host {
namespace svn {
namespace {

constexpr auto kNeverUnload = static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);

// Beside the programs, as they are built, or where they are installed.
fs::path module_file() {
  boost::system::error_code failed;
  const fs::path programs = fs::read_symlink("/proc/self/exe", failed).parent_path();
  const fs::path beside = programs / kModuleFile;
  return fs::exists(beside, failed) ? beside
                                    : programs.parent_path() / "lib/rcx/modules" / kModuleFile;
}

Result<const Module*> load() {
  const fs::path file = module_file();
  boost::system::error_code failed;
  if (!fs::exists(file, failed)) {
    return Error{Code::kUnavailable, "this rcx was installed without " + std::string(kModuleFile) +
                                         ", which reads Subversion; install it with:  apt install "
                                         "rcx-svn  (or build rcx where libsvn-dev is installed)"};
  }
  boost::dll::shared_library library;
  ::dlerror();
  library.load(file, failed,
               boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local | kNeverUnload);
  if (failed) {
    const char* const reason = ::dlerror();
    return Error{Code::kUnavailable, "the module that reads Subversion cannot be loaded: " +
                                         printable(reason != nullptr ? reason : "unknown error") +
                                         "; install what it needs with:  apt install libsvn1"};
  }
  const Module* module = nullptr;
  if (library.has(kModuleEntry)) module = library.get<ModuleEntry>(kModuleEntry)(kModuleVersion);
  if (module == nullptr) {
    return Error{Code::kUnavailable, file.string() +
                                         " is of another release of rcx; install both "
                                         "from the same one"};
  }
  return module;
}

}  // namespace

Result<const Module*> load_module() {
  static const Result<const Module*> kLoaded = [] {
    try {
      return load();
    } catch (const std::exception& failed) {
      return Result<const Module*>(
          Error{Code::kUnavailable, "libsvn does not start: " + printable(failed.what())});
    }
  }();
  return kLoaded;
}

}  // namespace svn

std::string subversion_missing() {
  const Result<const svn::Module*> module = svn::load_module();
  return module ? std::string() : module.error().message;
}

}  // namespace rcx::host
