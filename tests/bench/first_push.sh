#!/usr/bin/env bash
# first_push.sh BUILD [c|c++]: how long an author waits from `rcx new` to the first push that the new
# extension refuses, with every command between. BUILD is a build folder of rcx, such as
# build/release. Prints seconds, for each command and for all; exit status 1 when all took a minute.
set -euo pipefail
build=$(cd "${1:?first_push.sh: wanted a build folder of rcx, such as build/release}" && pwd)
language=${2:-c++}
unset RCX_CONFIG
export PATH=$build/bin:$PATH GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost

place=$(mktemp -d /tmp/rcx-first.XXXXXX)
host=
finish() {
  if [ -n "$host" ]; then
    kill "$host" 2>/dev/null || true
    wait "$host" 2>/dev/null || true
  fi
  rm -rf "$place"
}
trap finish EXIT
fail() {
  echo "first_push.sh: $*" >&2
  cat "$place/said" >&2
  exit 1
}

# Not the author's work: the package rcx-sdk is there already.
cmake --install "$build" --component sdk --prefix "$place/sdk" >"$place/said"
export CMAKE_PREFIX_PATH=$place/sdk

now() { date +%s%N; }
seconds() { awk -v ns="$1" 'BEGIN { printf "%.2f", ns / 1e9 }'; }
step() {
  local label=$1 from
  shift
  from=$(now)
  "$@" >"$place/said" 2>&1 || fail "$label failed"
  printf '%6s  %s\n' "$(seconds $(($(now) - from)))" "$label"
}
start_host() {
  rcxd >"$place/log" 2>&1 &
  host=$!
  rcx status --wait 30
}
commit() {
  git init -q -b main "$place/work"
  git -C "$place/work" commit -q --allow-empty -m "WIP: first"
}
push_badly() {
  local status=0
  git -C "$place/work" push "$repository" main || status=$?
  [ "$status" -eq 1 ]
}

cd "$place"
repository=$place/instance/repositories/demo.git
begin=$(now)
step "rcx new" rcx new no_wip --lang "$language"
cd no_wip
step "cmake" cmake -S . -B build
step "cmake --build" cmake --build build --parallel
step "ctest" ctest --test-dir build --no-tests=error
step "rcx init" rcx init "$place/instance"
export RCX_CONFIG=$place/instance/rcx.yaml
step "install" install -m 755 build/no_wip.so "$place/instance/rcextensions/"
step "rcxd, until it is ready" start_host
step "git init --bare" git init -q --bare "$repository"
step "rcx install" rcx install "$repository"
step "git commit" commit
step "git push, refused" push_badly
total=$(($(now) - begin))
grep -q 'begins with "WIP"' "$place/said" || fail "wanted the reason of the refusal"
printf '%6s  from rcx new to the first refused push (%s)\n' "$(seconds "$total")" "$language"
[ "$total" -lt 60000000000 ]
