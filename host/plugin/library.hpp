// A loaded extension library. In workers and in the role describe only.
#pragma once

#include <rcx/abi.h>

#include <boost/dll/shared_library.hpp>

#include "host/plugin/descriptor.hpp"

namespace rcx::host {

// Move-only on purpose: copying a shared_library opens the file again, with other flags.
class Library {
 public:
  // Loads `path` (absolute) with RTLD_NOW | RTLD_LOCAL, which runs its static constructors, and
  // checks its descriptor. It is never unloaded.
  static Result<Library> load(const fs::path& path);

  Library(Library&&) = default;
  Library& operator=(Library&&) = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() = default;

  // Lives as long as this.
  const rcx_plugin& plugin() const noexcept { return *plugin_; }
  const Descriptor& descriptor() const noexcept { return descriptor_; }

 private:
  Library() = default;
  boost::dll::shared_library library_;
  const rcx_plugin* plugin_ = nullptr;
  Descriptor descriptor_;
};

}  // namespace rcx::host
