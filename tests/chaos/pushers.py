"""People who push, each on branches of their own."""
import random
import subprocess
import threading


class Push:
    """One `git push`, and what it said."""

    def __init__(self, bad, commit, refs):
        self.bad = bad
        self.commit = commit
        self.refs = refs
        self.status = None
        self.said = ""


class Pusher(threading.Thread):
    """Pushes until `over` is set: mostly good commits, some bad ones; mostly one branch, sometimes
    two. Commits are unique, so that an id names a push."""

    def __init__(self, host, repository, number, seed, over):
        super().__init__(name=f"pusher-{number}", daemon=True)
        self.host = host
        self.repository = repository
        self.number = number
        self.generator = random.Random(f"{seed}/{number}")
        self.over = over
        self.pushes = []
        self.failure = None
        self.clone = host.directory.parent / f"clone-{number}"
        host.call("git", "init", "-q", self.clone)
        self.tree = host.call("git", "-C", self.clone, "mktree", stdin=subprocess.DEVNULL).strip()

    def run(self):
        try:
            while not self.over.is_set():
                self.push()
        except Exception as error:  # told by the main thread
            self.failure = error

    def push(self):
        bad = self.generator.random() < 0.15
        subject = f"{'bad' if bad else 'good'} {self.number}/{len(self.pushes)}"
        commit = self.host.call("git", "-C", self.clone, "commit-tree", self.tree, "-m", subject).strip()
        names = [f"refs/heads/p{self.number}"]
        if self.generator.random() < 0.25:
            names.append(f"refs/heads/q{self.number}")
        push = Push(bad, commit, names)
        done = self.host.call("git", "-C", self.clone, "push", self.repository,
                              *[f"+{commit}:{name}" for name in names], check=False, timeout=400)
        push.status = done.returncode
        push.said = done.stdout
        self.pushes.append(push)
