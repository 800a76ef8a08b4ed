#!/usr/bin/env python3
"""What it costs that a post event is durable before `git push` returns.

    tests/bench/queue.py [--build build/release] [--rounds 60] [--pushers 8]

Two hosts run all the time, one with a queued post handler and one without; in each round all pushers push
one commit each, at the same time, to the one and then to the other, in alternating order. Prints the medians
of single pushes, the median of the ratios round by round with its 95 % interval, how long the host had the post
event until it was stored (its own record says so), and what one fsync of the same disk takes. What the handlers of
one round have not yet heard is waited for, so that it costs the other side nothing.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

import push


def fsync_ms(directory):
    took = []
    with open(directory / "sync", "wb", buffering=0) as file:
        for _ in range(300):
            began = time.perf_counter_ns()
            file.seek(0)
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter_ns() - began)
    return statistics.median(took) / 1e6


def all_at_once(bench, repositories, refspec):
    took = [0] * len(repositories)

    def one(i):
        took[i] = bench.push(repositories[i], refspec)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(repositories))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def event_ms(bench):
    """The median of what the host took for the post event of a push."""
    lines = bench.call(bench.bin / "rcx", "-c", bench.instance / "rcx.yaml", "--json", "decisions", "--event", "push",
                       "--limit", "0").splitlines()
    return statistics.median(json.loads(line)["took_ns"] for line in lines) / 1e6


def wait_until_told(bench):
    bench.call(bench.bin / "rcx", "-c", bench.instance / "rcx.yaml", "events", "wait")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=push.TOP / "build" / "release")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--pushers", type=int, default=8)
    options = parser.parse_args()
    build = options.build.resolve()
    with tempfile.TemporaryDirectory(prefix="rcx-bench-") as name:
        home = pathlib.Path(name)
        benches = []
        try:
            for side in ("with", "without"):
                (home / side).mkdir()
                bench = push.Bench(build, home / side, "i")
                benches.append(bench)
                sources = [("noop", "noop.c")] + ([("noop_post", "noop_post.c")] if side == "with" else [])
                for stem, source in sources:
                    bench.call("cc", "-O2", "-shared", "-fPIC", f"-I{push.TOP / 'sdk' / 'include'}", "-o",
                               home / side / f"{stem}.so", push.HERE / source)
                bench.call(build / "bin" / "rcx", "init", bench.instance)
                for stem, _ in sources:
                    bench.add_extension(home / side / f"{stem}.so")
                config = bench.instance / "rcx.yaml"
                config.write_text(config.read_text() + "log: {level: warn, file: log}\n")
                bench.host = push.subprocess.Popen([str(build / "bin" / "rcxd"), "-c", str(config)],
                                                   env=bench.env)
                bench.call(build / "bin" / "rcx", "-c", config, "status", "--wait", "20")
            commits = benches[0].commits(options.rounds + push.WARM_UP)
            os.chdir(benches[0].work)
            repositories = [[bench.repository(f"r{i}", "rcx") for i in range(options.pushers)]
                            for bench in benches]
            singles, ratios, differences = ([], []), [], []
            for i, commit in enumerate(commits):
                took = {}
                for side in (0, 1) if i % 2 else (1, 0):
                    took[side] = all_at_once(benches[side], repositories[side],
                                             f"{commit}:refs/heads/main")
                    if side == 0:
                        wait_until_told(benches[side])
                if i < push.WARM_UP:
                    continue
                medians = [statistics.median(took[side]) for side in (0, 1)]
                for side in (0, 1):
                    singles[side].extend(took[side])
                ratios.append(medians[0] / medians[1])
                differences.append((medians[0] - medians[1]) / 1e6)
            ours, theirs = (statistics.median(one) / 1e6 for one in singles)
            low, high = push.interval(ratios)
            sync = fsync_ms(home)
            print(f"{options.pushers} pushers, with / without a queued post handler: {ours:.2f} ms / {theirs:.2f} ms,"
                  f" ratio {statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}]")
            print(f"difference {statistics.median(differences):.2f} ms; the host had the post event for "
                  f"{event_ms(benches[0]):.2f} ms / {event_ms(benches[1]):.2f} ms; "
                  f"one fsync of this disk {sync:.2f} ms")
        finally:
            for bench in benches:
                bench.stop()


if __name__ == "__main__":
    sys.exit(main())
