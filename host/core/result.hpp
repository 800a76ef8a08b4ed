// How components report expected failures: as values.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace rcx::host {

// What a caller may branch on. Few on purpose: everything else is said in the message.
enum class Code {
  kInvalid,      // the input is wrong; the message says what was wanted
  kNotFound,     // the named thing does not exist
  kDenied,       // permissions or policy forbid it
  kBusy,         // somebody else holds it
  kUnavailable,  // it cannot be had now, or not on this system
  kUnsupported,  // the version-control system has no such thing
  kLimit,        // it is larger than is allowed
  kIo,           // the system failed
};

// An expected failure. `message` says what, where, wanted and got, and the cure where there is one;
// it is text for people, one or more lines, without a final newline.
struct Error {
  Code code = Code::kInvalid;
  std::string message;
};

[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& /*where*/) {
  throw std::runtime_error(error.message);
}

// A value or an Error. Reading the value of a failed result throws, which marks a bug.
template <class T>
using Result = boost::system::result<T, Error>;

// An Error for the failed system call `what`, with the text of `number` (an errno value).
Error system_error(const std::string& what, int number);

}  // namespace rcx::host
