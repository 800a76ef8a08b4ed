#!/usr/bin/env python3
"""What a push through rcx costs, against the same push with other hooks.

    tests/bench/push.py [--build build/release] [--pairs 60] [--only NAME]

Each comparison runs in pairs, one push through the host and one with the other hooks, in turn and in
alternating order, on repositories of their own. A row gives both medians, and the median of the ratios
pair by pair with its 95 % interval (bootstrap). Only ratios mean something on another machine.
"""
import argparse
import http.server
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]

RULES = """
extensions:
  commit_policy:
    settings:
      rules:
        - {name: subject, subject_must_match: '^[a-z]', subject_max_length: 72}
"""

# Pushes before the first that counts: every thread of the host has then served one.
WARM_UP = 20

PYTHON_HOOK = """#!/usr/bin/env python3
import json, os, sys, urllib.request
refs = [line.split() for line in sys.stdin]
body = json.dumps({"refs": refs, "user": os.environ.get("USER", "")}).encode()
with urllib.request.urlopen("http://127.0.0.1:%d/" + os.path.basename(sys.argv[0]), body) as answer:
    sys.exit(json.load(answer)["status"])
"""


class Daemon(http.server.BaseHTTPRequestHandler):
    """Answers each hook at once, as a server's hook daemon would at its best."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"status": 0}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def environment(home):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "RCX_"))}
    clean.update(HOME=str(home), GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull, LC_ALL="C",
                 GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.org",
                 GIT_COMMITTER_NAME="A", GIT_COMMITTER_EMAIL="a@example.org")
    return clean


class Bench:
    """An instance with a running host, and repositories with these and other hooks."""

    def __init__(self, build, home, name):
        self.bin = build / "bin"
        self.build = build
        self.home = home
        self.env = environment(home)
        self.instance = home / name
        self.host = None
        self.work = home / "work"
        self.hooks = {}

    def call(self, *command, **more):
        more.setdefault("env", self.env)
        return subprocess.run([str(c) for c in command], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more).stdout

    def start(self, extension, settings=""):
        self.call(self.bin / "rcx", "init", self.instance)
        config = self.instance / "rcx.yaml"
        config.write_text(config.read_text() + settings + "log: {level: warn, file: log}\n")
        self.add_extension(extension)
        self.host = subprocess.Popen([str(self.bin / "rcxd"), "-c", str(config)], env=self.env)
        self.call(self.bin / "rcx", "-c", config, "status", "--wait", "20")

    def add_extension(self, file):
        target = self.instance / "rcextensions" / file.name
        shutil.copy(file, target)
        target.chmod(0o755)

    def stop(self):
        if self.host:
            self.host.terminate()
            self.host.wait()

    def make_hooks(self, port):
        drain = self.home / "drain"
        self.call("musl-gcc", "-O2", "-static", "-s", "-o", drain, HERE / "drain.c")
        python = self.home / "hook.py"
        python.write_text(PYTHON_HOOK % port)
        python.chmod(0o755)
        self.hooks = {"drain": drain, "true": pathlib.Path("/bin/true"), "python": python}

    def repository(self, name, kind):
        path = self.instance / "repositories" / f"{name}.git"
        self.call("git", "init", "-q", "--bare", "--template=", path)
        for key, value in (("receive.autogc", "false"), ("gc.auto", "0")):
            self.call("git", "-C", path, "config", key, value)
        (path / "hooks").mkdir()
        if kind == "rcx":
            self.call(self.bin / "rcx", "-c", self.instance / "rcx.yaml", "install", path)
        else:
            for hook in ("pre-receive", "post-receive"):
                shutil.copy(self.hooks[kind], path / "hooks" / hook)
        return path

    def commits(self, count):
        self.call("git", "init", "-q", "-b", "main", self.work)
        lines = []
        for i in range(count):
            text = f"content {i}\n"
            lines.append(f"commit refs/heads/main\nmark :{i + 1}\n"
                         f"committer A <a@example.org> {1700000000 + i} +0000\n"
                         f"data 8\nsubject\n" + (f"from :{i}\n" if i else "") +
                         f"M 100644 inline file{i % 50}.txt\ndata {len(text)}\n{text}")
        self.call("git", "fast-import", "--quiet", cwd=self.work, input="".join(lines))
        return self.call("git", "-C", self.work, "rev-list", "--reverse", "main").split()

    def push(self, repository, *refspecs):
        command = ["git", "push", "-q", str(repository), *refspecs]
        began = time.perf_counter_ns()
        pid = os.posix_spawnp("git", command, self.env)
        _, status, _ = os.wait4(pid, 0)
        took = time.perf_counter_ns() - began
        if status != 0:
            raise SystemExit(f"push.py: {' '.join(command)[:200]} failed")
        return took


def interval(values):
    generator = random.Random(1)
    medians = sorted(statistics.median(generator.choices(values, k=len(values)))
                     for _ in range(2000))
    return medians[50], medians[1949]


def report(name, pairs, most):
    ours = statistics.median(a for a, _ in pairs) / 1e6
    theirs = statistics.median(b for _, b in pairs) / 1e6
    ratios = [a / b for a, b in pairs]
    ratio = statistics.median(ratios)
    low, high = interval(ratios)
    print(f"{name:<44} {ours:8.2f} ms {theirs:8.2f} ms   {ratio:.3f}  [{low:.3f}, {high:.3f}]"
          f"   at most {most:.2f}: {'holds' if ratio <= most else 'MISSED'}", flush=True)


def compare(bench, pairs, commits, kind):
    ours = bench.repository(f"ours-{kind}", "rcx")
    theirs = bench.repository(f"theirs-{kind}", kind)
    results = []
    for i, commit in enumerate(commits[: pairs + WARM_UP]):
        refspec = f"{commit}:refs/heads/main"
        if i % 2:
            a, b = bench.push(ours, refspec), bench.push(theirs, refspec)
        else:
            b, a = bench.push(theirs, refspec), bench.push(ours, refspec)
        if i >= WARM_UP:
            results.append((a, b))
    return results


def compare_refs(bench, pairs, commit):
    refspecs = [f"{commit}:refs/heads/branch-{i}" for i in range(1000)]
    results = []
    for i in range(pairs):
        made = []
        for kind in ("rcx", "drain") if i % 2 else ("drain", "rcx"):
            path = bench.repository(f"refs-{i}-{kind}", kind)
            made.append((kind, bench.push(path, *refspecs)))
            shutil.rmtree(path)
        times = dict(made)
        results.append((times["rcx"], times["drain"]))
    return results


def compare_exec(build, home, pairs):
    """The client as git runs it, and a host whose extension returns at once."""
    bench = Bench(build, home, "exec")
    noop, launcher = home / "noop.so", home / "exec_pairs"
    bench.call("cc", "-O2", "-shared", "-fPIC", f"-I{TOP / 'sdk' / 'include'}", "-o", noop,
               HERE / "noop.c")
    bench.call("cc", "-O2", "-o", launcher, HERE / "exec_pairs.c")
    try:
        bench.start(noop)
        repository = bench.repository("exec", "rcx")
        line = home / "line"
        line.write_text(f"{'0' * 40} {'1' * 40} refs/heads/main\n")
        output = bench.call(launcher, pairs * 20, line, repository / "hooks" / "pre-receive",
                            "/bin/true", cwd=repository, env={**bench.env, "GIT_DIR": "."})
    finally:
        bench.stop()
    return [tuple(map(int, pair.split())) for pair in output.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build" / "release")
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--only", default="", help="drain, true, python, exec or refs")
    options = parser.parse_args()
    if not (options.build / "bin" / "rcxd").exists():
        raise SystemExit(f"push.py: no host in {options.build}; build one with:  "
                         "cmake --preset release && cmake --build --preset release")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Daemon)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    build = options.build.resolve()
    with tempfile.TemporaryDirectory(prefix="rcx-bench-") as name:
        home = pathlib.Path(name)
        print(f"{'':<44} {'rcx':>11} {'other':>11}   ratio  [95 %]")
        if options.only in ("", "exec"):
            report("rcx-hook, exec to exit / exec of /bin/true",
                   compare_exec(build, home, options.pairs), 0.60)
        bench = Bench(build, home, "i")
        try:
            bench.start(build / "plugins" / "commit_policy.so", RULES)
            bench.make_hooks(server.server_address[1])
            commits = bench.commits(options.pairs + WARM_UP)
            os.chdir(bench.work)
            rows = [("drain", "push of 1 commit / drain hooks", 1.05),
                    ("true", "push of 1 commit / /bin/true as hooks", 1.00),
                    ("python", "push of 1 commit / Python hooks and daemon", 0.20)]
            for kind, name, most in rows:
                if options.only in ("", kind):
                    report(name, compare(bench, options.pairs, commits, kind), most)
            if options.only in ("", "refs"):
                report("push of 1000 refs / drain hooks",
                       compare_refs(bench, max(options.pairs // 3, 10), commits[0]), 1.05)
        finally:
            bench.stop()


if __name__ == "__main__":
    sys.exit(main())
