// An extension that is a class of the test, with its handlers.
#pragma once

#include <rcx/plugin.hpp>

#include <cstddef>

namespace rcx::test {

template <class T, std::size_t N>
constexpr rcx_plugin asker(const rcx_handler (&handlers)[N]) {
  return {sizeof(rcx_plugin),
          RCX_ABI_MAGIC,
          RCX_ABI_MAJOR,
          RCX_ABI_MINOR,
          0,
          0,
          "asker",
          "Asker",
          "1",
          "MIT",
          &rcx::detail::create<T>,
          &rcx::detail::destroy<T>,
          handlers,
          N,
          sizeof handlers[0]};
}

}  // namespace rcx::test
