#!/usr/bin/env python3
"""What it costs the host to read a push, against the git command that gives the same answer.

    tests/bench/reading.py [--build build/release] [--repository PATH] [--pairs 20] [--sizes 1,100,10000]
                           [--rows commits,paths,sizes,lines] [--references 100000] [--commit-graph]

Without --repository a history is generated. Commits are received into a quarantine as git receives
them; then the installed hook and the git command run in turn, with the same variables, against a host
that is warm. A row gives both medians, and the median of the ratios pair by pair with its 95 % interval
(bootstrap). `receive` is what git itself needs to receive the same pack and to check that it is complete.
Only ratios mean something on another machine.
"""
import argparse
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
UNPACK_LIMIT = 100  # git's own: smaller pushes become loose objects

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


def run(*words, cwd=None, env=None, stdin=None):
    return subprocess.run([str(w) for w in words], cwd=cwd, env=env, input=stdin, check=True,
                          stdout=subprocess.PIPE).stdout


def generate(path, commits):
    """A history of text files in a few hundred directories, one to four files a commit."""
    rng = random.Random(1)
    run("git", "init", "-q", "--bare", "-b", "main", path)
    files = [f"src/part{i % 40}/module{i % 200}/file{i}.c" for i in range(2000)]
    lines = {name: [f"int value_{rng.randrange(10**6)};" for _ in range(80)] for name in files}
    child = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=path, stdin=subprocess.PIPE)
    for i in range(commits):
        out = [f"commit refs/heads/main\nmark :{i + 1}\ncommitter A <a@example.org> {1600000000 + i * 60}"
               f" +0000\ndata <<EOT\nchange number {i}\n\nSigned-off-by: A <a@example.org>\nEOT\n"]
        for name in (files if i == 0 else rng.sample(files, rng.randint(1, 4))):
            at = rng.randrange(len(lines[name]))
            lines[name][at:at + 1] = [f"int value_{rng.randrange(10**9)};" for _ in range(rng.randint(1, 5))]
            text = "\n".join(lines[name]) + "\n"
            out.append(f"M 100644 inline {name}\ndata {len(text)}\n{text}\n")
        child.stdin.write("".join(out).encode())
    child.stdin.close()
    assert child.wait() == 0


class Push:
    """A server that has everything before the last `size` commits, and these in quarantine."""

    def __init__(self, base, source, size, options):
        head = run("git", "rev-parse", "HEAD", cwd=source).decode().strip()
        self.old = self.find_base(source, head, size)
        self.new = head
        self.server = base / f"server-{size}.git"
        run("git", "init", "-q", "--bare", "-b", "main", self.server)
        run("git", "fetch", "-q", "--no-tags", source, f"{self.old}:refs/heads/main", cwd=self.server)
        if options.references:
            refs = "".join(f"create refs/tags/t{i} {self.old}\n" for i in range(options.references))
            run("git", "update-ref", "--stdin", cwd=self.server, stdin=refs.encode())
        run("git", "pack-refs", "--all", cwd=self.server)
        if options.commit_graph:
            run("git", "commit-graph", "write", "--reachable", cwd=self.server)
        self.pack = run("git", "pack-objects", "--revs", "--thin", "--stdout", "-q", "--delta-base-offset",
                        cwd=source, stdin=f"{self.new}\n^{self.old}\n".encode())
        self.commits = int(run("git", "rev-list", "--count", self.new, f"^{self.old}", cwd=source))
        objects = self.server / "objects"
        self.quarantine = objects / "tmp_objdir-incoming-bench"
        (self.quarantine / "pack").mkdir(parents=True)
        self.env = dict(os.environ, GIT_DIR=".", GIT_QUARANTINE_PATH=str(self.quarantine),
                        GIT_OBJECT_DIRECTORY=str(self.quarantine),
                        GIT_ALTERNATE_OBJECT_DIRECTORIES=str(objects), NEW=self.new)
        count = int.from_bytes(self.pack[8:12], "big")
        self.words = ["git", "unpack-objects", "-q"] if count < UNPACK_LIMIT else \
            ["git", "index-pack", "--stdin", "--fix-thin"]
        run(*self.words, cwd=self.server, env=self.env, stdin=self.pack)

    @staticmethod
    def find_base(source, head, size):
        """The first parent that is about `size` commits away."""
        chain = run("git", "rev-list", "--first-parent", f"--max-count={size + 1}", head,
                    cwd=source).decode().split()
        low, high = 1, len(chain) - 1
        while low < high:
            middle = (low + high) // 2
            count = int(run("git", "rev-list", "--count", head, f"^{chain[middle]}", cwd=source))
            low, high = (low, middle) if count >= size else (middle + 1, high)
        return chain[low]

    def hook(self):
        line = f"{self.old} {self.new} refs/heads/main\n".encode()
        began = time.perf_counter()
        run(self.server / "hooks" / "pre-receive", cwd=self.server, env=self.env, stdin=line)
        return time.perf_counter() - began

    def command(self, text):
        began = time.perf_counter()
        subprocess.run(["sh", "-c", text + " > /dev/null"], cwd=self.server, env=self.env, check=False)
        return time.perf_counter() - began

    def receive(self):
        """git's own work: taking the pack in, and looking that nothing is missing."""
        again = self.server / "objects" / "tmp_objdir-incoming-again"
        (again / "pack").mkdir(parents=True)
        env = dict(self.env, GIT_OBJECT_DIRECTORY=str(again), GIT_QUARANTINE_PATH=str(again))
        began = time.perf_counter()
        run(*self.words, cwd=self.server, env=env, stdin=self.pack)
        run("git", "rev-list", "--objects", "--stdin", "--not", "--all", "--quiet", "--alternate-refs",
            cwd=self.server, env=env, stdin=f"{self.new}\n".encode())
        took = time.perf_counter() - began
        shutil.rmtree(again)
        return took


