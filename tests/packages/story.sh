#!/usr/bin/env bash
# story.sh PROGRAMS OUTSIDE.so: with the rcx of that folder, makes an instance, starts its host with
# the extension and one that ships, and pushes with git, badly and well. Ends the host it started.
set -euo pipefail
programs=$1
extension=$2
export PATH=$programs:$PATH GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost

instance=$(mktemp -d /tmp/rcx-story.XXXXXX)
host=
finish() {
  if [ -n "$host" ]; then
    kill "$host" 2>/dev/null || true
    wait "$host" 2>/dev/null || true
  fi
  rm -rf "$instance"
}
trap finish EXIT
fail() {
  echo "story.sh: $*" >&2
  [ ! -f "$instance/log" ] || cat "$instance/log" >&2
  exit 1
}

export RCX_CONFIG=$instance/rcx.yaml
[ "$(command -v rcx)" = "$programs/rcx" ] || fail "wanted rcx of $programs, got $(command -v rcx)"
rcx init "$instance"
install -m 755 "$extension" "$programs/../lib/rcx/extensions/push_log.so" "$instance/rcextensions/"
repository=$instance/repositories/demo.git
git init -q --bare "$repository"
rcx install "$repository"
cmp "$programs/rcx-hook" "$repository/hooks/pre-receive"

rcxd -c "$RCX_CONFIG" >"$instance/log" 2>&1 &
host=$!
tries=0
until rcx status >/dev/null 2>&1; do
  kill -0 "$host" 2>/dev/null || fail "the host ended before it was ready"
  tries=$((tries + 1))
  [ "$tries" -lt 400 ] || fail "the host does not become ready"
  sleep 0.1
done
rcx extensions list | tee "$instance/list"
for id in outside push_log; do
  grep -q "^$id *loaded " "$instance/list" || fail "$id is not loaded"
done

git init -q -b main "$instance/work"
cd "$instance/work"
git commit -q --allow-empty -m first
if git push -q "$repository" main:forbidden 2>"$instance/said"; then
  fail "the push should have been refused"
fi
grep 'nobody pushes to this branch' "$instance/said" || fail "wanted the reason, got: $(cat "$instance/said")"
[ -z "$(git -C "$repository" branch --list forbidden)" ] || fail "the branch was made"
git push -q "$repository" main || fail "the push to main should have been accepted"
[ -n "$(git -C "$repository" branch --list main)" ] || fail "the branch main was not made"

kill "$host"
ended=0
wait "$host" || ended=$?
host=
[ "$ended" -eq 0 ] || fail "the host ended with status $ended"
echo "story.sh: done"
