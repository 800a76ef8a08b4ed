#!/usr/bin/env bash
# debs_test.sh SOURCE BUILD CONFIG: makes the Debian packages from a build folder, unpacks them, and
# uses what they hold, and nothing else of rcx: an extension is built against the SDK, by CMake and
# by pkg-config, and refuses a push. Nothing is installed on this machine.
set -euo pipefail
source=$1
build=$2
config=$3
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "debs_test.sh: $*" >&2; exit 1; }
for program in cpack dpkg-deb dpkg-shlibdeps file readelf pkg-config git; do
  command -v "$program" >/dev/null || fail "no $program; run cmake/install-deps.sh --test"
done

work=$(mktemp -d /tmp/rcx-debs.XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"

cpack --config "$build/CPackConfig.cmake" -C "$config" -B "$work/packages" >cpack.log 2>&1 ||
  { cat cpack.log; fail "cpack failed"; }
count=$(find packages -maxdepth 1 -name '*.deb' | wc -l)
wanted=3
if [ -e "$build/bin/rcx-svn.so" ]; then wanted=4; fi
[ "$count" -eq "$wanted" ] || fail "wanted $wanted packages, got $count"

# field PACKAGE FIELD PATTERN
field() {
  local value
  value=$(dpkg-deb -f packages/"$1"_*.deb "$2")
  [[ $value =~ $3 ]] || fail "$1: wanted $2 to match '$3', got '$value'"
}
field rcx Depends 'libc6 .*libgit2'
field rcx Recommends '^git$'
field rcx-sdk Architecture '^all$'
field rcx-sdk Recommends '^g\+\+, cmake, libgtest-dev$'
if [ "$wanted" -eq 4 ]; then field rcx-svn Depends 'rcx \(= .*libsvn1'; fi
field rcx-extensions Depends '^(.*, )?rcx \(>= .*libre2'
for package in packages/*.deb; do
  [ -z "$(dpkg-deb --ctrl-tarfile "$package" | tar t | grep -E 'inst$|rm$' || true)" ] ||
    fail "$package runs something when it is installed"
  dpkg-deb -x "$package" root
done

# What is installed knows nothing of where it was built.
traces=$(grep -rlF -e "$source" -e "$build" root || true)
[ -z "$traces" ] || fail "these name the folder of the build: $traces"
while read -r file; do
  if readelf -d "$file" 2>/dev/null | grep -qE 'RPATH|RUNPATH'; then fail "$file has an RPATH"; fi
done < <(find root/usr/bin root/usr/lib -type f)

for file in bin/rcx bin/rcxd bin/rcx-hook lib/rcx/extensions/commit_policy.so lib/rcx/extensions/push_log.so \
  share/man/man1/rcx.1 share/man/man8/rcxd.8 share/man/man8/rcx-hook.8 share/man/man5/rcx.yaml.5 \
  share/bash-completion/completions/rcx share/zsh/site-functions/_rcx \
  share/fish/vendor_completions.d/rcx.fish lib/systemd/system/rcxd@.service \
  lib/systemd/system/rcxd@.socket include/rcx/abi.h include/rcx/plugin.hpp \
  share/doc/rcx-sdk/examples/hello_c/hello_c.c; do
  [ -s "root/usr/$file" ] || fail "no $file in the packages"
done

# An author's project, in a copy so that nothing of this source tree lies above it.
cp -r "$here/outside" outside
version=$(dpkg-deb -f packages/rcx-sdk_*.deb Version)
configure() { cmake -S outside -B "$1" -G Ninja -DCMAKE_PREFIX_PATH="$work/root/usr" -DVERSION="$2" >"$1.log" 2>&1; }
configure by-cmake "${version%.*}" || { cat by-cmake.log; fail "CMake does not find the SDK"; }
for other in 99.0 "${version%%.*}.99"; do
  if configure other "$other"; then fail "an SDK $version is taken for $other"; fi
done
grep -q "^rcx-sdk_DIR:PATH=$work/root/" by-cmake/CMakeCache.txt || fail "CMake found another rcx-sdk"
cmake --build by-cmake >/dev/null
mkdir by-pkg-config
export PKG_CONFIG_LIBDIR=$work/root/usr/share/pkgconfig
[ "$(pkg-config --modversion rcx-sdk)" = "$version" ] ||
  fail "rcx-sdk.pc and the package have different versions"
# shellcheck disable=SC2046 # flags are words
g++ -shared -fPIC outside/outside.cpp $(pkg-config --cflags --libs rcx-sdk) -o by-pkg-config/outside.so

for how in by-cmake by-pkg-config; do
  symbols=$(nm -D --defined-only "$how/outside.so")
  [[ $symbols =~ ^[0-9a-f]+\ [DR]\ rcx_plugin_entry$ ]] || fail "$how: wanted one symbol, got: $symbols"
  readelf -d "$how/outside.so" | grep -q 'BIND_NOW' || fail "$how: not bound when it is loaded"
done

for how in by-cmake by-pkg-config; do
  echo "== $how"
  "$here/story.sh" "$work/root/usr/bin" "$work/$how/outside.so"
done