def interval(values):
    rng = random.Random(0)
    medians = sorted(statistics.median(rng.choices(values, k=len(values))) for _ in range(2000))
    return medians[50], medians[-51]


def memory(instance):
    """Of the workers of the host, in MiB: the largest resident set."""
    most = 0
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        try:
            words = (status.parent / "cmdline").read_bytes().split(b"\0")
            if b"--role=worker" not in words:
                continue
            if str(instance).encode() not in os.readlink(status.parent / "fd" / "3").encode():
                pass
            text = status.read_text()
            most = max(most, int(text.split("VmRSS:")[1].split()[0]) // 1024)
        except (OSError, IndexError, ValueError):
            continue
    return most


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default=TOP / "build/release", type=pathlib.Path)
    parser.add_argument("--repository", type=pathlib.Path)
    parser.add_argument("--pairs", default=20, type=int)
    parser.add_argument("--sizes", default="1,100,10000")
    parser.add_argument("--rows", default="commits,paths,sizes,lines")
    parser.add_argument("--references", default=0, type=int)
    parser.add_argument("--commit-graph", action="store_true")
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
            pushes.append(push)
            print(f"{push.commits} commits, a pack of {len(push.pack) / 1e6:.1f} MB: git receives it in "
                  f"{1000 * statistics.median(push.receive() for _ in range(3)):.1f} ms", flush=True)
        print(f"{'row':<8} {'commits':>8} {'rcx':>10} {'git':>10} {'rcx/git':>8} {'95 % interval':>18}"
              f" {'of receive':>10} {'worker':>9}")
        for row in options.rows.split(","):
            instance = base / f"instance-{row}"
            (instance / "rcextensions").mkdir(parents=True)
            extension = SHIPPED.get(row, "read_push")
            library = build / "tests/bench/bench_read_push.so" if row not in SHIPPED else \
                next((build / "plugins").rglob(f"{extension}.so"))
            shutil.copy(library, instance / "rcextensions" / f"{extension}.so")
            settings = "" if row in SHIPPED else f"\n    settings: {{what: {row}}}"
            (instance / "rcx.yaml").write_text(
                f"user: {os.getuid()}\nroots: [{base / 'repositories'}]\nbudget: {{extension: 100s, event: 200s}}\n"
                "client: {timeout: 250s}\nworkers: {pre: {processes: 1, threads: 1}}\n"
                f"extensions:\n  {extension}: {{mode: enforce}}\n".replace(
                    "{mode: enforce}", "\n    mode: enforce" + settings))
            host = subprocess.Popen([build / "bin/rcxd", "-c", instance / "rcx.yaml"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            hosts.append(host)
            run(build / "bin/rcx", "-c", instance / "rcx.yaml", "status", "--wait", "10")
            for push in pushes:
                run(build / "bin/rcx", "-c", instance / "rcx.yaml", "install", push.server)
                pairs = max(5, options.pairs if push.commits < 5000 else options.pairs // 3)
                push.env["PATTERNS"] = str(HERE / "secrets.grep")
                for _ in range(3 if push.commits < 5000 else 1):
                    push.hook()
                ours, theirs = [], []
                for i in range(pairs):
                    order = [(ours, push.hook), (theirs, lambda: push.command(COMMANDS[row]))]
                    for values, measure in order if i % 2 == 0 else order[::-1]:
                        values.append(measure())
                ratios = [a / b for a, b in zip(ours, theirs)]
                low, high = interval(ratios)
                received = statistics.median(push.receive() for _ in range(3))
                print(f"{row:<8} {push.commits:>8} {1000 * statistics.median(ours):>7.2f} ms "
                      f"{1000 * statistics.median(theirs):>7.1f} ms {statistics.median(ratios):>8.3f} "
                      f"[{low:.3f}, {high:.3f}]".ljust(70) +
                      f" {100 * statistics.median(ours) / received:>8.1f} % {memory(instance):>5} MiB",
                      flush=True)
            host.terminate()
            host.wait()
    finally:
        for host in hosts:
            host.kill()
            host.wait()
        shutil.rmtree(base)
    return 0


if __name__ == "__main__":
    sys.exit(main())
