// The C++ layer over rcx/abi.h: header-only, C++17, compiled into the extension.
//
// An extension is a class with one method for each event it cares about, and one macro:
//
//     #include <rcx/plugin.hpp>
//
//     struct Greeter {
//       void pushed(const rcx::Push& push) {
//         push.say("thank you, " + std::string(push.caller().name()));
//       }
//     };
//     RCX_PLUGIN(Greeter, "greeter", "Greeter", "1.0.0", "MIT",
//                rcx::on<&Greeter::pushed>(rcx::kInline))
//
// Exceptions: methods may throw anything. What leaves a method is caught at the edge, its `what()`
// becomes the reason, and the call counts as a failure of the extension, which its `fail` policy in
// rcx.yaml answers. Functions of this header throw rcx::Error where the host reports a failure.
//
// Lifetimes: every view, reference and range obtained from an event is valid until the method that
// received the event returns. Keep a copy (std::string) of what you need longer. Values obtained
// from rcx::Setup live as long as the instance.
//
// Threads: an event may only be used on the thread that received it, with two exceptions that any
// thread may call while the method runs: remaining() and cancelled(). rcx::Logger works everywhere.
#ifndef RCX_PLUGIN_HPP
#define RCX_PLUGIN_HPP

#include <rcx/abi.h>
#include <rcx/event.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <exception>
#include <type_traits>

namespace rcx {

// ---- The edge -----------------------------------------------------------------------------------

namespace detail {

template <class Function>
rcx_status guarded(const rcx_call* call, const Function& function) noexcept {
  try {
    function();
    return RCX_OK;
  } catch (const Error& error) {
    call->host->fail(call, bytes(error.what()));
    return error.status();
  } catch (const std::exception& error) {
    call->host->fail(call, bytes(error.what()));
  } catch (...) {
    call->host->fail(call, bytes("an exception that is not a std::exception"));
  }
  return RCX_FAILED;
}

template <class>
struct Method;
template <class C, class E>
struct Method<void (C::*)(const E&)> {
  using Class = C;
  using Event = E;
};
template <class C, class E>
struct Method<void (C::*)(const E&) const> : Method<void (C::*)(const E&)> {};

template <auto kMethod>
rcx_status handle(void* instance, const rcx_call* call,
                  const typename Method<decltype(kMethod)>::Event::Raw* raw) noexcept {
  using Info = Method<decltype(kMethod)>;
  return guarded(call, [&] {
    (static_cast<typename Info::Class*>(instance)->*kMethod)(typename Info::Event(call, raw));
  });
}

template <class Class>
rcx_status create(const rcx_call* call, void** instance) noexcept {
  return guarded(call, [&] {
    // NOLINTBEGIN(bugprone-unhandled-exception-at-new): guarded() handles it
    if constexpr (std::is_constructible_v<Class, const Setup&>) {
      *instance = new Class(Setup(call));
    } else {
      *instance = new Class();
    }
    // NOLINTEND(bugprone-unhandled-exception-at-new)
  });
}

template <class Class>
void destroy(void* instance) noexcept {
  delete static_cast<Class*>(instance);
}

}  // namespace detail

constexpr std::uint32_t kQueued = RCX_QUEUED;
constexpr std::uint32_t kInline = RCX_INLINE;

// An entry of the table of handlers: the method `void Class::name(const rcx::PrePush&)` (or Push)
// handles that event. `delivery` matters for post events only; `actions` is a mask of RCX_ACTION_*.
template <auto kMethod>
constexpr rcx_handler on(std::uint32_t delivery = kQueued,
                         std::uint32_t actions = RCX_ACTION_PUSH) noexcept {
  using Handled = typename detail::Method<decltype(kMethod)>::Event;
  return {sizeof(rcx_handler), Handled::kKind, actions, delivery,
          rcx_handler_fn(&detail::handle<kMethod>)};
}

}  // namespace rcx

// Exports an extension that needs flags, such as RCX_CONCURRENT. Once per library, outside of any
// namespace. `CLASS` is constructed from `const rcx::Setup&` where it can be, else by default.
#define RCX_PLUGIN_WITH_FLAGS(CLASS, FLAGS, ID, NAME, VERSION, LICENSE, ...)     \
  static constexpr rcx_handler rcx_handler_table[] = {__VA_ARGS__};              \
  extern "C" RCX_EXPORT const rcx_plugin RCX_ENTRY;                              \
  const rcx_plugin RCX_ENTRY = {sizeof(rcx_plugin),                              \
                                RCX_ABI_MAGIC,                                   \
                                RCX_ABI_MAJOR,                                   \
                                RCX_ABI_MINOR,                                   \
                                0,                                               \
                                FLAGS,                                           \
                                ID,                                              \
                                NAME,                                            \
                                VERSION,                                         \
                                LICENSE,                                         \
                                &rcx::detail::create<CLASS>,                     \
                                &rcx::detail::destroy<CLASS>,                    \
                                rcx_handler_table,                               \
                                sizeof(rcx_handler_table) / sizeof(rcx_handler), \
                                sizeof(rcx_handler)};

// Exports an extension whose instance is called by one thread at a time.
#define RCX_PLUGIN(CLASS, ID, NAME, VERSION, LICENSE, ...) \
  RCX_PLUGIN_WITH_FLAGS(CLASS, 0u, ID, NAME, VERSION, LICENSE, __VA_ARGS__)

#endif  // RCX_PLUGIN_HPP
