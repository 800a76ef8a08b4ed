// The project that `rcx new` makes.
#pragma once

#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host::cli {

enum class Language { kC, kCxx };

struct ProjectFile {
  std::string name;
  std::string bytes;
};

// Empty for a name that can be the id of an extension, its file and a target of CMake; else why
// not, and one that can.
std::string name_fault(const std::string& name);

// The files of the project `name`. Their texts stand in host/cli/scaffold/, and in rcx itself.
std::vector<ProjectFile> scaffold(const std::string& name, Language language);

// The same in C++ for one that handles the event which is called `event`. kInvalid: there is none;
// it says which is near.
Result<std::vector<ProjectFile>> scaffold_for(const std::string& name, const std::string& event);

}  // namespace rcx::host::cli
