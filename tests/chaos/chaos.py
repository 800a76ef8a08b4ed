#!/usr/bin/env python3
"""Pushes from many sides while extensions fail and are replaced, and processes of the host are killed.

    tests/chaos/chaos.py [--build build/dev] [--seconds 12] [--pushers 8] [--seed N] [--keep DIRECTORY]

Afterwards: every push that git accepted was judged by every extension that may refuse, nothing that
they refuse came in, every accepted push was told to every extension at least once under one event id
and has its record, and no process, socket or spooled call is left. Exit status 1 and one line for
each finding; the instance, with its log, is then kept. The seed draws what is done, and when; what
meets what is up to the machine.
"""
import argparse
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time

import host as hosts
import mischief
import proof
import pushers

TOP = pathlib.Path(__file__).resolve().parents[2]


def settle(host):
    """The host is whole again, and what was kept for it, or stands in its queue, is delivered."""
    for name in hosts.EXTENSIONS:
        host.place(name)
    if host.process.poll() is not None:
        host.start()
    host.wait_until_ready()
    spool = host.directory / "state" / "spool"
    until = time.monotonic() + 60
    while any(not path.name.startswith("refused-") for path in spool.iterdir()):
        if time.monotonic() > until:
            return
        time.sleep(0.05)
    host.rcx("events", "wait")


def leave(host):
    """Stops the host, and waits for the processes that its predecessors left."""
    status = host.stop()
    if status != 0:
        yield f"the host ended with {status}, wanted 0"
    until = time.monotonic() + 15
    while host.processes() and time.monotonic() < until:
        host.bury()
        time.sleep(0.05)


def run(host, options):
    repositories = [host.repository(f"r{i}") for i in range(4)]
    over = threading.Event()
    people = [pushers.Pusher(host, repositories[i % len(repositories)], i, options.seed, over)
              for i in range(options.pushers)]
    trouble = mischief.Mischief(host, options.seed, over, options.pause)
    host.start()
    host.wait_until_ready()
    for thread in (*people, trouble):
        thread.start()
    try:
        time.sleep(options.seconds)
    finally:
        over.set()
        trouble.join()
    if host.process.poll() is not None:
        host.start()
    for person in people:
        person.join()
    for thread in (*people, trouble):
        if thread.failure:
            yield f"{thread.name}: {thread.failure!r}"
    settle(host)
    yield from leave(host)

    updates = proof.accepted(repositories)
    pushes = {push.commit: push for person in people for push in person.pushes}
    for guard in ("chaos_first", "chaos_last"):
        trace = proof.Trace(host.directory / "state" / "data" / guard / "trace")
        yield from proof.check_traces(guard, trace, updates, pushes)
        yield from proof.check_ids(guard, trace, updates)
    yield from proof.check_verdicts(updates, pushes)
    yield from proof.check_records(host.rcx("--json", "decisions", "--limit", "0"), updates,
                                   set(hosts.EXTENSIONS) - {"chaos_mishap_open"})
    yield from proof.check_leftovers(host)
    good = sum(push.status == 0 for push in pushes.values())
    spooled = sum("the extensions will be told" in push.said for push in pushes.values())
    acts = ", ".join(f"{name} {count}" for name, count in sorted(trouble.done.items()))
    print(f"chaos.py: {len(pushes)} pushes, {good} accepted with {len(updates)} updates, {spooled} of them "
          f"spooled; {acts}", flush=True)
    if not good or good == len(pushes):
        yield f"the run proves nothing: {good} of {len(pushes)} pushes were accepted"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build" / "dev")
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--pushers", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between two acts, on average")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--keep", type=pathlib.Path, help="copy the instance there in any case")
    options = parser.parse_args()
    build = options.build.resolve()
    if not (build / "tests" / "fixtures" / "chaos_first.so").exists():
        raise SystemExit(f"chaos.py: no host and fixtures in {build}; build them with:  "
                         "cmake --preset dev && cmake --build --preset dev")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("chaos.py: ended by SIGTERM"))
    print(f"chaos.py: {options.pushers} pushers, {options.seconds:g} s, --seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="rcx-chaos-", ignore_cleanup_errors=True) as name:
        host = hosts.Host(build, pathlib.Path(name))
        try:
            findings = list(run(host, options))
        finally:
            host.end()
        keep = options.keep
        if findings and not keep:
            keep = pathlib.Path(tempfile.mkdtemp(prefix="rcx-chaos-kept-"))
        if keep:
            hosts.copy_evidence(host, keep)
    for finding in findings:
        print(f"chaos.py: {finding.rstrip()}")
    if findings:
        print(f"chaos.py: {len(findings)} findings; the instance is kept in {keep}; again with:  "
              f"tests/chaos.sh --seed {options.seed} --seconds {options.seconds:g} --pushers {options.pushers}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
