"""An instance of the host, and every process that came of it."""
import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

PR_SET_CHILD_SUBREAPER = 36

CONFIG = """
user: %(user)d
roots: [repositories]
log: {level: info, file: host.log}
workers:
  pre: {processes: 2, threads: 4}
  post: {processes: 2, threads: 4}
client: {when_unreachable: refuse, timeout: 300s, connect_timeout: 1s}
budget: {extension: %(budget)s, event: 20s, load: 20s, drain: 10s}
breaker: {failures: 0}
extensions:
  chaos_first: {priority: 1, deadline: 10s}
  chaos_mishap: {fail: closed, settings: {crash: 15, exit: 10, throw: 15, hang: 8}}
  chaos_mishap_open: {fail: open, settings: {crash: 15, exit: 10, throw: 15, hang: 8}}
  chaos_last: {priority: 900, deadline: 10s, isolation: dedicated}
"""
EXTENSIONS = ("chaos_first", "chaos_mishap", "chaos_mishap_open", "chaos_last")


def environment(home):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "RCX_"))}
    clean.update(HOME=str(home), GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull, LC_ALL="C",
                 GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.org",
                 GIT_COMMITTER_NAME="A", GIT_COMMITTER_EMAIL="a@example.org")
    return clean


def stat_fields(pid):
    """Parent and state of a process; None where it is gone."""
    try:
        rest = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(rest[1]), rest[0]


def arguments(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


class Host:
    """The host is started, killed and started again; what it leaves behind becomes a child of this
    process, so that nothing that lingers is overlooked."""

    def __init__(self, build, home):
        self.bin = build / "bin"
        self.fixtures = build / "tests" / "fixtures"
        self.directory = home / "i"
        self.env = environment(home)
        self.process = None
        self.lock = threading.Lock()
        self.budget = 300
        if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise SystemExit("chaos.py: cannot become the parent of orphans")
        self.call(self.bin / "rcx", "init", self.directory)
        self.write_config()
        for name in EXTENSIONS:
            self.place(name)

    def call(self, *command, **more):
        more.setdefault("check", True)
        more.setdefault("env", self.env)
        done = subprocess.run([str(c) for c in command], text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
        return done.stdout if more["check"] else done

    def rcx(self, *arguments, **more):
        return self.call(self.bin / "rcx", "-c", self.directory / "rcx.yaml", *arguments, **more)

    def write_config(self):
        fresh = self.directory / ".rcx.yaml.new"
        fresh.write_text(CONFIG % {"budget": f"{self.budget}ms", "user": os.geteuid()})
        fresh.rename(self.directory / "rcx.yaml")

    def extension(self, name):
        return self.directory / "rcextensions" / f"{name}.so"

    def place(self, name, salt=b""):
        """By rename. The loader does not mind what follows a library: a salt makes it another."""
        fresh = self.directory / f".{name}.new"
        fresh.write_bytes((self.fixtures / f"{name}.so").read_bytes() + salt)
        fresh.chmod(0o755)
        fresh.rename(self.extension(name))

    def overwrite(self, name, salt):
        """In place and in two parts, as a slow copy does it."""
        data = (self.fixtures / f"{name}.so").read_bytes() + salt
        with open(self.extension(name), "wb") as file:
            file.write(data[:len(data) // 2])
            file.flush()
            time.sleep(0.05)
            file.write(data[len(data) // 2:])

    def start(self):
        output = open(self.directory / "rcxd.err", "ab")
        with output:
            self.process = subprocess.Popen(
                [str(self.bin / "rcxd"), "-c", str(self.directory / "rcx.yaml")],
                env=self.env, stdout=output, stderr=output)

    def wait_until_ready(self, seconds=60):
        self.rcx("status", "--wait", str(seconds))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """Whatever happened: nothing of it stays."""
        if self.process and self.process.poll() is None:
            self.kill()
        for pid, _ in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=60)

    def repository(self, name):
        path = self.directory / "repositories" / f"{name}.git"
        self.call("git", "init", "-q", "--bare", "--template=", path)
        for key, value in (("receive.autogc", "false"), ("gc.auto", "0"),
                           ("core.logAllRefUpdates", "always")):
            self.call("git", "-C", path, "config", key, value)
        self.rcx("install", path)
        return path

    def processes(self):
        """Every process below this one that runs rcxd, by its role; `supervisor` has none."""
        parents = {}
        for entry in os.listdir("/proc"):
            found = stat_fields(entry) if entry.isdigit() else None
            if found:
                parents[int(entry)] = found
        found = []
        for pid in parents:
            above = pid
            while above in parents and above != os.getpid():
                above = parents[above][0]
            words = arguments(pid)
            if above != os.getpid() or not words or not words[0].endswith("/rcxd"):
                continue
            role = [word[7:] for word in words if word.startswith("--role=")]
            found.append((pid, role[0] if role else "supervisor"))
        return found

    def bury(self):
        """Takes the status of orphans that have ended."""
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or stat_fields(entry) != (os.getpid(), "Z"):
                continue
            try:
                name = pathlib.Path(f"/proc/{entry}/comm").read_text().strip()
                if name == "rcxd" and int(entry) != self.process.pid:
                    os.waitpid(int(entry), os.WNOHANG)
            except (FileNotFoundError, ProcessLookupError, ChildProcessError):
                pass

    def kill_one(self, role, generator):
        pids = [pid for pid, its in self.processes() if its == role]
        if pids:
            try:
                os.kill(generator.choice(pids), signal.SIGKILL)
            except ProcessLookupError:
                return False
        return bool(pids)

    def remove(self, name):
        self.extension(name).unlink(missing_ok=True)


def copy_evidence(host, target):
    shutil.copytree(host.directory, target, symlinks=True, dirs_exist_ok=True,
                    ignore=lambda folder, names: [n for n in names if n.endswith(".sock")])
