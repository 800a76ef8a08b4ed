// The C++ layer over rcx/abi.h: header-only, C++17, compiled into the extension. Between host and
// extension there is only C, so the two may be built by different compilers with different standard
// libraries.
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
// rcx.yaml answers: `closed` (the default) refuses the push, `open` lets it pass. Objections made
// before count all the same. Functions of this layer throw rcx::Error where the host reports a
// failure; not catching it is the right thing for a check. A thread that the extension starts has
// no such edge: an exception that leaves it ends the worker.
//
// Lifetimes: every view, reference and range obtained from an event is valid until the method that
// received the event returns. Keep a copy (std::string) of what you need longer. Values obtained
// from rcx::Setup live as long as the instance.
//
// Threads: an event may only be used on the thread that received it, with two exceptions that any
// thread may call while the method runs: remaining() and cancelled(). Afterwards its memory is
// gone, and so a thread that outlives the method must hold nothing of it. rcx::Logger works
// everywhere.
//
// Processes: several workers run at once, those for pre events apart from the others, and each
// has an instance of its own. Members are a cache; what must last or be shared goes into
// Setup::data_directory. A crash, exit() or a call far over its budget ends one worker, which is
// replaced, and counts as a failure of the extension.
#ifndef RCX_PLUGIN_HPP
#define RCX_PLUGIN_HPP

#include <rcx/abi.h>
#include <rcx/called.hpp>
#include <rcx/event.hpp>
#include <rcx/pull.hpp>
#include <rcx/push.hpp>
#include <rcx/repo_events.hpp>
#include <rcx/review_events.hpp>
#include <rcx/setup.hpp>
#include <rcx/user_events.hpp>
#include <rcx/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>

namespace rcx {

// ---- The edge -----------------------------------------------------------------------------------

namespace detail {

// Runs `function` and turns what it throws into a status and a reason. A reason longer than 16 KiB
// is cut. The host treats every status but RCX_OK alike; the number is for the log and for tests.
template <class Function>
rcx_status guarded(const rcx_call* call, const Function& function) noexcept {
  try {
    function();
    return RCX_OK;
  } catch (const Error& error) {
    call->host->fail(call, bytes(error.what()));
    // One that says RCX_OK has left the method all the same.
    return error.status() == RCX_OK ? RCX_FAILED : error.status();
  } catch (const std::exception& error) {
    call->host->fail(call, bytes(error.what()));
  } catch (...) {
    call->host->fail(call, bytes("an exception that is not a std::exception"));
  }
  return RCX_FAILED;
}

// Takes the type of a method apart: `void (C::*)(const E&)`, const and noexcept or not. Any other
// one does not compile, among them an overloaded name.
template <class>
struct Method;
template <class C, class E>
struct Method<void (C::*)(const E&)> {
  using Class = C;
  using Event = E;
};
template <class C, class E>
struct Method<void (C::*)(const E&) const> : Method<void (C::*)(const E&)> {};
template <class C, class E>
struct Method<void (C::*)(const E&) noexcept> : Method<void (C::*)(const E&)> {};
template <class C, class E>
struct Method<void (C::*)(const E&) const noexcept> : Method<void (C::*)(const E&)> {};

// What the host calls: the method of the instance, which is a `Class`, inside of the edge.
template <class Class, auto kMethod>
rcx_status handle(void* instance, const rcx_call* call,
                  const typename Method<decltype(kMethod)>::Event::Raw* raw) noexcept {
  return guarded(call, [&] {
    (static_cast<Class*>(instance)->*kMethod)(typename Method<decltype(kMethod)>::Event(call, raw));
  });
}

// Where the constructor throws, `*instance` stays null and nothing is left to destroy.
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

// Runs the destructor, when no handler runs any more. One that throws is logged; one that
// blocks for five seconds is killed with its process. It must end every thread that the instance
// started. It does not run when a worker is killed or crashes.
template <class Class>
void destroy(void* instance) noexcept {
  delete static_cast<Class*>(instance);
}

}  // namespace detail

// How a handler for push or pull is delivered. kInline: while the person waits, who reads what it
// says. kQueued: from the queue, at least once, and again when it fails; nobody waits, and what it
// says goes to the log.
constexpr std::uint32_t kQueued = RCX_QUEUED;
constexpr std::uint32_t kInline = RCX_INLINE;

// An entry of the table of handlers, not yet said of which class. Made by rcx::on.
template <auto kMethod>
class On {
 public:
  constexpr On(std::uint32_t delivery, std::uint32_t actions) noexcept
      : delivery_(delivery), actions_(actions) {}

