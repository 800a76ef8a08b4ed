"""Asks a host about a push, and says on whose behalf: what only root and the host's own user may.

    behalf.py SOCKET REPOSITORY UID ID    the uid to name; the id of a commit that is there already

Prints the status of the verdict. The layouts are those of host/event/wire.h.
"""
import array
import fcntl
import os
import socket
import struct
import sys
import uuid

MAGIC, VERSION = 0x52435848, 1
HEADER = "=IHH16sqIIQ" + "QQ" * 5
F_ADD_SEALS, ALL_SEALS = 1033, 15
VERDICT = 3


def request(repository, commit):
    sections = [b"pre-receive", b"", f"GIT_DIR={repository}\0".encode(), repository.encode(),
                f"{'0' * 40} {commit} refs/heads/forged\n".encode()]
    offset = struct.calcsize(HEADER)
    places = []
    for section in sections:
        places += [offset, len(section)]
        offset += len(section)
    fd = os.memfd_create("request", os.MFD_ALLOW_SEALING)
    head = struct.pack(HEADER, MAGIC, VERSION, struct.calcsize(HEADER), uuid.uuid4().bytes, 0,
                       os.getpid(), 0, 0, *places)
    os.write(fd, head + b"".join(sections))
    fcntl.fcntl(fd, F_ADD_SEALS, ALL_SEALS)
    return fd


def main():
    path, repository, uid, commit = sys.argv[1:]
    worker = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    worker.connect(path)
    hello = struct.pack("=IHHII", MAGIC, VERSION, 0, 1, int(uid) + 1)
    fds = array.array("i", [request(repository, commit)])
    worker.sendmsg([hello], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
    stream = worker.makefile("rb")
    while head := stream.read(16):
        kind, size, _, _ = struct.unpack("=IIII", head)
        payload = stream.read(size)
        if kind == VERDICT:
            print(struct.unpack("=I", payload[:4])[0], payload[4:].decode(errors="replace"))
            return
    sys.exit("no verdict came")


main()
