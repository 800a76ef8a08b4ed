#!/usr/bin/env bash
# Builds the host and runs tests/chaos/chaos.py, whose options it takes:
#
#   tests/chaos.sh --seconds 300 --pushers 32 [--seed N] [--pause 0.25] [--keep DIRECTORY]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build/dev
(
  cd "$top"
  [ -f "$build/build.ninja" ] || cmake --preset dev
  ninja -C "$build" rcxd rcx rcx-hook chaos_first chaos_last chaos_mishap chaos_mishap_open
) >&2
exec "$top/tests/chaos/chaos.py" --build "$build" "$@"
