#!/usr/bin/env bash
# clean_root.sh BUILD: installs the Debian packages of a build folder into a fresh Debian 12, made
# with debootstrap, with apt as an operator would, and there builds an extension and pushes. Needs
# root and the network; leaves nothing behind.
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "clean_root.sh: $*" >&2; exit 1; }
step() { echo "clean_root.sh: $*"; }
[ "$(id -u)" -eq 0 ] || fail "wanted root, for debootstrap and chroot"
if ! command -v debootstrap >/dev/null; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends debootstrap
fi

# The mirror that this machine uses for Debian itself, in either form of a list.
lists=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  [ ! -f "$file" ] || lists+=("$file")
done
mirror=$(sed -nE -e 's/^URIs: *([^ ]+).*/\1/p' \
  -e 's/^deb +(\[[^]]*\] +)?([a-z+]+:[^ ]+) +bookworm .*/\2/p' "${lists[@]}" |
  grep -E '/debian/?$' | head -n 1)
[ -n "$mirror" ] || fail "no mirror of Debian in /etc/apt/sources.list*"

work=$(mktemp -d /var/tmp/rcx-root.XXXXXX)
root=$work/root
finish() {
  # Never remove through what is still mounted.
  if mountpoint -q "$root/proc"; then umount "$root/proc" || umount -l "$root/proc"; fi
  mountpoint -q "$root/proc" || rm -rf --one-file-system "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

step "packing $build"
cpack --config "$build/CPackConfig.cmake" -B "$work/packages" >"$work/log" 2>&1 ||
  { cat "$work/log"; fail "cpack failed"; }
step "making a minimal Debian 12 with debootstrap"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/log" 2>&1 ||
  { tail -n 20 "$work/log"; fail "debootstrap failed"; }
mkdir "$root/packages"
cp "$work"/packages/*.deb "$root/packages"
cp -r "$here/outside" "$here/story.sh" "$root/packages"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Programs find themselves, and each other, by /proc.
mount -t proc proc "$root/proc"

inside() {
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    DEBIAN_FRONTEND=noninteractive "$@"
}
step "apt-get install of the packages, with what they depend on and recommend"
inside sh -c 'apt-get update -q && apt-get install -y -q /packages/rcx*.deb' >"$work/log" 2>&1 ||
  { tail -n 30 "$work/log"; fail "apt-get install failed"; }
inside sh -c 'dpkg --verify rcx rcx-sdk rcx-extensions && rcx --version && rcxd --version && rcx-hook --version'

step "building an extension with the installed SDK"
inside sh -c 'cp -r /packages/outside /tmp/outside && cd /tmp/outside && cmake -B build >/dev/null &&
  cmake --build build'
step "the extension refuses a push"
inside bash /packages/story.sh /usr/bin /tmp/outside/build/outside.so
step "what rcx new makes is built and tested"
inside sh -c 'cd /tmp && rcx new fresh && cd fresh && cmake -S . -B build >/dev/null &&
  cmake --build build >/dev/null && ctest --test-dir build --output-on-failure' >"$work/log" 2>&1 ||
  { cat "$work/log"; fail "rcx new does not give a project that works"; }
step "removing the packages again"
inside apt-get purge -y -q rcx rcx-sdk rcx-extensions >"$work/log" 2>&1 ||
  { cat "$work/log"; fail "apt-get purge failed"; }
for left in usr/bin/rcx usr/lib/rcx usr/include/rcx usr/share/cmake/rcx-sdk; do
  [ ! -e "$root/$left" ] || fail "/$left is left after purge"
done
step "done"
