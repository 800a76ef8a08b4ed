#!/usr/bin/env python3
"""What a push through one build of rcx costs, against the same push through another.

    tests/bench/builds.py OTHER_BUILD [--build build/release] [--pairs 200] [--dedicated]

Both hosts run all the time, with commit_policy and the same rules; pushes of one commit go to one and the
other in turn and in alternating order. With --dedicated the first has  isolation: dedicated  for commit_policy;
OTHER_BUILD may then be the same build. Prints the median of the ratios pair by pair with its 95 % interval.
"""
import argparse
import os
import pathlib
import sys
import tempfile

import push


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("other", type=pathlib.Path, help="build folder of the other release")
    parser.add_argument("--build", type=pathlib.Path, default=push.TOP / "build" / "release")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--dedicated", action="store_true")
    options = parser.parse_args()
    dedicated = push.RULES.replace("commit_policy:\n", "commit_policy:\n    isolation: dedicated\n")
    rules = (dedicated if options.dedicated else push.RULES, push.RULES)
    with tempfile.TemporaryDirectory(prefix="rcx-bench-") as name:
        homes = [pathlib.Path(name) / side for side in ("ours", "theirs")]
        benches = []
        try:
            builds = (options.build.resolve(), options.other.resolve())
            for home, build, settings in zip(homes, builds, rules):
                home.mkdir()
                bench = push.Bench(build, home, "i")
                benches.append(bench)
                bench.start(build / "plugins" / "commit_policy.so", settings)
            commits = benches[0].commits(options.pairs + push.WARM_UP)
            os.chdir(benches[0].work)
            repositories = [bench.repository("a", "rcx") for bench in benches]
            results = []
            for i, commit in enumerate(commits):
                order = (0, 1) if i % 2 else (1, 0)
                took = {side: benches[side].push(repositories[side], f"{commit}:refs/heads/main")
                        for side in order}
                if i >= push.WARM_UP:
                    results.append((took[0], took[1]))
            push.report("push of 1 commit / through the other build", results, 1.05)
        finally:
            for bench in benches:
                bench.stop()


if __name__ == "__main__":
    sys.exit(main())
