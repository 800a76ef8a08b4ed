#!/usr/bin/env python3
"""How long a push takes whose first worker is taken down by a handler, until its verdict.

    tests/bench/recover.py [--build build/release] [--runs 100]

Runs pre-receive as git does, on a host with an extension that crashes in every call, and one run without
that option in turn. Prints the median of both: the difference is what a crash costs a person who waits.
"""
import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import push

SETTINGS = """
breaker: {failures: 0}
extensions:
  crash: {fail: closed}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=push.TOP / "build" / "release")
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    build = options.build.resolve()
    with tempfile.TemporaryDirectory(prefix="rcx-bench-") as name:
        home = pathlib.Path(name)
        bench = push.Bench(build, home, "i")
        extension = home / "crash.so"
        bench.call("c++", "-std=c++17", "-O2", "-shared", "-fPIC", "-fvisibility=hidden",
                   f"-I{push.TOP / 'sdk' / 'include'}", "-o", extension, push.HERE / "crash.cpp")
        try:
            bench.start(extension, SETTINGS)
            repository = bench.repository("a", "rcx")
            line = f"{'0' * 40} {'1' * 40} refs/heads/main\n"
            times = {"crash": [], "none": []}
            for i in range(2 * options.runs):
                kind = "crash" if i % 2 else "none"
                env = {**bench.env, "GIT_DIR": ".", "GIT_PUSH_OPTION_COUNT": "1",
                       "GIT_PUSH_OPTION_0": kind}
                began = time.perf_counter_ns()
                done = subprocess.run([repository / "hooks" / "pre-receive"], cwd=repository, env=env,
                                      input=line, text=True, capture_output=True)
                times[kind].append(time.perf_counter_ns() - began)
                if done.returncode != (1 if kind == "crash" else 0):
                    raise SystemExit(f"recover.py: {kind}: status {done.returncode}: {done.stderr}")
        finally:
            bench.stop()
    crash, none = (statistics.median(times[kind]) / 1e6 for kind in ("crash", "none"))
    print(f"verdict after a crash {crash:.2f} ms, without {none:.2f} ms; at most 100 ms: "
          f"{'holds' if crash <= 100 else 'MISSED'}")


if __name__ == "__main__":
    sys.exit(main())
