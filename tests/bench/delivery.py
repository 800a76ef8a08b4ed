#!/usr/bin/env python3
"""How fast a host tells what waits in its queue, and with how much memory: 1000 events against 100 000.

    tests/bench/delivery.py [--build build/release] [--rounds 9] [--few 1000] [--many 100000]

One push is queued by a host with a handler of pushes that returns at once; its event is then copied as often as
wanted, into a thousand repositories. In each round a host starts on a queue with few and on one with many, in
alternating order, and is stopped when 1000 are told. Prints events a second of both, the median of the ratios with
its 95 % interval, and the resident memory of the process of the queue.
"""
import argparse
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import push

TOLD = 1000
LANES = 1000


def copies(source, target, count):
    """A queue with `count` copies of the one event of `source`, none of them told."""
    shutil.copytree(source, target)
    with sqlite3.connect(target / "queue.db") as queue:
        row = queue.execute("SELECT kind, repository, path, caller, time_ns, queued_ns, bytes, context, call"
                            " FROM events").fetchone()
        handler = queue.execute("SELECT handler FROM deliveries").fetchone()[0]
        for table in ("deliveries", "events"):
            queue.execute(f"DELETE FROM {table}")
        for i in range(count):
            path = f"{row[2]}-{i % LANES}"
            number = queue.execute(
                "INSERT INTO events (id, kind, repository, path, caller, time_ns, queued_ns, bytes, open, context,"
                " call) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
                (f"{i:08x}-0000-7000-8000-000000000000", row[0], row[1], path, row[3], row[4] + i, *row[5:])).lastrowid
            queue.execute("INSERT INTO deliveries (event, handler, path, time_ns, next_ns, changed_ns)"
                          " VALUES (?, ?, ?, ?, 0, 0)", (number, handler, path, row[4] + i))
    queue.close()


def told(file):
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as queue:
        # By an index: looking costs no more with a long queue.
        return queue.execute("SELECT count(*), min(closed_ns), max(closed_ns) FROM (SELECT closed_ns FROM events"
                             " INDEXED BY events_closed WHERE open = 0 AND (dead > 0) = 0 ORDER BY closed_ns LIMIT ?)",
                             (TOLD,)).fetchone()


def resident_kib(host):
    for child in subprocess.run(["pgrep", "-P", str(host)], stdout=subprocess.PIPE, text=True).stdout.split():
        process = pathlib.Path("/proc") / child
        if b"--role=queue" in (process / "cmdline").read_bytes():
            return int((process / "status").read_text().split("VmRSS:")[1].split()[0])
    raise SystemExit("delivery.py: the host has no process of the queue")


def rate(bench, stored, state):
    """Starts the host on a copy of `stored`; events a second, and KiB."""
    shutil.rmtree(state)
    shutil.copytree(stored, state)
    # Else the host's first commits wait for the copy.
    os.sync()
    host = subprocess.Popen([str(bench.bin / "rcxd"), "-c", str(bench.instance / "rcx.yaml")], env=bench.env)
    try:
        while True:
            time.sleep(0.1)
            count, first, last = told(state / "queue.db")
            if count == TOLD:
                return (TOLD - 1) / ((last - first) / 1e9), resident_kib(host.pid)
    finally:
        host.terminate()
        host.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=push.TOP / "build" / "release")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rcx-bench-") as name:
        home = pathlib.Path(name)
        bench = push.Bench(options.build.resolve(), home, "i")
        library = home / "noop_post.so"
        bench.call("cc", "-O2", "-shared", "-fPIC", f"-I{push.TOP / 'sdk' / 'include'}", "-o", library,
                   push.HERE / "noop_post.c")
        bench.start(library)
        commit = bench.commits(1)[0]
        repository = bench.repository("r", "rcx")
        bench.call("git", "push", "-q", repository, f"{commit}:refs/heads/main", cwd=bench.work)
        bench.call(bench.bin / "rcx", "-c", bench.instance / "rcx.yaml", "status")
        bench.stop()
        bench.host = None
        state = next(bench.instance.rglob("queue.db")).parent
        sides = [("few", options.few), ("many", options.many)]
        for side, count in sides:
            copies(state, home / side, count)
        rates, memory, ratios = {"few": [], "many": []}, {"few": 0, "many": 0}, []
        for i in range(options.rounds + 1):
            for side, _ in sides if i % 2 else reversed(sides):
                per_second, kib = rate(bench, home / side, state)
                if i > 0:
                    rates[side].append(per_second)
                    memory[side] = max(memory[side], kib)
            if i > 0:
                ratios.append(rates["many"][-1] / rates["few"][-1])
        for side, count in sides:
            print(f"{count} events wait: {statistics.median(rates[side]):.0f} told a second, "
                  f"{memory[side]} KiB resident")
        low, high = push.interval(ratios)
        print(f"many / few {statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}]")


if __name__ == "__main__":
    sys.exit(main())
