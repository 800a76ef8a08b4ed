"""What hg's process and a worker of the host send each other: host/event/wire.h and host/vcs/hg/wire.hpp.

And how lines for people look, and what client.conf says.
"""
import errno
import fcntl
import os
import struct
import time

try:
    import _socket as socket  # what `socket` adds takes longer than a verdict
except ImportError:
    import socket

MAGIC = 0x52435848
VERSION = 1
LIMIT = 256 << 20
FRAME_LIMIT = 1 << 20
DOOR = 1  # in the flags of a hello
HELLO, TEXT, VERDICT = 1, 2, 3
LONGEST_QUESTION = 1 << 20


class Refused(Exception):
    """The call ends here, with whole lines for the person."""

    def __init__(self, *lines):
        Exception.__init__(self, b''.join(lines))
        self.text = b''.join(lines)


def line(*parts):
    text = b''.join(part if isinstance(part, bytes) else os.fsencode(str(part)) for part in parts)
    return b'rcx: ' + bytes(63 if byte < 32 or byte == 127 else byte for byte in text) + b'\n'


def advice(*parts):
    return line(b'the administrator can mend this: ', *parts)


class Conf:
    """client.conf of the instance."""

    def __init__(self, instance):
        self.directory = instance
        self.file = os.path.join(instance, b'client.conf')
        self.socket_directory = self.spool_directory = b''
        self.config_file = os.path.join(instance, b'rcx.yaml')
        self.when_unreachable = b'refuse'
        self.timeout = 60.0
        self.connect_timeout = 1.0
        self.host_uid = None
        self.roots = []
        try:
            with open(self.file, 'rb') as opened:
                lines = opened.read().split(b'\n')
        except OSError as failed:
            raise Refused(line(b'refused: cannot read ', self.file, b': ', failed.strerror),
                          advice(b"run 'rcx install <repository>' again, or 'rcx uninstall <repository>' to "
                                 b"remove the hooks"))
        for number, text in enumerate(lines, 1):
            key, equals, value = text.partition(b'=')
            if text and not text.startswith(b'#') and not (equals and self.take(key, value)):
                raise Refused(line(b'refused: ', self.file, b' line ', number, b': cannot be understood: ', text),
                              advice(b"start rcxd again, or run 'rcx install <repository>', which write this file"))
        if not self.socket_directory:
            raise Refused(line(b'refused: ', self.file, b': wanted a line socket_directory=PATH, got none'))

    def take(self, key, value):
        if key == b'version':
            return value == b'1'
        if key in (b'socket_directory', b'spool_directory', b'config_file'):
            setattr(self, key.decode(), value)
            return value.startswith(b'/')
        if key == b'when_unreachable':
            self.when_unreachable = value
            return value in (b'refuse', b'allow', b'run-once')
        if key in (b'timeout_ms', b'connect_timeout_ms'):
            setattr(self, key[:-3].decode(), int(value) / 1000 if value.isdigit() else 0)
            return value.isdigit()
        if key == b'host_uid':
            self.host_uid = int(value) if value.isdigit() else None
            return value.isdigit()
        if key == b'root':
            self.roots.append(value)
        return True

    def below_a_root(self, path):
        real = os.path.realpath(path)
        return not self.roots or any(real.startswith(os.path.realpath(root).rstrip(b'/') + b'/') for root in self.roots)


class Request:
    """One call as a sealed memfd."""

    def __init__(self, hook, arguments, variables, directory, data):
        self.time_ns = time.time_ns()
        random = bytearray((self.time_ns // 1000000).to_bytes(6, 'big') + os.urandom(10))
        random[6] = 0x70 | random[6] & 0x0f
        random[8] = 0x80 | random[8] & 0x3f
        self.event_id = bytes(random)
        lists = [b''.join(one + b'\0' for one in many) for many in (arguments, variables)]
        offset, sections, parts = 128, [], [hook, lists[0], lists[1], directory, data]
        for part in parts:
            sections += [offset, len(part)]
            offset += len(part)
        if offset > LIMIT:
            raise Refused(line(b'refused: the request of this hook has ', offset, b' bytes, the limit is ', LIMIT))
        with open('/proc/self/stat', 'rb') as opened:
            start = int(opened.read().rpartition(b')')[2].split()[19])
        head = struct.pack('=IHH16sqIIQ10Q', MAGIC, VERSION, 128, self.event_id, self.time_ns, os.getpid(), 0, start,
                           *sections)
        self.fd = os.memfd_create('rcx-request', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self.bytes = b''.join([head] + parts)
        view = memoryview(self.bytes)
        while view:
            view = view[os.write(self.fd, view):]
        fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, 0x1 | 0x2 | 0x4 | 0x8)

    def close(self):
        os.close(self.fd)


def send_fds(link, data, fds):
    link.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack('=%di' % len(fds), *fds))])


def receive_fds(link):
    _, words, _, _ = link.recvmsg(1, socket.CMSG_SPACE(4))
    return [struct.unpack('=i', data[:4])[0] for level, kind, data in words
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)]


class Readers:
    """Who asks about the push: each sends one end of a socket through the door."""

    def __init__(self, answer):
        self.answer = answer
        self.door, self.handed_out = socket.socketpair()
        self.all = {}

    def descriptors(self):
        return [self.door] + list(self.all.values())

    def serve(self, ready):
        if ready is self.door:
            for fd in receive_fds(self.door):
                self.all[fd] = socket.socket(fileno=fd)
            return
        try:
            ready.settimeout(10)
            size = struct.unpack('=I', self.read(ready, 4))[0]
            if size > LONGEST_QUESTION:
                raise OSError(errno.EMSGSIZE, 'a question without end')
            answer = self.answer(self.read(ready, size))
            ready.sendall(struct.pack('=Q', len(answer)) + answer)
        except OSError:
            del self.all[ready.fileno()]
            ready.close()

    @staticmethod
    def read(ready, size):
        data = b''
        while len(data) < size:
            piece = ready.recv(size - len(data))
            if not piece:
                raise OSError(errno.EPIPE, 'gone')
            data += piece
        return data

    def close(self):
        for one in self.descriptors() + [self.handed_out]:
            one.close()


def send_hello(link, attempt, fds):
    send_fds(link, struct.pack('=IHHII', MAGIC, VERSION, DOOR if len(fds) > 1 else 0, attempt, 0), fds)


class Broken(Exception):
    """The worker does not follow the protocol."""


class Frames:
    """Those of one worker, from the pieces in which they come."""

    def __init__(self):
        self.data, self.sequence = b'', 0

    def take(self, piece):
        """The whole ones, as pairs of kind and payload."""
        self.data += piece
        while len(self.data) >= 16:
            kind, size, number, _ = struct.unpack_from('=IIII', self.data)
            if size > FRAME_LIMIT or number != self.sequence + 1:
                raise Broken
            if len(self.data) < 16 + size:
                return
            payload, self.data, self.sequence = self.data[16:16 + size], self.data[16 + size:], number
            yield kind, payload
