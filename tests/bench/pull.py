#!/usr/bin/env python3
"""What a clone through rcx costs, against the same clone without.

    tests/bench/pull.py [--build build/release] [--pairs 100] [--commits 20]

A small repository over file://, by git alone, with uploadpack.packObjectsHook, and with the client in front
of git-upload-pack; an extension handles pre_pull and pull and returns at once. Clones run in pairs, in turn
and in alternating order. A row gives both medians, and the median of the ratios pair by pair with its 95 %
interval. Only ratios mean something on another machine.
"""
import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import time

import push

WARM_UP = 10


def clone(bench, source, target, config, *more):
    command = ["git", "clone", "--quiet", *more, f"file://{source}", str(target)]
    environment = {**bench.env, "GIT_CONFIG_GLOBAL": str(config)}
    began = time.perf_counter_ns()
    pid = os.posix_spawnp("git", command, environment)
    _, status, _ = os.wait4(pid, 0)
    took = time.perf_counter_ns() - began
    if status != 0:
        raise SystemExit(f"pull.py: {' '.join(command)} failed")
    shutil.rmtree(target)
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=push.TOP / "build" / "release")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--commits", type=int, default=20)
    options = parser.parse_args()
    build = options.build.resolve()
    with tempfile.TemporaryDirectory(prefix="rcx-bench-") as name:
        home = pathlib.Path(name)
        bench = push.Bench(build, home, "i")
        noop = home / "noop_pull.so"
        bench.call("cc", "-O2", "-shared", "-fPIC", f"-I{push.TOP / 'sdk' / 'include'}", "-o", noop,
                   push.HERE / "noop_pull.c")
        try:
            bench.start(noop)
            plain, asks = home / "plain", home / "asks"
            plain.write_text("")
            asks.write_text("")
            bench.call(bench.bin / "rcx", "-c", bench.instance / "rcx.yaml", "install", "--pull", "global",
                       env={**bench.env, "GIT_CONFIG_GLOBAL": str(asks)})
            source = bench.instance / "repositories" / "a.git"
            last = bench.commits(options.commits)[-1]
            bench.call("git", "init", "-q", "--bare", "-b", "main", source)
            bench.call("git", "push", "-q", source, f"{last}:refs/heads/main", cwd=bench.work)
            front = ("--upload-pack", str(bench.instance / "git" / "git-upload-pack"))
            print(f"{'':<44} {'rcx':>11} {'git':>11}   ratio  [95 %]")
            for title, config, more in (("clone / by git alone", asks, ()),
                                        ("clone, in front of git-upload-pack / the same", plain, front)):
                results = []
                for i in range(options.pairs + WARM_UP):
                    took = {}
                    for side in ("rcx", "git") if i % 2 else ("git", "rcx"):
                        ours = side == "rcx"
                        took[side] = clone(bench, source, home / f"c-{side}", config if ours else plain,
                                           *(more if ours else ()))
                    if i >= WARM_UP:
                        results.append((took["rcx"], took["git"]))
                push.report(title, results, 1.05 if not more else 1.10)
        finally:
            bench.stop()


if __name__ == "__main__":
    sys.exit(main())
