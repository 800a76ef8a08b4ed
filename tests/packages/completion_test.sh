#!/usr/bin/env bash
# completion_test.sh RCX: what bash, zsh and fish themselves make of `rcx completion`.
set -euo pipefail
rcx=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "completion_test.sh: $*" >&2; exit 1; }
for shell in zsh fish; do
  command -v "$shell" >/dev/null || fail "no $shell; run cmake/install-deps.sh --test"
done
work=$(mktemp -d /tmp/rcx-completion.XXXXXX)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/site" "$work/here/repo one.git" "$work/home"
touch "$work/here/rcx.yaml"
for shell in bash zsh fish; do
  "$rcx" completion "$shell" >"$work/$shell"
  "$shell" -n "$work/$shell" || fail "$shell does not parse its script"
done
cp "$work/zsh" "$work/site/_rcx"
cd "$work/here"
export HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home XDG_CACHE_HOME=$work/home

in_bash() { # WORD...: what is offered for the last one
  bash --norc -c 'source "$0"; COMP_WORDS=(rcx "$@"); COMP_CWORD=$#; _rcx
    printf "%s\n" "${COMPREPLY[@]}" | sort | paste -sd,' "$work/bash" "$@"
}
in_fish() { # LINE
  fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$work/fish" "$1" | cut -f 1 | sort | paste -sd,
}
wanted() { # WHAT WANTED GOT
  [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"
}

# Every command that --help knows is offered, whatever commands there are.
commands=$("$rcx" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | sort | paste -sd,)
[[ $commands == *extensions*install* ]] || fail "cannot read the commands from --help: '$commands'"
wanted "bash: rcx <TAB>" "$commands" "$(in_bash '')"
wanted "bash: rcx ext<TAB>" extensions "$(in_bash ext)"
wanted "bash: rcx install <TAB>" 'repo one.git' "$(in_bash install '')"
wanted "bash: rcx -c <TAB>" 'rcx.yaml,repo one.git' "$(in_bash -c '')"
wanted "bash: rcx --config = r<TAB>" 'rcx.yaml,repo one.git' "$(in_bash --config = r)"
wanted "bash: rcx -c rcx.yaml ext<TAB>" extensions "$(in_bash -c rcx.yaml ext)"
wanted "bash: rcx status --w<TAB>" --wait "$(in_bash status --w)"
wanted "bash: rcx extensions list --j<TAB>" --json "$(in_bash extensions list --j)"
wanted "bash: rcx completion <TAB>" 'bash,fish,zsh' "$(in_bash completion '')"
wanted "fish: rcx <TAB>" "$commands" "$(in_fish 'rcx ')"
wanted "fish: rcx ext<TAB>" extensions "$(in_fish 'rcx ext')"
wanted "fish: rcx install <TAB>" 'repo one.git/' "$(in_fish 'rcx install ')"
wanted "fish: rcx -c rcx.yaml ext<TAB>" extensions "$(in_fish 'rcx -c rcx.yaml ext')"
wanted "fish: rcx -c r<TAB>" 'rcx.yaml,repo one.git/' "$(in_fish 'rcx -c r')"
wanted "fish: rcx completion <TAB>" 'bash,fish,zsh' "$(in_fish 'rcx completion ')"
wanted "fish: rcx status --w<TAB>" --wait "$(in_fish 'rcx status --w')"

if ! zsh -fc 'zmodload zsh/zpty && zpty probe true' 2>/dev/null; then
  echo "completion_test.sh: no pseudo terminal here, so zsh was only asked whether it can read its part"
  exit 0
fi
in_zsh() { zsh -f "$here/completion_test.zsh" "$work/site" "$1"; }
wanted "zsh: rcx ext<TAB>" 'rcx extensions ' "$(in_zsh 'rcx ext')"
wanted "zsh: rcx install <TAB>" 'rcx install repo\ one.git/' "$(in_zsh 'rcx install ')"
wanted "zsh: rcx -c rcx<TAB>" 'rcx -c rcx.yaml ' "$(in_zsh 'rcx -c rcx')"
wanted "zsh: rcx --config=rcx<TAB>" 'rcx --config=rcx.yaml ' "$(in_zsh 'rcx --config=rcx')"
wanted "zsh: rcx status --w<TAB>" 'rcx status --wait ' "$(in_zsh 'rcx status --w')"
wanted "zsh: rcx completion f<TAB>" 'rcx completion fish ' "$(in_zsh 'rcx completion f')"
