#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. The last lines are ctest's.
#
#   tests/run.sh                 the preset dev
#   tests/run.sh --sanitize      again under ASan+UBSan and under TSan
#   tests/run.sh --packages      the Debian packages in a fresh Debian 12 as well; needs root
#   tests/run.sh --lint          clang-format and clang-tidy as well, which takes longer
set -euo pipefail
cd "$(dirname "$0")/.."

presets=(dev)
lint=
packages=
for argument in "$@"; do
  case "$argument" in
    --sanitize) presets+=(asan tsan) ;;
    --packages) packages=1 ;;
    --lint) lint=1 ;;
    *) echo "run.sh: wanted --sanitize, --packages or --lint, got '$argument'" >&2; exit 2 ;;
  esac
done

cmake/install-deps.sh --test ${lint:+--lint}
if [ -n "$lint" ]; then
  git ls-files '*.[ch]' '*.[ch]pp' | xargs clang-format-16 --dry-run --Werror
  cmake --preset tidy
  cmake --build --preset tidy
fi
if [ -n "$packages" ]; then
  cmake --preset release
  cmake --build --preset release
  tests/packages/clean_root.sh build/release
fi
for preset in "${presets[@]}"; do
  echo "run.sh: preset $preset"
  cmake --preset "$preset"
  cmake --build --preset "$preset"
  ctest --preset "$preset"
done
