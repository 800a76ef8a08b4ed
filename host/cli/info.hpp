// What is known of an extension's file before any host has it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "host/plugin/descriptor.hpp"
#include "host/plugin/inspect.hpp"

namespace rcx::host::cli {

struct Info {
  fs::path file;
  std::uint64_t size = 0;  // of the library
  mode_t mode = 0;
  uid_t owner = 0;
  std::string hash;
  Contents contents;
  std::string refused;                   // why a host would not even look into it, and the cure
  std::optional<Descriptor> descriptor;  // none when it is refused: then it was not loaded
};

// Loads nothing here: others are asked, each in a process of its own, which may take `patience`.
Result<Info> look_into(const fs::path& file, std::chrono::nanoseconds patience);

}  // namespace rcx::host::cli
