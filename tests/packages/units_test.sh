#!/usr/bin/env bash
# units_test.sh UNITS RCXD RCX: systemd finds nothing wrong in the units of that folder, with those
# programs. Exit status 77 where this machine cannot tell.
set -euo pipefail
units=$1
skip() { echo "units_test.sh: skipped: $*" >&2; exit 77; }
fail() { echo "units_test.sh: $*" >&2; exit 1; }
command -v systemd-analyze >/dev/null || skip "no systemd-analyze; run cmake/install-deps.sh --test"

work=$(mktemp -d /tmp/rcx-units.XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"
# verify UNIT...: prints what is wrong, and fails where anything is.
verify() {
  local said
  said=$(systemd-analyze verify --man=no "$@" 2>&1) && [ -z "$said" ] || { echo "$said"; return 1; }
}
printf '[Service]\nExecStart=/bin/true\n' >plain.service
verify ./plain.service || skip "systemd-analyze does not work here"
printf '[Service]\nExecStart=/bin/true\nNoSuchKey=yes\n' >wrong.service
if verify ./wrong.service >/dev/null; then fail "systemd-analyze finds nothing wrong in what is"; fi

# By name, as an operator would enable it.
for kind in service socket; do
  grep -q '%f' "$units/rcxd@.$kind" || fail "rcxd@.$kind does not name the directory of its instance"
  sed -e "s,=rcxd ,=$2 ," -e "s,=rcx ,=$3 ," "$units/rcxd@.$kind" >"rcxd@srv-rcx.$kind"
done
grep -q "^ExecStart=$2 " rcxd@srv-rcx.service || fail "rcxd@.service does not start rcxd"
verify ./rcxd@srv-rcx.service ./rcxd@srv-rcx.socket || fail "wanted nothing to be said of the units"
echo "units_test.sh: the units are sound"
