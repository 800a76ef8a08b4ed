// Who answers questions about a Mercurial repository: see wire.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"
#include "host/core/process.hpp"

namespace rcx::host::hg {

// What a reader of its own is started with, where hg's process cannot be asked.
struct ReaderPlace {
  std::string repository;
  fs::path module;                   // rcx_mercurial.py of the instance
  std::vector<std::string> command;  // a command of it, and its arguments
  bool pending = false;              // with what a transaction has not yet written
};

// One thread. Nothing happens before the first question. A reader that failed once answers nothing
// more.
class Reader {
 public:
  // `door` leads to the process that runs the hook and stays the caller's; -1: hg is started.
  Reader(int door, ReaderPlace place) : door_(door), place_(std::move(place)) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  Reader(Reader&&) = delete;
  Reader& operator=(Reader&&) = delete;
  ~Reader();

  // kNotFound where the repository has no such thing.
  Result<std::string> ask(const std::vector<std::string_view>& question);

 private:
  Result<void> open();
  Result<void> start(Fd end);
  Error gone(const char* what, int number);

  int door_;
  ReaderPlace place_;
  Fd socket_;
  std::optional<Process> process_;
  std::optional<Error> failed_;
};

}  // namespace rcx::host::hg
