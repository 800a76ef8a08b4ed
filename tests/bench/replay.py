#!/usr/bin/env python3
"""What `rcx try` costs over a history, against `git log` of the same commits.

    tests/bench/replay.py REPOSITORY [--build build/release] [--commits 10000] [--pairs 20]

Takes as many of the last pushes (steps of first parents) as hold at least that many commits. Each
pair runs both, one after the other, in alternating order, whole processes with their start. Prints
both medians, and the median of the ratios pair by pair with its 95 % interval (bootstrap).
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

from push import TOP, report

SETTINGS = "rules:\n  - {name: subject, subject_max_length: 72, subject_must_not_match: '^WIP'}\n"


def git(repository, *arguments):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True,
                          text=True).stdout.split()


def pushes_of(repository, commits):
    """The least number of pushes that hold `commits` commits, and where they begin."""
    steps = git(repository, "rev-list", "--first-parent", "HEAD")
    low, high = 1, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        count = int(git(repository, "rev-list", "--count", f"{steps[middle]}..HEAD")[0])
        low, high = (low, middle) if count >= commits else (middle + 1, high)
    return low, steps[low]


def timed(command):
    began = time.perf_counter_ns()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter_ns() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repository")
    parser.add_argument("--build", default=str(TOP / "build/release"))
    parser.add_argument("--commits", type=int, default=10000)
    parser.add_argument("--pairs", type=int, default=20)
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    pushes, begin = pushes_of(options.repository, options.commits)
    count = git(options.repository, "rev-list", "--count", f"{begin}..HEAD")[0]
    print(f"{pushes} pushes with {count} commits")
    with tempfile.TemporaryDirectory() as home:
        settings = pathlib.Path(home) / "settings.yaml"
        settings.write_text(SETTINGS)
        ours = [build / "bin/rcx", "try", build / "plugins/commit_policy.so", "--repo",
                options.repository, "--last", str(pushes), "--settings", settings]
        theirs = ["git", "-C", options.repository, "log", f"{begin}..HEAD"]
        timed(ours), timed(theirs)
        pairs = []
        for number in range(options.pairs):
            if number % 2 == 0:
                pairs.append((timed(ours), timed(theirs)))
            else:
                other = timed(theirs)
                pairs.append((timed(ours), other))
        report("rcx try / git log of the same commits", pairs, 1.5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
