// An extension as it ships: a shared library, opened as the host opens it.
#ifndef RCX_TESTS_PLUGINS_LIBRARY_HPP
#define RCX_TESTS_PLUGINS_LIBRARY_HPP

#include <dlfcn.h>
#include <rcx/testing.hpp>

#include <stdexcept>
#include <string>

namespace rcx::tests {

// Never closed, as in production.
inline const rcx_plugin& plugin_of(const char* path) {
  void* library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  const void* entry = ::dlsym(library, RCX_ENTRY_NAME);
  if (entry == nullptr) throw std::runtime_error(std::string(path) + " has no " RCX_ENTRY_NAME);
  return *static_cast<const rcx_plugin*>(entry);
}

}  // namespace rcx::tests

#endif  // RCX_TESTS_PLUGINS_LIBRARY_HPP
