"""A call of a hook, from hg's process to a worker of the host: what rcx-hook does for git.

What is to be done where no host answers is what the client in host/client does. Loaded by `beside` of rcx_mercurial.
"""
import errno
import fcntl
import os
import select
import signal
import stat
import struct
import time

frames = beside('rcx_mercurial_frames')
socket, line, advice, Refused = frames.socket, frames.line, frames.advice, frames.Refused

ATTEMPTS = 3
GLANCE = 0.0005
FIRST_NOTICE, NEXT_NOTICE, SERVED_NOTICE = 1.0, 10.0, 2.5


class Lost(Exception):
    """The worker is gone; `begun`: it had the call. `error`: errno where nobody listened."""

    def __init__(self, begun, error=0):
        Exception.__init__(self)
        self.begun = begun
        self.error = error


class TimedOut(Exception):
    pass


class Talk:
    """One call, until there is a verdict. `say` shows whole lines at once."""

    def __init__(self, conf, request, post, what, say, readers, probe=False):
        self.conf = conf
        self.request = request
        self.post = post
        self.what = what  # `push` or `pull`
        self.say = say
        self.readers = readers
        self.probe = probe
        self.heard = False
        self.once = None  # the socket that keeps a host for this call alive
        self.directory = conf.socket_directory
        self.attempt = 1
        self.start()

    def start(self):
        self.began = time.monotonic()
        self.deadline = self.began + self.conf.timeout
        self.next_notice = self.began + FIRST_NOTICE
        self.patience = self.conf.connect_timeout
        self.pause = 0.002

    def run(self):
        """Status and text of the verdict."""
        try:
            return self.settle()
        finally:
            if self.once is not None:
                self.once.close()

    def settle(self):
        while True:
            try:
                return self.ask()
            except TimedOut:
                return self.timed_out()
            except Lost as lost:
                decided = self.after(lost)
                if decided is not None:
                    return decided

    # What is left to do where a worker or the host is gone.

    def after(self, lost):
        if lost.begun:
            if self.post and self.once is None and self.attempt >= ATTEMPTS and self.spool():
                self.say(line(self.done(), b'; the extensions will be told later: ', self.attempt,
                              b' workers of the host died over it'))
                return 0, b''
            if self.attempt > ATTEMPTS:
                raise Refused(line(self.begin(), ATTEMPTS + 1, b' workers of the host died over this ', self.what),
                              advice(b"'rcx status' tells which extension is to blame"))
            self.attempt += 1
            self.say(line(b'the worker that judged this ', self.what, b' died; ', b'asking the host for a verdict'
                          if self.attempt > ATTEMPTS else b'starting again'))
            return None
        absent = lost.error in (errno.ENOENT, errno.ECONNREFUSED)
        may_recover = absent or lost.error in (0, errno.EAGAIN, errno.EPIPE, errno.ECONNRESET)
        hopeless = absent and (self.once is not None or self.conf.when_unreachable == b'run-once')
        left = min(self.pause, self.patience)
        why = os.strerror(lost.error) if lost.error else 'it hung up before it said a word'
        if hopeless or not may_recover or left <= 0 or time.monotonic() > self.deadline:
            return self.unreachable(why)
        time.sleep(left)
        self.patience -= left
        self.pause = min(2 * self.pause, 0.05)
        if self.patience > 0:
            self.notice()
        return None

    def begin(self):
        if self.probe:
            return b''
        if not self.post:
            return b'refused: '
        return self.done() + (b', but the extensions may not have been told: ' if self.heard else
                              b', but the extensions have not been told: ')

    def done(self):
        return b'the pack was sent' if self.what == b'pull' else b'the push was accepted'

    def unreachable(self, why):
        if self.once is not None:
            raise Refused(line(self.begin(), b'the host that was started for this call is gone (', why, b')'),
                          advice(b'the log of the host tells more, where rcx.yaml sets log.file'))
        if self.conf.when_unreachable == b'run-once':
            return self.run_once()
        where = b'no host is listening at ' + self.path()
        if self.keep(where):
            return 0, b''
        return self.allow(where + os.fsencode(' (%s)' % why), b"'rcx status' tells more; start rcxd")

    def timed_out(self):
        after = b'%g s' % self.conf.timeout
        if not self.heard and self.once is None and self.conf.when_unreachable == b'run-once':
            self.say(line(b'no answer from the host within ', after, b'; starting one for this call'))
            return self.run_once()
        if not self.heard and self.keep(b'it did not answer within ' + after):
            return 0, b''
        return self.allow(b'no answer from the host within ' + after, b"'rcx status' tells what the host is doing")

    def allow(self, why, how):
        if self.conf.when_unreachable != b'allow' or self.probe:
            raise Refused(line(self.begin(), why), advice(how))
        if self.post:
            self.say(line(self.begin(), why))
        else:
            self.say(line(b'warning: ', why, b'; the ', self.what,
                          b' is allowed nevertheless (when_unreachable=allow)'))
        return 0, b''

    def keep(self, why):
        if not self.post or self.probe or not self.spool():
            return False
        self.say(line(self.done(), b'; the extensions will be told when the host is back: ', why))
        return True

    def spool(self):
        """The call as a file, for the host that comes. False where that cannot be."""
        name = b'%016x-%s' % (self.request.time_ns, self.request.event_id.hex().encode())
        directory = self.conf.spool_directory
        fresh = os.path.join(directory, b'.' + name)
        if not directory:
            return False
        try:
            fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, 'wb') as opened:
                opened.write(self.request.bytes)
                opened.flush()
                os.fsync(opened.fileno())
            os.rename(fresh, os.path.join(directory, name))
            folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            os.fsync(folder)
            os.close(folder)
            return True
        except OSError:
            return False

    # A host for this call alone: host/client/once.c.

    def cannot_start(self, *why):
        return Refused(line(self.begin(), b'no host answers, and one for this call cannot be started: ', *why),
                       advice(b"'rcx config check' tells what is wrong in rcx.yaml, 'rcx install <repository>' puts "
                              b"a missing rcxd in place"))

    def check_trust(self, path):
        try:
            found = os.stat(path)
        except OSError as failed:
            raise self.cannot_start(path, b': ', failed.strerror)
        if found.st_uid not in (0, os.geteuid(), os.stat(__file__).st_uid):
            raise self.cannot_start(path, b' belongs to uid ', found.st_uid, b', wanted root, who pushes, or the '
                                    b'owner of ', os.fsencode(os.path.dirname(__file__)))
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise self.cannot_start(path, b' can be written by others; mend it with: chmod go-w ', path)

    def run_once(self):
        program = os.path.join(self.conf.directory, b'rcxd')
        self.check_trust(self.conf.directory)
        self.check_trust(program)
        self.start()
        mine, hosts = socket.socketpair()
        pool = b'--pool=post' if self.post else b'--pool=pre'
        arguments = [program, b'--config=' + self.conf.config_file, b'--role=once', pool]
        variables = {'PATH': '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C.UTF-8'}
        high = fcntl.fcntl(hosts.fileno(), fcntl.F_DUPFD_CLOEXEC, 4)
        actions = [(os.POSIX_SPAWN_OPEN, 0, '/dev/null', os.O_RDWR, 0), (os.POSIX_SPAWN_DUP2, 0, 1),
                   (os.POSIX_SPAWN_DUP2, 0, 2), (os.POSIX_SPAWN_DUP2, high, 3)]
        try:
            os.posix_spawn(program, arguments, variables, file_actions=actions, setsid=True, setsigmask=[],
                           setsigdef=signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})
        except OSError as failed:
            raise self.cannot_start(program, b': ', failed.strerror)
        finally:
            os.close(high)
            hosts.close()
        self.once = mine
        self.directory = self.hear_once(program)
        self.attempt = 2 if self.heard else 1
        return self.settle()

    def hear_once(self, program):
        said = b''
        while b'\n' not in said:
            if not self.wait([self.once]):
                raise self.cannot_start(program, b': it did not become ready in time')
            piece = self.once.recv(4096)
            if not piece:
                raise self.cannot_start(program, b': it ended before it was ready')
            said += piece
        key, _, value = said.split(b'\n')[0].partition(b'=')
        if key == b'socket_directory':
            return value
        raise self.cannot_start(value if key == b'error' else program + b': it said something else')

    # One worker.

    def path(self):
        return os.path.join(self.directory, b'post.sock' if self.post else b'pre.sock')

    def ask(self):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.worker = None
        self.spoken = False
        self.waiting_for = self.path() + b'.waiting'
        try:
            link.setblocking(False)
            try:
                link.connect(os.fsdecode(self.path()))
            except OSError as failed:
                raise Lost(False, failed.errno or errno.ENAMETOOLONG)
            self.check_listener(link)
            link.setblocking(True)
            fds = [self.request.fd]
            if self.readers is not None:
                fds.append(self.readers.handed_out.fileno())
            try:
                frames.send_hello(link, self.attempt, fds)
            except OSError as failed:
                raise Lost(False, failed.errno)
            return self.converse(link)
        finally:
            self.waiting_for = None
            link.close()
            if self.worker is not None:
                os.close(self.worker)

    def check_listener(self, link):
        uid = struct.unpack('=iII', link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
        owner = os.stat(self.conf.directory).st_uid
        announced = uid == self.conf.host_uid and os.stat(self.conf.file).st_uid in (0, owner)
        if not announced and uid not in (0, os.geteuid(), owner, os.stat(__file__).st_uid):
            raise Refused(line(self.begin(), self.path(), b' is served by uid ', uid, b', wanted root, the owner of ',
                               self.conf.directory, b' or of the hooks, or yours'),
                          advice(b'run rcxd as the owner of the instance, and give it a  run:  that others cannot '
                                 b'write'))

    @staticmethod
    def glance(link):
        """A warm worker answers within the time that falling asleep and being woken takes."""
        until = time.monotonic() + GLANCE
        while time.monotonic() < until:
            try:
                return link.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                os.sched_yield()
            except OSError:
                return None
        return None

    def converse(self, link):
        received = frames.Frames()
        self.glance(link)
        while True:
            others = self.readers.descriptors() if self.readers is not None else []
            watched = [link] + others + ([self.worker] if self.worker is not None else [])
            ready = self.wait(watched)
            if not ready:
                raise TimedOut
            for one in ready:
                if one in others:
                    self.readers.serve(one)
            if link not in ready:
                if self.worker in ready:
                    raise Lost(True)
                continue
            try:
                piece = link.recv(1 << 16)
            except OSError:
                piece = b''
            if not piece:
                raise self.lost()
            try:
                for kind, payload in received.take(piece):
                    verdict = self.take(kind, payload)
                    if verdict is not None:
                        return verdict
            except frames.Broken:
                raise Refused(line(self.begin(), b'the host does not follow the protocol'),
                              advice(b"install hooks and host of one release: 'rcx install <repository>'"))

    def lost(self):
        """Its remains tell the host what it was doing: it has to be dead for that."""
        if self.worker is not None:
            select.select([self.worker], [], [], 1.0)
        return Lost(self.spoken)

    def take(self, kind, payload):
        if kind == frames.HELLO:
            self.spoken = self.heard = True
            self.waiting_for = None
            self.patience, self.pause = self.conf.connect_timeout, 0.002
            self.next_notice = max(self.next_notice, time.monotonic() + SERVED_NOTICE)
            try:
                self.worker = os.pidfd_open(struct.unpack('=I', payload[:4])[0])
            except OSError:
                self.worker = None
        elif kind == frames.TEXT:
            self.say(payload)
            self.next_notice = time.monotonic() + NEXT_NOTICE
        elif kind == frames.VERDICT:
            return (1 if struct.unpack('=I', payload[:4])[0] else 0), payload[4:]
        return None

    def wait(self, watched):
        """Those that are ready; none when the time is over."""
        poll = select.poll()
        by_fd = {}
        for one in watched:
            fd = one if isinstance(one, int) else one.fileno()
            by_fd[fd] = one
            poll.register(fd, select.POLLIN)
        while True:
            now = time.monotonic()
            if now >= self.deadline:
                return []
            self.notice()
            until = min(self.deadline, self.next_notice) - now
            ready = poll.poll(max(0, until) * 1000 + 1)
            if ready:
                return [by_fd[fd] for fd, _ in ready]

    def notice(self):
        now = time.monotonic()
        if now < self.next_notice:
            return
        waited = int(now - self.began)
        why = b''
        if getattr(self, 'waiting_for', None):
            try:
                with open(self.waiting_for, 'rb') as opened:
                    why = b': ' + opened.read(200).split(b'\n')[0]
            except OSError:
                pass
        so_far = b'' if waited < NEXT_NOTICE else b', for %d s so far' % waited
        self.say(line(b'waiting for the host to answer', so_far, why))
        self.next_notice = self.began + (waited // 10 + 1) * NEXT_NOTICE
