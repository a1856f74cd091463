"""Readers that do what a hostile file might make a real one do; called in a child process by test_isolation."""

import os
import signal
import socket
import stat
import sys
import time
from dataclasses import dataclass
from enum import Enum

import numpy as np

from adcore.errors import UnsupportedScanError


@dataclass(frozen=True)
class NotOfAdcore:
    number: int = 1


class Colour(Enum):
    RED = "red"


def echo(*args):
    return args


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


def die(number):
    os.kill(os.getpid(), number)


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


def write_nonsense(data):
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        if fd > 2 and _is_socket(fd):
            os.write(fd, data)
    os._exit(0)


def own_limits():
    import resource

    return {name: resource.getrlimit(getattr(resource, name))[0] for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE")}


def forking_process():
    return os.getppid()


def end_the_forking_process():
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(5)


def _is_socket(fd):
    try:
        return stat.S_ISSOCK(os.fstat(fd).st_mode) and socket.socket(fileno=os.dup(fd)).getsockname() is not None
    except OSError:
        return False
