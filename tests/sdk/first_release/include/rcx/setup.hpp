// What the constructor of an extension gets: its settings, its log, and where it may keep things.
// Included by rcx/plugin.hpp, whose head states the rules of lifetimes and threads.
#ifndef RCX_SETUP_HPP
#define RCX_SETUP_HPP

#include <rcx/abi.h>
#include <rcx/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rcx {

// Writes lines into the host's log, under this extension's id. Copy freely, and use on any thread,
// also on one that the extension started, as long as the instance lives. Needs no call: it is what
// a background thread has to talk with.
//
//     rcx::Logger log_;                                     // a member
//     explicit Policy(const rcx::Setup& setup) : log_(setup.logger()) {}
//
// Never throws and never fails; a line that cannot be written is lost. The text is copied before
// the function returns.
class Logger {
 public:
  explicit Logger(const rcx_call* call) noexcept : host_(call->host), extension_(call->extension) {}
  // One line each: newlines become spaces, other control characters vanish, bytes that are not
  // UTF-8 become `\xNN`, and what follows the first 4096 bytes is cut off. Which levels are kept is
  // the operator's choice in rcx.yaml. Nobody who pushes reads this: see Event::say for that.
  void debug(std::string_view text) const { write(RCX_LOG_DEBUG, text); }
  void info(std::string_view text) const { write(RCX_LOG_INFO, text); }
  void warning(std::string_view text) const { write(RCX_LOG_WARNING, text); }
  void error(std::string_view text) const { write(RCX_LOG_ERROR, text); }

 private:
  void write(std::uint32_t level, std::string_view text) const {
    host_->log(extension_, level, detail::bytes(text));
  }
  const rcx_host* host_;
  const rcx_extension* extension_;
};

// Handed to the constructor of an extension that takes `const rcx::Setup&`. Do not keep it, nor a
// pointer to it: it is gone when the constructor returns. What its functions return lives as long
// as the instance, and may be kept.
//
// A constructor that throws keeps the extension out, with the exception's reason; the first worker
// that starts decides for all of them. If rcx.yaml names the extension, its `fail` policy then
// speaks for it on each push that it would have been asked about. One that throws in a later worker
// only keeps that worker from serving, and is tried again. As with any class, members that were
// made are destroyed and the destructor is not called; end threads that were started, because the
// library is unloaded.
//
// The constructor runs once in every worker process, before any method, and has `budget.load` of
// rcx.yaml (10 seconds unless set) to return; one that takes longer is ended with its process and
// left out. No event and no repository exist yet: only what is offered here can be asked.
class Setup {
 public:
  // Made by the macro that exports the extension; tests make one through a FakeHost.
  explicit Setup(const rcx_call* call) noexcept : call_(call) {}
  // The extension's `settings` in rcx.yaml; an empty map where there are none. Its where() then
  // names the section of the extension, or the file.
  Value settings() const {
    return {call_->settings, "", std::string(detail::view(call_->settings->where))};
  }
  // Absolute path of a directory of this extension's own, as bytes without a final slash. It
  // exists, belongs to the host's user, and survives restarts and new versions of the extension; it
  // goes by the extension's id, so renaming the id leaves the data behind.
  //
  // Several worker processes run at once, each with an instance, and all of them share this
  // directory: append with O_APPEND, replace files by rename, or take a lock. It is also the only
  // memory that a method for pre_push and one for push have in common, because their workers are
  // different processes.
  std::string_view data_directory() const noexcept { return detail::view(call_->data_directory); }
  Logger logger() const noexcept { return Logger(call_); }
  // The C call, for functions of rcx/abi.h that this layer does not wrap. Valid until the
  // constructor returns.
  const rcx_call* raw() const noexcept { return call_; }

 private:
  const rcx_call* call_;
};

}  // namespace rcx

#endif  // RCX_SETUP_HPP
