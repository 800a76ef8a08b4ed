#include <rcx/plugin.hpp>

extern const int rcx_header_compiles;
const int rcx_header_compiles = RCX_ABI_MAJOR;
