"""What happens to the host while people push."""
import collections
import os
import random
import threading


class Mischief(threading.Thread):
    """Draws one act after the other until `over` is set; then nothing is left broken."""

    # How often, against the others.
    ACTS = {"kill_worker": 6, "kill_recorder": 2, "kill_delivery": 2, "kill_supervisor": 2,
            "replace_guard": 1, "replace_mishap": 2, "overwrite": 1, "take_away": 1,
            "configure": 1, "reload": 1}

    def __init__(self, host, seed, over, pause):
        super().__init__(name="mischief", daemon=True)
        self.host = host
        self.generator = random.Random(f"{seed}/mischief")
        self.over = over
        self.pause = pause
        self.done = collections.Counter()
        self.failure = None

    def run(self):
        acts, weights = zip(*self.ACTS.items())
        try:
            while not self.over.wait(self.generator.uniform(0.2, 1.8) * self.pause):
                act = self.generator.choices(acts, weights)[0]
                if getattr(self, act)() is not False:
                    self.done[act] += 1
                self.host.bury()
                if self.host.process.poll() is not None:
                    raise RuntimeError(f"the host left by itself, status {self.host.process.returncode}")
        except Exception as error:  # told by the main thread
            self.failure = error

    def salt(self):
        return os.urandom(16)

    def one_of(self, *names):
        return self.generator.choice(names)

    def kill_worker(self):
        return self.host.kill_one("worker", self.generator)

    def kill_recorder(self):
        return self.host.kill_one("recorder", self.generator)

    def kill_delivery(self):
        return self.host.kill_one("deliver", self.generator)

    def kill_supervisor(self):
        self.host.kill()
        self.over.wait(self.generator.choice((0, 0.05, 0.3, 1.0, 2.5)))
        self.host.start()

    def replace_guard(self):
        self.host.place(self.one_of("chaos_first", "chaos_last"), self.salt())

    def replace_mishap(self):
        self.host.place(self.one_of("chaos_mishap", "chaos_mishap_open"), self.salt())

    def overwrite(self):
        self.host.overwrite(self.one_of("chaos_first", "chaos_mishap", "chaos_last"), self.salt())

    def take_away(self):
        # Not a guard: an event of a push that came before is not told to who is not there.
        name = self.one_of("chaos_mishap", "chaos_mishap_open")
        self.host.remove(name)
        self.over.wait(0.4)
        self.host.place(name, self.salt())

    def configure(self):
        self.host.budget = 700 - self.host.budget
        self.host.write_config()

    def reload(self):
        self.host.rcx("reload", check=False, timeout=60)
