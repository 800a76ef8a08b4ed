// Failures of libsvn, and limits, as errors for people. Used by host/vcs/svn alone.
#pragma once

#include "host/core/core.hpp"
#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

// The same, whose cause libsvn names.
inline Error error_of(const Failure& failure) {
  return {failure.missing() ? Code::kNotFound : Code::kUnavailable,
          "Subversion: " + printable(failure.what())};
}

// What `act` answers, or why libsvn does not.
template <class Answer, class Act>
Result<Answer> guarded(const Act& act) {
  try {
    return act();
  } catch (const Failure& failure) {
    return error_of(failure);
  }
}

inline Error too_many_paths() {
  return {Code::kLimit,
          "this commit changes more paths than reading.paths and reading.path_bytes in rcx.yaml "
          "allow to read"};
}

}  // namespace rcx::host::svn
