"""The forking process and its children: it loads the readers once, forks a child for each file, and ends children that take too
long or that nobody waits for any more.

It has one thread, opens no external data, and ends with the program. Linux only.
"""

import ctypes
import errno
import gc
import json
import logging
import mmap
import os
import pickle
import resource
import select
import signal
import socket
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

import adcore.readers  # noqa: F401  loaded once, for all children
from adcore.case.scan import Scan
from adcore.errors import AdcoreError
from adcore.readers.isolation import Limits
from adcore.readers.isolation.plain import encode, encode_error
from adcore.readers.isolation.sandbox import enter_sandbox
from adcore.readers.isolation.wire import pack_scan, send

PR_SET_PDEATHSIG = 1

UNNOTICED_SECONDS = 0.05
"""Between two looks for ended children on kernels that do not announce an end (before Linux 5.3)."""

_libc = ctypes.CDLL(None)


@dataclass(eq=False)
class _Running:
    """A child that has not ended.

    Attributes:
        channel: to the program, held open to tell how the child ended.
        announced: descriptor that becomes readable at its end; None on old kernels.
        ended_here: whether this process ended it: it was overdue, or the program had hung up.
    """

    limits: Limits
    deadline: float
    channel: socket.socket
    announced: int | None
    ended_here: bool = False


def serve(control_fd: int, child: Callable[[socket.socket, Limits], NoReturn] | None = None) -> None:
    """Fork a child for each channel that arrives, until the program ends.

    Args:
        child: what a child does with its channel; by default it reads a file.
    """
    control = socket.socket(fileno=control_fd)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    running: dict[int, _Running] = {}
    gc.freeze()  # what is loaded now stays shared with the children
    while True:
        ready = poll.poll(_wait_ms(running))
        _end_overdue(running)
        _end_unwanted(running, poll, ready)
        _tell_ends(running, poll)
        if control_fd not in dict(ready):
            continue
        request, channels, _, _ = socket.recv_fds(control, 4096, 1)
        if not request:
            return
        limits = Limits(**json.loads(request))
        with (
            suppress(OSError),
            socket.socket(fileno=channels[0]) as channel,
        ):  # no process available: the channel closes and the program notices
            pid = os.fork()
            if pid == 0:
                _forget(control, running)
                (child or _child)(channel, limits)
            announced = _announced(pid)
            running[pid] = one = _Running(limits, monotonic() + limits.seconds, channel.dup(), announced)
            poll.register(one.channel, 0)  # the program's hanging up is reported unasked
            if announced is not None:
                poll.register(announced, select.POLLIN)


def _wait_ms(running: dict[int, _Running]) -> float | None:
    """How long to wait for a request or an end; None for as long as it takes."""
    if not running:
        return None
    longest = 1.0 if all(one.announced is not None for one in running.values()) else UNNOTICED_SECONDS
    return max(0.01, min(min(one.deadline for one in running.values()) - monotonic(), longest)) * 1000


def _announced(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _forget(control: socket.socket, running: dict[int, _Running]) -> None:
    """Close, in a new child, what leads to the program and to other children."""
    control.close()
    for one in running.values():
        one.channel.close()
        if one.announced is not None:
            os.close(one.announced)


def _end_overdue(running: dict[int, _Running]) -> None:
    for pid, one in running.items():
        if monotonic() >= one.deadline:
            _end(pid, one)


def _end_unwanted(running: dict[int, _Running], poll: select.poll, ready: list[tuple[int, int]]) -> None:
    """End the children whose channel the program has closed: it has the answer, or no longer wants it."""
    hung_up = {descriptor for descriptor, event in ready if event & select.POLLHUP}
    for pid, one in running.items():
        if one.channel.fileno() in hung_up:
            poll.unregister(one.channel)
            _end(pid, one)


def _end(pid: int, one: _Running) -> None:
    one.ended_here = True
    os.kill(pid, signal.SIGKILL)


def _tell_ends(running: dict[int, _Running], poll: select.poll) -> None:
    """Close the channels of children that have ended, and say where one was killed from outside."""
    for pid, one in list(running.items()):
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if not ended:
            continue
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        within = usage.ru_utime + usage.ru_stime < one.limits.processor_seconds  # beyond, the kernel kills it
        if killed and within and not one.ended_here:
            with suppress(OSError):
                send(one.channel, {"stopped": True})
        with suppress(KeyError):  # unregistered already where the program hung up
            poll.unregister(one.channel)
        one.channel.close()
        if one.announced is not None:
            poll.unregister(one.announced)
            os.close(one.announced)
        del running[pid]


def _child(channel: socket.socket, limits: Limits) -> NoReturn:
    try:
        quieten()
        with channel.makefile("rb") as file:
            function, args = pickle.load(file)  # from the program, which is trusted
        base = _resident("VmRSS")
        confine(limits)
        enter_sandbox()
        message, block = _answer(function, args)
        send(channel, message | {"peak_bytes": _resident("VmHWM") - base}, block)
    finally:
        os._exit(0)  # no exit handler runs that the file may have prepared


def _answer(function: Any, args: tuple[Any, ...]) -> tuple[dict[str, Any], int | None]:
    try:
        return _call(function, args)
    except MemoryError:
        return {"stopped" if machine_is_full() else "memory": True}, None
    except Exception as error:  # its text may contain file content, so only the location is reported
        refused = isinstance(error, OSError) and error.errno in (errno.EPERM, errno.ENOSYS)  # as sandbox.py refuses a call
        return {"forbidden" if refused else "broke": where_it_broke(error)}, None


def _call(function: Any, args: tuple[Any, ...]) -> tuple[dict[str, Any], int | None]:
    try:
        result = function(*args)
    except AdcoreError as error:
        return encode_error(error), None
    if isinstance(result, Scan):
        message, block = pack_scan(result)
        return {"scan": message}, block
    return {"value": encode(result)}, None


def where_it_broke(error: Exception) -> str:
    """Class and location of an error, without its text."""
    frames = deque(traceback.walk_tb(error.__traceback__), maxlen=5)
    places = [f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in frames]
    return f"{type(error).__name__} at {', '.join(places)}"


def quieten() -> None:
    """Disable output and logging: both could leak a patient's name from the file."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    logging.disable(logging.CRITICAL)


def confine(limits: Limits) -> None:
    """Apply the limits to this process, from now on."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    # RLIMIT_AS, not RLIMIT_DATA, which excludes shared mappings. Added to the memory of the loaded readers.
    for kind, most in (
        (resource.RLIMIT_AS, used + limits.memory_bytes),
        (resource.RLIMIT_CPU, ceil(limits.processor_seconds) + 1),
        (resource.RLIMIT_FSIZE, limits.memory_bytes),  # also limits the block with the voxels
        (resource.RLIMIT_CORE, 0),  # a core dump would store patient data on disk
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def machine_is_full() -> bool:
    """Whether the machine refuses memory that the limit would still allow: half of what it leaves."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    spare = (resource.getrlimit(resource.RLIMIT_AS)[0] - used) // 2
    if spare < mmap.PAGESIZE:
        return False
    try:
        mmap.mmap(-1, spare).close()
    except (OSError, MemoryError, ValueError, OverflowError):
        return True
    return False


def _resident(field: str) -> int:
    """Bytes of VmRSS, currently resident, or of VmHWM, the peak since the fork."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return 0
