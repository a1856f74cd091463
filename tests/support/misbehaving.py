"""Functions for a child process, some of which do what a hostile file might make a real one do."""

import ctypes
import errno
import fcntl
import hashlib
import os
import resource
import signal
import socket
import stat
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from adcore.errors import UnsupportedScanError


@dataclass(frozen=True)
class NotOfAdcore:
    number: int = 1


class Colour(Enum):
    RED = "red"


def echo(*args):
    return args


def fingerprint(files):
    return hashlib.sha256(files[0][1]).hexdigest()


def work(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return seconds


def sleep(seconds):
    time.sleep(seconds)


def span(seconds):
    start = time.monotonic()
    time.sleep(seconds)
    return start, time.monotonic()


def take_memory(size):
    return int(np.ones(size, np.uint8)[-1])


def crash():
    ctypes.string_at(0)


def abort():
    os.abort()


def leave():
    os._exit(0)


def stumble(secret):
    print(secret)
    print(secret, file=sys.stderr)
    raise RuntimeError(secret)


def recurse():
    return recurse()


def hand_back_a_foreign_object():
    return NotOfAdcore()


def refuse_with_attributes():
    error = UnsupportedScanError("Expected one series, got two. Choose one.")
    error.series = ("first", ("second", 2), {"third": [3.5, None]})
    raise error


def refuse_with_a_foreign_attribute():
    error = UnsupportedScanError("Expected one series, got two. Choose one.")
    error.series = NotOfAdcore
    raise error


def write_nonsense(data):
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        with suppress(OSError):  # the list's own descriptor is closed by now
            if fd > 2 and _is_socket(fd):
                os.write(fd, data)
    os._exit(0)


def own_limits():
    return {name: resource.getrlimit(getattr(resource, name))[0] for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE")}


def forking_process():
    return os.getppid()


def break_out(folder):
    """What each way out of the child ends with: the name of an error, or that it worked."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getppid()

    def call(name, *arguments):
        if getattr(libc, name)(*arguments) < 0:
            raise OSError(ctypes.get_errno(), name)

    ways = {
        "network": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "program": lambda: os.execv("/bin/true", ["true"]),
        "another process": os.fork,
        "signal": lambda: os.kill(parent, signal.SIGTERM),
        "signal by a descriptor": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, parent),
        "another's limits": lambda: resource.prlimit(parent, resource.RLIMIT_CORE, (0, 0)),
        "another's memory": lambda: call("process_vm_readv", parent, None, 0, None, 0, 0),
        "another's course": lambda: call("ptrace", 16, parent, None, None),  # PTRACE_ATTACH
        "namespace": lambda: call("unshare", 0x10000000),  # CLONE_NEWUSER
        "io_uring": lambda: call("syscall", 425, 1, None),
        "new file": lambda: Path(folder, "new").write_text("x"),
        "old file": lambda: Path(folder, "old").write_text("x"),
        "removal": lambda: Path(folder, "old").unlink(),
        "permissions": lambda: Path(folder, "old").chmod(0o777),
        "reading": lambda: Path(folder, "old").read_text(),
        "thread": lambda: threading.Thread(target=int).start(),
    }
    return {way: _ending(attempt) for way, attempt in ways.items()}


def ask_for_the_network():
    socket.socket(socket.AF_INET)


def raise_it(error):
    raise error


def _ending(attempt):
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "worked"


def _is_socket(fd):
    return stat.S_ISSOCK(os.fstat(fd).st_mode)
