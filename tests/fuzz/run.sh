#!/usr/bin/env bash
# Runs the fuzzers of build/fuzz one after the other, each over its corpus.
#
#   tests/fuzz/run.sh SECONDS [NAME...]     all of them, or those
#
# What they learn goes to build/fuzz/corpus/NAME, what each said last to build/fuzz/NAME.log. Exit
# status 1 when one found something, which is then in build/fuzz/NAME-crash-... or the like.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:?run.sh: wanted the seconds for each, such as 600}
shift
if [ $# -eq 0 ]; then
  for source in tests/fuzz/corpus/*/; do set -- "$@" "$(basename "$source")"; done
fi
found=0
for name in "$@"; do
  mkdir -p "build/fuzz/corpus/$name"
  if ! build/fuzz/bin/fuzz_"$name" -max_total_time="$seconds" -rss_limit_mb=4096 -timeout=10 -print_final_stats=1 \
      -artifact_prefix="build/fuzz/$name-" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" \
      >"build/fuzz/$name.log" 2>&1; then
    echo "run.sh: $name found something:"
    grep -E 'ERROR|SUMMARY|does not hold|terminate|what\(\)|Test unit written' "build/fuzz/$name.log" || true
    found=1
  fi
  echo "$name: $(grep -E '^#[0-9]+.*cov:' "build/fuzz/$name.log" | tail -n 1)"
done
exit $found