  // The entry for an instance of `Class`, which has the method or inherits it.
  template <class Class>
  constexpr rcx_handler of() const noexcept {
    static_assert(std::is_base_of_v<typename Info::Class, Class>,
                  "the method belongs to a class that the exported one does not derive from");
    return {sizeof(rcx_handler), Info::Event::kKind, actions_, delivery_,
            rcx_handler_fn(&detail::handle<Class, kMethod>)};
  }
  // The same where the class of the instance is the one that declares the method.
  constexpr operator rcx_handler() const noexcept { return of<typename Info::Class>(); }

 private:
  using Info = detail::Method<decltype(kMethod)>;
  std::uint32_t delivery_;
  std::uint32_t actions_;
};

// An entry of the table of handlers: the method `void Class::name(const rcx::PrePush&)` handles
// that event; any class that derives from Event and has a `kKind` is one, such as Pull or
// PreCreateRepo. `delivery` matters for post events only; `actions` is a mask of RCX_ACTION_*, and
// 0 stands for the event's own, such as RCX_ACTION_PUSH. Two methods may handle the same event;
// they run in the order of the table.
template <auto kMethod>
constexpr On<kMethod> on(std::uint32_t delivery = kQueued, std::uint32_t actions = 0) noexcept {
  static_assert(detail::Method<decltype(kMethod)>::Event::kKind != RCX_EVENT_CALL,
                "a hook has a name: say rcx::on_call(hook)");
  return {delivery, actions};
}

// A hook that people call by name, as a constant outside of functions, because the descriptor
// points at it; see rcx/called.hpp. The method `void Class::name(const rcx::Called&)` answers; one
// may serve several hooks. `name` and `help` (one sentence) are string literals. `permission` is
// what the caller needs: `repository.read`, `repository.write`, `repository.admin` or `admin`.
// `parameters` is an array of rcx::required and rcx::optional, a constant outside of functions as
// well.
//
// It may be called for a repository or for none; one of repository_hook always is for one.
template <class Class>
struct NamedHook : rcx_named_hook {};

template <auto kMethod>
constexpr auto named_hook(const char* name, const char* help, const char* permission) noexcept {
  using Info = detail::Method<decltype(kMethod)>;
  static_assert(Info::Event::kKind == RCX_EVENT_CALL, "it takes a const rcx::Called&");
  return NamedHook<typename Info::Class>{{sizeof(rcx_named_hook), 0, name, help, permission,
                                          nullptr, 0, sizeof(rcx_parameter),
                                          &detail::handle<typename Info::Class, kMethod>}};
}
template <auto kMethod, std::size_t kCount>
constexpr auto named_hook(const char* name, const char* help, const char* permission,
                          const rcx_parameter (&parameters)[kCount]) noexcept {
  auto hook = named_hook<kMethod>(name, help, permission);
  hook.parameters = parameters;
  hook.parameter_count = static_cast<std::uint32_t>(kCount);
  return hook;
}
template <auto kMethod, class... Parameters>
constexpr auto repository_hook(const char* name, const char* help, const char* permission,
                               const Parameters&... parameters) noexcept {
  auto hook = named_hook<kMethod>(name, help, permission, parameters...);
  hook.flags = RCX_HOOK_OF_REPOSITORY;
  return hook;
}

// Its entry of the table of handlers.
template <class Hooked>
class OnCall {
 public:
  constexpr explicit OnCall(const rcx_named_hook* hook) noexcept : hook_(hook) {}
  template <class Class>
  constexpr rcx_handler of() const noexcept {
    static_assert(std::is_same_v<Hooked, Class>, "the method belongs to another class");
    return {sizeof(rcx_handler), RCX_EVENT_CALL, 0, RCX_INLINE, rcx_handler_fn(hook_)};
  }

