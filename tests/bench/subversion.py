#!/usr/bin/env python3
"""What a commit to Subversion through rcx costs, against other hooks.

    tests/bench/subversion.py [--build build/release] [--pairs 40] [--only drain]

One file is committed over file:// in pairs, to a repository of the host and to one with the other hook, in
turn and in alternating order. Against `drain`, hooks in C that read their input, no extension reads the
commit; against Python with svnlook, message and changed paths are read on both sides. A row gives both
medians, and the median of the ratios pair by pair with its 95 % interval (bootstrap). Needs the target
bench_reading. Only ratios mean something on another machine.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from push import report

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
WARM_UP = 5

SVNLOOK = """#!/usr/bin/env python3
import subprocess, sys
repository, transaction = sys.argv[1:3]
for what in ("changed", "log"):
    text = subprocess.run(["/usr/bin/svnlook", what, "-t", transaction, repository], check=True,
                          stdout=subprocess.PIPE).stdout
sys.exit(0 if text else 1)
"""


class Bench:
    def __init__(self, build, home, what):
        self.bin = build / "bin"
        self.home = home
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("RCX_", "PYTHON"))}
        self.env.update(HOME=str(home), LC_ALL="C.UTF-8")
        self.instance = home / "i"
        self.call(self.bin / "rcx", "init", self.instance)
        config = self.instance / "rcx.yaml"
        config.write_text(config.read_text() + "log: {level: warn, file: log}\n" +
                          ("extensions: {read_push: {settings: {what: paths}}}\n" if what == "paths" else ""))
        if what == "paths":
            shutil.copy(build / "tests/bench/bench_read_push.so", self.instance / "rcextensions/read_push.so")
        self.host = subprocess.Popen([str(self.bin / "rcxd"), "-c", str(config)], env=self.env)
        self.call(self.bin / "rcx", "-c", config, "status", "--wait", "20")

    def stop(self):
        self.host.terminate()
        self.host.wait()

    def call(self, *command):
        return subprocess.run([str(c) for c in command], check=True, env=self.env, text=True,
                              stdout=subprocess.PIPE).stdout

    def copy_of(self, name, hooks):
        path = self.instance / "repositories" / name
        self.call("svnadmin", "create", path)
        if hooks is None:
            self.call(self.bin / "rcx", "-c", self.instance / "rcx.yaml", "install", path)
        for hook, program in (hooks or {}).items():
            shutil.copy(program, path / "hooks" / hook)
        copy = self.home / name
        self.call("svn", "checkout", "--quiet", f"file://{path}", copy)
        (copy / "file").write_text("0\n")
        self.call("svn", "add", "--quiet", copy / "file")
        return copy

    def commit(self, copy, number):
        (copy / "file").write_text(f"{number}\n")
        command = ["svn", "commit", "--quiet", "--message", f"change {number}", str(copy)]
        began = time.perf_counter_ns()
        pid = os.posix_spawnp("svn", command, self.env)
        _, status, _ = os.wait4(pid, 0)
        took = time.perf_counter_ns() - began
        if status != 0:
            raise SystemExit(f"subversion.py: {' '.join(command)} failed")
        return took


def compare(bench, pairs, hooks):
    ours, theirs = bench.copy_of("ours", None), bench.copy_of("theirs", hooks)
    results = []
    for i in range(1, pairs + WARM_UP + 1):
        times = {}
        for copy in (ours, theirs) if i % 2 else (theirs, ours):
            times[copy] = bench.commit(copy, i)
        if i > WARM_UP:
            results.append((times[ours], times[theirs]))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build" / "release")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--only", default="", help="drain or python")
    options = parser.parse_args()
    build = options.build.resolve()
    for needed in ("bin/rcx-svn.so", "tests/bench/bench_read_push.so"):
        if not (build / needed).exists():
            raise SystemExit(f"subversion.py: no {needed} in {build}; build it with:  ninja -C {build} rcx-svn bench_reading")
    print(f"{'':<44} {'rcx':>11} {'other':>11}   ratio  [95 %]")
    for name, what, title, most in (("drain", "", "drain hooks", 1.15), ("python", "paths", "Python with svnlook", 0.5)):
        if options.only not in ("", name):
            continue
        with tempfile.TemporaryDirectory(prefix="rcx-bench-") as home:
            home = pathlib.Path(home)
            if name == "drain":
                program = home / "drain"
                subprocess.run(["musl-gcc", "-O2", "-static", "-s", "-o", str(program), str(HERE / "drain.c")], check=True)
                hooks = {"pre-commit": program, "post-commit": program}
            else:
                program = home / "python"
                program.write_text(SVNLOOK)
                program.chmod(0o755)
                hooks = {"pre-commit": program}
            bench = Bench(build, home, what)
            try:
                report(f"svn commit / {title}", compare(bench, options.pairs, hooks), most)
            finally:
                bench.stop()


if __name__ == "__main__":
    sys.exit(main())
