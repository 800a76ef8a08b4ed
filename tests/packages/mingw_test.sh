#!/usr/bin/env bash
# mingw_test.sh BUILD CONFIG: installs the SDK of a build folder somewhere, and builds extensions for
# Windows with it. They export their entry and nothing else.
set -euo pipefail
build=$1
config=$2
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "mingw_test.sh: $*" >&2; exit 1; }
for program in x86_64-w64-mingw32-g++-posix x86_64-w64-mingw32-objdump; do
  command -v "$program" >/dev/null || fail "no $program; run cmake/install-deps.sh --test"
done
work=$(mktemp -d /tmp/rcx-mingw.XXXXXX)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --config "$config" --prefix "$work/sdk" --component sdk >/dev/null
cmake -S "$here/mingw" -B "$work/b" -G Ninja --toolchain "$here/mingw/toolchain.cmake" \
  -DCMAKE_BUILD_TYPE=Release -Drcx-sdk_DIR="$work/sdk/share/cmake/rcx-sdk" \
  -DEXAMPLES="$work/sdk/share/doc/rcx-sdk/examples"
cmake --build "$work/b"
for library in hello_c my_post_push_extension; do
  # A table of exports: `[   0] rcx_plugin_entry`, after its addresses.
  exports=$(x86_64-w64-mingw32-objdump -p "$work/b/$library.dll" |
    sed -n '/^\[Ordinal\/Name Pointer\] Table/,/^$/s/^\t*\[ *[0-9]*\] *\(+base\[ *[0-9]*\] *\)\{0,1\}\([0-9a-f]\{4,8\} \)\{0,1\}//p')
  [ "$exports" = rcx_plugin_entry ] || fail "$library.dll: wanted the export rcx_plugin_entry, got: $exports"
  echo "$library.dll exports $exports"
done
