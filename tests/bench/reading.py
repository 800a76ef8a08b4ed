#!/usr/bin/env python3
"""What it costs the host to read a push, against the git command that gives the same answer.

    tests/bench/reading.py [--build build/release] [--repository PATH] [--pairs 20] [--sizes 1,100,10000]
                           [--rows commits,paths,sizes,lines,secrets] [--references 100000] [--commit-graph]
                           [--further] [--many 10000]

Without --repository a history is generated. Commits are received into a quarantine as git receives
them; then run in turn, with the same variables: the hook of a host whose extension reads what the row
says, the hook of one whose extension is not concerned, and the git command. Hosts are warm.

  hook      from the exec of the hook to its verdict
  reading   that, without what the same costs when nobody reads
  /git      medians of both divided by what git took, run by run, with 95 % intervals (bootstrap)
  receive   reading as a share of what `git receive-pack` takes for the same push, from its start to its end

--further: what a second extension adds that reads the same, as a share of the first. --many N: a push of
one commit N times, and what the worker then holds. Only ratios mean something on another machine.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from reading_pushes import Push, generate, interval, run

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]

# What the extension reads, and the command that tells the same. $NEW is the pushed commit.
COMMANDS = {
    "commits": "git rev-list $NEW --not --all",
    "paths": "git log --name-status $NEW --not --all",
    "sizes": "{ git log --name-status $NEW --not --all; git rev-list --objects $NEW --not --all"
             " | git cat-file --batch-check='%(objectname) %(objecttype) %(objectsize) %(rest)'; }",
    "lines": "git log -p $NEW --not --all",
    "secrets": "git log -p $NEW --not --all | grep -E -f $PATTERNS",
}
# The same with an extension that ships.
SHIPPED = {"secrets": "secret_scan"}


class Host:
    """One host with some extensions, and the hooks that lead to it."""

    def __init__(self, build, base, name, libraries, settings=""):
        self.build = build
        self.finds = name in SHIPPED
        self.instance = base / f"instance-{name}"
        (self.instance / "rcextensions").mkdir(parents=True)
        sections = ""
        for extension, library in libraries.items():
            shutil.copy(library, self.instance / "rcextensions" / f"{extension}.so")
            sections += f"  {extension}:\n    mode: enforce\n{settings}"
        self.config = self.instance / "rcx.yaml"
        self.config.write_text(
            f"user: {os.getuid()}\nroots: [{base / 'repositories'}]\nbudget: {{extension: 100s, event: 200s}}\n"
            "client: {timeout: 250s}\nworkers: {pre: {processes: 1, threads: 1}}\n"
            f"extensions:\n{sections}")
        self.process = subprocess.Popen([build / "bin/rcxd", "-c", self.config],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        run(build / "bin/rcx", "-c", self.config, "status", "--wait", "20")
        self.hooks = {}

    def install(self, push):
        run(self.build / "bin/rcx", "-c", self.config, "install", push.server)
        hooks = push.server / f"hooks-{self.instance.name}"
        shutil.move(push.server / "hooks", hooks)
        self.hooks[push] = hooks / "pre-receive"

    def hook(self, push):
        """Seconds from the exec of the hook to its end."""
        with open(os.devnull, "w", encoding="ascii") as nothing:
            began = time.perf_counter()
            child = subprocess.Popen([self.hooks[push]], cwd=push.server, env=push.env, stdin=push.line(),
                                     stdout=nothing, stderr=subprocess.PIPE, close_fds=False)
            said = child.stderr.read().decode(errors="replace")
            status = child.wait()
            took = time.perf_counter() - began
        # What it finds in a real history it may refuse: all has been read.
        found = status == 1 and self.finds and "failed" not in said and "limit" not in said
        if status != 0 and not found:
            raise SystemExit(f"reading.py: the hook of {self.instance.name} ended with {status}: {said[:2000]}")
        return took

    def memory(self):
        """The largest resident set of its workers, in MiB."""
        most = 0
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                if int(text.split("PPid:")[1].split()[0]) == self.process.pid and "VmRSS:" in text:
                    most = max(most, int(text.split("VmRSS:")[1].split()[0]) // 1024)
            except (OSError, IndexError, ValueError):
                continue
        return most

    def stop(self):
        self.process.terminate()
        self.process.wait()


def ratio(ours, theirs):
    ratios = [a / b for a, b in zip(ours, theirs)]
    low, high = interval(ratios)
    return f"{statistics.median(ratios):>6.3f} [{low:.3f}, {high:.3f}]"


def measure(row, push, hosts, pairs):
    """One line: the reader, the idle host and git, in turn and in changing order."""
    reader, idle, further = hosts
    took = {"hook": [], "idle": [], "git": [], "further": []}
    measures = [("hook", lambda: reader.hook(push)), ("idle", lambda: idle.hook(push)),
                ("git", lambda: push.command(COMMANDS[row]))]
    if further:
        measures.append(("further", lambda: further.hook(push)))
    for i in range(-2 if push.commits < 5000 else -1, pairs):
        for name, one in measures[i % len(measures):] + measures[:i % len(measures)]:
            seconds = one()
            if i >= 0:
                took[name].append(seconds)
    reading = [a - b for a, b in zip(took["hook"], took["idle"])]
    received = statistics.median(push.receive() for _ in range(3))
    line = (f"{row:<8} {push.commits:>6} {1000 * statistics.median(took['hook']):>8.2f}"
            f" {1000 * statistics.median(reading):>8.2f} {1000 * statistics.median(took['git']):>8.1f}"
            f"  {ratio(took['hook'], took['git']):>22}  {ratio(reading, took['git']):>22}"
            f" {100 * statistics.median(reading) / received:>6.1f} %"
            f" {reader.memory():>5} MiB")
    if further:
        added = [(a - b) / c for a, b, c in zip(took["further"], took["hook"], reading)]
        line += f"  a further one adds {statistics.median(added):.3f}"
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default=TOP / "build/release", type=pathlib.Path)
    parser.add_argument("--repository", type=pathlib.Path)
    parser.add_argument("--pairs", default=20, type=int)
    parser.add_argument("--sizes", default="1,100,10000")
    parser.add_argument("--rows", default="commits,paths,sizes,lines")
    parser.add_argument("--references", default=0, type=int)
    parser.add_argument("--commit-graph", action="store_true")
    parser.add_argument("--further", action="store_true")
    parser.add_argument("--many", default=0, type=int)
    options = parser.parse_args()
    build = options.build.resolve()
    base = pathlib.Path(tempfile.mkdtemp(prefix="rcx-bench-"))
    hosts = []
    try:
        source = options.repository
        if source is None:
            source = base / "source.git"
            generate(source, 12000)
        (base / "repositories").mkdir()
        pushes = []
        for size in (int(word) for word in options.sizes.split(",")):
            push = Push(base / "repositories", source.resolve(), size, options)
            push.env["PATTERNS"] = str(HERE / "secrets.grep")
            pushes.append(push)
            print(f"{push.commits} commits, a pack of {len(push.pack) / 1e6:.1f} MB: git receives it in "
                  f"{1000 * statistics.median(push.receive() for _ in range(3)):.1f} ms", flush=True)
        library = build / "tests/bench"
        hosts.append(Host(build, base, "idle", {"idle": library / "bench_idle.so"}))
        for push in pushes:
            hosts[0].install(push)
        print(f"{'row':<8} {'commits':>6} {'hook ms':>8} {'reading':>8} {'git ms':>8}  {'hook/git':>22}  "
              f"{'reading/git':>22} {'receive':>8} {'worker':>9}")
        for row in options.rows.split(","):
            if row in SHIPPED:
                readers = {SHIPPED[row]: next((build / "plugins").rglob(f"{SHIPPED[row]}.so"))}
                settings = ""
            else:
                readers = {"read_push": library / "bench_read_push.so"}
                settings = f"    settings: {{what: {row}}}\n"
            reader = Host(build, base, row, readers, settings)
            hosts.append(reader)
            further = None
            if options.further and row not in SHIPPED:
                further = Host(build, base, f"{row}-further",
                               readers | {"read_push_too": library / "bench_read_push_too.so"}, settings)
                hosts.append(further)
            for push in pushes:
                for host in (reader, further):
                    if host:
                        host.install(push)
                measure(row, push, (reader, hosts[0], further),
                        max(5, options.pairs if push.commits < 5000 else options.pairs // 3))
            if options.many:
                for _ in range(options.many):
                    reader.hook(pushes[0])
                print(f"{row}: after {options.many} pushes of {pushes[0].commits} commits the worker holds "
                      f"{reader.memory()} MiB", flush=True)
            for host in hosts[1:]:
                host.stop()
            del hosts[1:]
    finally:
        for host in hosts:
            host.stop()
        shutil.rmtree(base)
    return 0


if __name__ == "__main__":
    sys.exit(main())
