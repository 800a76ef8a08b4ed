/* What the tests of the released layout say of a struct and of a number. For LP64 systems (x86-64,
 * aarch64). */
#ifndef RCX_TESTS_SDK_ABI_LAYOUT_H
#define RCX_TESTS_SDK_ABI_LAYOUT_H

#include <rcx/abi.h>

#if !defined(__LP64__)
#error "add the layout of this system"
#endif

#define AT(type, member, offset) \
  _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " has another size")
/* Numbers that libraries were compiled with. */
#define NUMBER(name, value) _Static_assert((name) == (value), #name " has changed")

#endif /* RCX_TESTS_SDK_ABI_LAYOUT_H */