 private:
  const rcx_named_hook* hook_;
};
template <class Class>
constexpr OnCall<Class> on_call(const NamedHook<Class>& hook) noexcept {
  return OnCall<Class>(&hook);
}

// The table itself, for a descriptor of `Class` that is written without the macro.
template <class Class, class... Entries>
constexpr std::array<rcx_handler, sizeof...(Entries)> handlers(Entries... entries) noexcept {
  return {{entries.template of<Class>()...}};
}

// A descriptor, which the macros below export. By hand it serves a test that needs several in one
// program. `handlers` must have static storage, because the descriptor points at it.
template <class Class, std::size_t kCount>
constexpr rcx_plugin plugin(const char* id, const char* name, const char* version,
                            const char* license, const std::array<rcx_handler, kCount>& handlers,
                            std::uint32_t flags = 0) noexcept {
  return {sizeof(rcx_plugin),
          RCX_ABI_MAGIC,
          RCX_ABI_MAJOR,
          RCX_ABI_MINOR,
          0,
          flags,
          id,
          name,
          version,
          license,
          &detail::create<Class>,
          &detail::destroy<Class>,
          handlers.data(),
          static_cast<std::uint32_t>(kCount),
          sizeof(rcx_handler)};
}

}  // namespace rcx

// Exports an extension that needs flags. Once per library, in one source file, outside of any
// namespace; further arguments are the handlers, at least one `rcx::on<...>()`.
//
// CLASS is constructed from `const rcx::Setup&` where it can be, else by default; once in each
// worker, before any handler. With RCX_CONCURRENT any number of threads may be inside its methods
// at once, so members that change need a lock or must be atomic; const methods over members that
// only the constructor writes need nothing.
//
// ID is what rcx.yaml, the log and the data directory call it: 1 to 63 of a-z, 0-9, `_` and `-`,
// the same for ever. NAME, VERSION and LICENSE (an SPDX expression) are for people: `rcx extensions
// list --json` shows them. All are string literals, because the host reads them before it calls
// anything; static constructors of the library have run by then, in a process that only looks at it
// as well, so they should do nothing.
//
// The extension asks for no release in particular (`abi_required` is 0). What is newer than the
// host throws rcx::Error with RCX_UNAVAILABLE when used, and handlers of events that the host does
// not know are never called.
#define RCX_PLUGIN_WITH_FLAGS(CLASS, FLAGS, ID, NAME, VERSION, LICENSE, ...)   \
  static constexpr auto rcx_handler_table = rcx::handlers<CLASS>(__VA_ARGS__); \
  extern "C" RCX_EXPORT const rcx_plugin RCX_ENTRY;                            \
  constexpr rcx_plugin RCX_ENTRY =                                             \
      rcx::plugin<CLASS>(ID, NAME, VERSION, LICENSE, rcx_handler_table, FLAGS);

// Exports an extension whose instance is called by one thread at a time, not always the same one.
// Members need no lock among handlers. Pushes that arrive meanwhile wait, for at most
// `budget.event`, so a slow handler is worth making RCX_CONCURRENT.
#define RCX_PLUGIN(CLASS, ID, NAME, VERSION, LICENSE, ...) \
  RCX_PLUGIN_WITH_FLAGS(CLASS, 0u, ID, NAME, VERSION, LICENSE, __VA_ARGS__)

#endif  // RCX_PLUGIN_HPP
