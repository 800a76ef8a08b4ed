#!/usr/bin/env bash
# From nothing to a refused push: installs what is missing, builds, starts a host, and pushes to a real
# repository, well and badly. Everything it makes stands in build/, so it can be run again and again.
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD

step() { printf '\n== %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; "$@"; }

step "1. Install and build"
cmake/install-deps.sh
cmake --preset release
cmake --build --preset release
export PATH="$top/build/release/bin:$PATH"

step "2. Make an instance, with three extensions"
instance=$(mktemp -d /tmp/rcx-quickstart.XXXXXX)
host=
finish() {
  [ -z "$host" ] || { kill "$host" 2>/dev/null && wait "$host" 2>/dev/null; } || true
  rm -rf "$instance"
}
trap finish EXIT
export RCX_CONFIG=$instance/rcx.yaml
show rcx init "$instance"
install -m 755 build/release/plugins/commit_policy.so build/release/plugins/push_log.so \
  build/release/examples/my_post_push_extension.so "$instance/rcextensions/"
cat >>"$RCX_CONFIG" <<'YAML'
extensions:
  commit_policy:
    settings:
      rules:
        - name: ticket
          subject_must_match: '^[A-Z]+-[0-9]+: '
          subject_max_length: 72
          hint: 'begin the subject with a ticket, such as "DEMO-1: "'
YAML

step "3. Start the host"
rcxd >"$instance/rcxd.log" 2>&1 &
host=$!
show rcx status --wait 10
show rcx extensions list

step "4. Make a repository, and let its pushes go to the host"
repository=$instance/repositories/demo.git
git init -q --bare "$repository"
show rcx install "$repository"
work=$instance/work
git init -q -b main "$work"
cd "$work"
git config user.name Demo
git config user.email demo@example.org

step "5. A bad push is refused, and the reason is shown"
echo hello >hello.txt
git add hello.txt
git commit -q -m "fix stuff"
if show git push "$repository" main; then
  echo "quickstart.sh: this push should have been refused; see $instance/rcxd.log" >&2
  exit 1
fi

step "6. A good push is accepted, and an extension reacts"
git commit -q --amend -m "DEMO-1: say hello"
show git push "$repository" main

step "7. What push_log wrote about it, once the queue had told it"
show rcx events wait
tail -n 1 "$instance/state/data/push_log/pushes.jsonl"

step "Next"
cat <<TEXT
The host stops now, and its instance is removed. To keep one:

  export PATH=$top/build/release/bin:\$PATH
  rcx init ~/rcx                                    # make an instance
  rcxd -c ~/rcx/rcx.yaml &                          # start its host
  rcx -c ~/rcx/rcx.yaml install REPOSITORY          # below ~/rcx/repositories, or another root

Write your first extension:  README.md, "A first extension".
What ships:                  plugins/README.md
TEXT
