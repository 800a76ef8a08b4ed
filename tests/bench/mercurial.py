#!/usr/bin/env python3
"""What a push of Mercurial through rcx costs, against hooks that read the same.

    tests/bench/mercurial.py [--build build/release] [--pairs 40] [--many 10000] [--rounds 5] [--only in]

One changeset is pushed in pairs, through the host and to a repository with the other hook, in turn and in
alternating order; all hooks and the extension read message, author and changed paths. A row gives both
medians, and the median of the ratios pair by pair with its 95 % interval (bootstrap).

Many changesets are pushed --rounds times; the row compares how long `pretxnclose` took, all that the host
reads included, as hg's blackbox says, with `hg log --template` of the same fields and changesets. Needs
the target bench_reading. Only ratios mean something on another machine.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from push import report

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]

TEMPLATE = "{node} {p1node} {p2node} {author} {date|hgdate} {branch} {desc}\\n{file_adds}{file_mods}{file_dels}\\n"

IN_PROCESS = b"""
def check(ui, repo, node=None, **args):
    read = 0
    if node is None:
        return
    for rev in range(repo[node].rev(), len(repo)):
        changeset = repo[rev]
        read += len(changeset.user()) + len(changeset.description()) + len(changeset.branch()) + changeset.date()[1]
        changes = changeset.p1().status(changeset)
        read += sum(len(path) for paths in (changes.added, changes.modified, changes.removed) for path in paths)
    ui.debug(b'%d\\n' % read)
"""

SHELL = """#!/usr/bin/env python3
import os, subprocess, sys
text = subprocess.run(["hg", "log", "-r", os.environ["HG_NODE"] + "::", "--template", {template!r}], check=True,
                      stdout=subprocess.PIPE).stdout
sys.exit(0 if text else 1)
"""

MAKE = b"""
from mercurial import context, registrar
cmdtable = {}
command = registrar.command(cmdtable)

@command(b'make', [], b'COUNT')
def make(ui, repo, count, **opts):
    with repo.wlock(), repo.lock(), repo.transaction(b'make'):
        parent = repo[b'tip'].node()
        for i in range(int(count)):
            paths = [b'dir%d/file%d' % (i % 7, i % 200), b'other/file%d' % (i % 90)]
            def content(repo, memctx, path):
                return context.memfilectx(repo, memctx, path, b'content %d\\n' % i)
            made = context.memctx(repo, (parent, None), b'subject %d\\n\\nwhy it was done\\n' % i, paths, content,
                                  user=b'A <a@example.org>', date=b'%d 0' % (1700000000 + i))
            parent = repo.commitctx(made)
"""


class Bench:
    def __init__(self, build, home):
        self.bin = build / "bin"
        self.build = build
        self.home = home
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("HG", "RCX_", "PYTHON"))}
        self.env.update(HOME=str(home), HGRCPATH="", HGPLAIN="1", LC_ALL="C.UTF-8", HGUSER="A <a@example.org>")
        self.instance = home / "i"
        self.host = None
        (home / "in_process.py").write_bytes(IN_PROCESS)
        (home / "make.py").write_bytes(MAKE)
        (home / "shell.py").write_text(SHELL.format(template=TEMPLATE))
        (home / "shell.py").chmod(0o755)

    def call(self, *command):
        return subprocess.run([str(c) for c in command], check=True, env=self.env, text=True,
                              stdout=subprocess.PIPE).stdout

    def start(self):
        self.call(self.bin / "rcx", "init", self.instance)
        config = self.instance / "rcx.yaml"
        config.write_text(config.read_text() + "extensions: {read_push: {settings: {what: paths}, deadline: 60s}}\n"
                          "budget: {event: 120s}\nclient: {timeout: 180s}\nlog: {level: warn, file: log}\n")
        shutil.copy(self.build / "tests/bench/bench_read_push.so", self.instance / "rcextensions/read_push.so")
        self.host = subprocess.Popen([str(self.bin / "rcxd"), "-c", str(config)], env=self.env)
        self.call(self.bin / "rcx", "-c", config, "status", "--wait", "20")

    def stop(self):
        if self.host:
            self.host.terminate()
            self.host.wait()

    def repository(self, name, hook=None):
        path = self.instance / "repositories" / name
        self.call("hg", "init", path)
        if hook == "rcx":
            self.call(self.bin / "rcx", "-c", self.instance / "rcx.yaml", "install", path)
        elif hook:
            (path / ".hg/hgrc").write_text(f"[hooks]\npretxnclose.bench = {hook}\n")
        return path

    def history(self, name, count):
        path = self.home / name
        self.call("hg", "init", path)
        self.call("hg", "-R", path, "--config", f"extensions.make={self.home}/make.py", "make", str(count))
        return path

    def push(self, source, target, revision):
        command = ["hg", "-R", str(source), "push", "--quiet", "--rev", str(revision), str(target)]
        began = time.perf_counter_ns()
        pid = os.posix_spawnp("hg", command, self.env)
        _, status, _ = os.wait4(pid, 0)
        took = time.perf_counter_ns() - began
        if status != 0:
            raise SystemExit(f"mercurial.py: {' '.join(command)} failed")
        return took


WARM_UP = 5


def compare(bench, source, pairs, name, hook):
    ours, theirs = bench.repository(f"ours-{name}", "rcx"), bench.repository(f"theirs-{name}", hook)
    results = []
    for i in range(pairs + WARM_UP):
        if i % 2:
            a, b = bench.push(source, ours, i), bench.push(source, theirs, i)
        else:
            b, a = bench.push(source, theirs, i), bench.push(source, ours, i)
        if i >= WARM_UP:
            results.append((a, b))
    return results


def read_many(bench, count, rounds):
    source = bench.history("many", count)
    results = []
    for i in range(rounds):
        target = bench.repository(f"many-{i}", "rcx")
        with (target / ".hg/hgrc").open("a") as hgrc:
            hgrc.write("[extensions]\nblackbox =\n[blackbox]\ntrack = pythonhook\n")
        bench.push(source, target, "tip")
        said = re.search(r"pythonhook-pretxnclose: .* finished in ([0-9.]+) seconds",
                         (target / ".hg/blackbox.log").read_text())
        began = time.perf_counter_ns()
        bench.call("hg", "-R", target, "log", "--template", TEMPLATE)
        results.append((float(said.group(1)) * 1e9, time.perf_counter_ns() - began))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build" / "release")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--many", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="in, shell or many")
    options = parser.parse_args()
    build = options.build.resolve()
    if not (build / "tests/bench/bench_read_push.so").exists():
        raise SystemExit(f"mercurial.py: no bench_read_push in {build}; build it with:  ninja -C {build} bench_reading")
    with tempfile.TemporaryDirectory(prefix="rcx-bench-") as name:
        bench = Bench(build, pathlib.Path(name))
        try:
            bench.start()
            source = bench.history("one", options.pairs + WARM_UP)
            print(f"{'':<44} {'rcx':>11} {'other':>11}   ratio  [95 %]")
            rows = [("in", f"python:{bench.home}/in_process.py:check", "Python in process", 1.05),
                    ("shell", bench.home / "shell.py", "Python as a shell hook", 0.80)]
            for name, hook, what, most in rows:
                if options.only in ("", name):
                    report(f"hg push of 1 changeset / {what}", compare(bench, source, options.pairs, name, hook), most)
            if options.only in ("", "many"):
                report(f"reading {options.many} changesets / hg log --template",
                       read_many(bench, options.many, options.rounds), 2.0)
        finally:
            bench.stop()


if __name__ == "__main__":
    sys.exit(main())
