"""Pushes for reading.py: a history, a server that has its beginning, and the rest in quarantine."""
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time

UNPACK_LIMIT = 100  # git's own: smaller pushes become loose objects


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
            # Each at a commit of its own as far as there are enough.
            commits = run("git", "rev-list", self.old, cwd=self.server).decode().split()
            refs = "".join(f"create refs/tags/t{i} {commits[i % len(commits)]}\n"
                           for i in range(options.references))
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

    def line(self):
        """What the hook reads, as an open file."""
        file = tempfile.TemporaryFile()
        file.write(f"{self.old} {self.new} refs/heads/main\n".encode())
        file.seek(0)
        return file

    def command(self, text):
        began = time.perf_counter()
        subprocess.run(["sh", "-c", text + " > /dev/null"], cwd=self.server, env=self.env, check=False)
        return time.perf_counter() - began

    def receive(self):
        """git's own work: all that `git receive-pack` does for this push, where there are no hooks."""
        fresh = self.server.with_name("receives.git")
        shutil.copytree(self.server, fresh, copy_function=os.link,
                        ignore=shutil.ignore_patterns("tmp_objdir-*", "hooks*", "logs"))
        run("git", "config", "receive.autogc", "false", cwd=fresh)
        line = f"{self.old} {self.new} refs/heads/main\0report-status".encode()
        with tempfile.TemporaryFile() as request:
            request.write(b"%04x" % (len(line) + 4) + line + b"0000" + self.pack)
            request.seek(0)
            began = time.perf_counter()
            done = subprocess.run(["git", "receive-pack", fresh], stdin=request, stdout=subprocess.PIPE, check=True)
            took = time.perf_counter() - began
        assert b"ok refs/heads/main" in done.stdout, done.stdout[-1000:]
        shutil.rmtree(fresh)
        return took


def interval(values):
    rng = random.Random(0)
    medians = sorted(statistics.median(rng.choices(values, k=len(values))) for _ in range(2000))
    return medians[50], medians[-51]
