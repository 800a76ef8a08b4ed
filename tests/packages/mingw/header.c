#include <rcx/abi.h>

extern const int rcx_header_compiles;
const int rcx_header_compiles = RCX_ABI_MAJOR;
