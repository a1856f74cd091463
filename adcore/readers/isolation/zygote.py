"""The forking process and its children: it loads the readers once, forks a child for each file, and ends overdue children.

It has one thread, opens no external data, and ends with the program. Linux only.
"""

import ctypes
import gc
import json
import logging
import os
import pickle
import resource
import select
import signal
import socket
import traceback
from collections import deque
from contextlib import suppress
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

_libc = ctypes.CDLL(None)


def serve(control_fd: int) -> None:
    """Fork a child for each channel that arrives, until the program ends."""
    control = socket.socket(fileno=control_fd)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    deadlines: dict[int, float] = {}
    gc.freeze()  # what is loaded now stays shared with the children
    while True:
        wait = min(deadlines.values()) - monotonic() if deadlines else None
        ready = poll.poll(None if wait is None else max(0.01, min(wait, 1.0)) * 1000)
        _end_overdue(deadlines)
        if not ready:
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
                control.close()
                _child(channel, limits)
            deadlines[pid] = monotonic() + limits.seconds


def _end_overdue(deadlines: dict[int, float]) -> None:
    for pid, deadline in list(deadlines.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del deadlines[pid]
        elif monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)  # reaped in a later round


def _child(channel: socket.socket, limits: Limits) -> NoReturn:
    try:
        _quieten()
        with channel.makefile("rb") as file:
            function, args = pickle.load(file)  # from the program, which is trusted
        base = _resident("VmRSS")
        _confine(limits)
        enter_sandbox()
        message, block = _answer(function, args)
        send(channel, message | {"peak_bytes": _resident("VmHWM") - base}, block)
    finally:
        os._exit(0)  # no exit handler runs that the file may have prepared


def _answer(function: Any, args: tuple[Any, ...]) -> tuple[dict[str, Any], int | None]:
    try:
        return _call(function, args)
    except MemoryError:
        return {"memory": True}, None
    except Exception as error:  # its text may contain file content, so only the location is reported
        frames = deque(traceback.walk_tb(error.__traceback__), maxlen=5)
        places = [f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in frames]
        return {"broke": f"{type(error).__name__} at {', '.join(places)}"}, None


def _call(function: Any, args: tuple[Any, ...]) -> tuple[dict[str, Any], int | None]:
    try:
        result = function(*args)
    except AdcoreError as error:
        return encode_error(error), None
    if isinstance(result, Scan):
        message, block = pack_scan(result)
        return {"scan": message}, block
    return {"value": encode(result)}, None


def _quieten() -> None:
    """Disable output and logging: both could leak a patient's name from the file."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    logging.disable(logging.CRITICAL)


def _confine(limits: Limits) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    # RLIMIT_AS, not RLIMIT_DATA, which excludes shared mappings. Added to the memory of the loaded readers.
    for kind, most in (
        (resource.RLIMIT_AS, used + limits.memory_bytes),
        (resource.RLIMIT_CPU, ceil(limits.seconds) + 1),
        (resource.RLIMIT_FSIZE, limits.memory_bytes),  # also limits the block with the voxels
        (resource.RLIMIT_CORE, 0),  # a core dump would store patient data on disk
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _resident(field: str) -> int:
    """Bytes of VmRSS, currently resident, or of VmHWM, the peak since the fork."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return 0
