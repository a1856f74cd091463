"""The process that forks children: started once per program, and restarted if it ends.

The program itself must not fork: Streamlit runs pages in threads, and a lock held by another thread at that moment would stay
locked in the child. The fork server of multiprocessing would run the program's main module a second time.
"""

import json
import os
import select
import socket
import subprocess
import sys
import weakref
from dataclasses import asdict
from pathlib import Path
from threading import Lock

from adcore.errors import ReadingStoppedError
from adcore.readers.isolation import Limits

ROOT = str(Path(__file__).resolve().parents[3])
"""The folder that contains adcore, for a process that does not share the program's search path."""

COMMAND = (
    "import importlib, sys; sys.path.insert(0, sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).serve(int(sys.argv[3]), *sys.argv[4:])"
)

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
"""A process that forks should have one thread; a pool would also count against the memory limit."""

NOT_STARTED = (
    "Expected to read the file in a process of its own, but the machine could not start one. "
    "Try again; if it happens every time, contact the administrator of the program."
)


class Forker:
    """Starts and addresses a forking process; thread-safe."""

    def __init__(self, module: str = "adcore.readers.isolation.zygote", *arguments: str) -> None:
        """Args:
        module: whose `serve` runs in the process.
        arguments: passed on to it.
        """
        self._module, self._arguments = module, arguments
        self._lock = Lock()
        self._control: socket.socket | None = None
        self._owner = 0
        self._stop: weakref.finalize | None = None

    def start(self) -> socket.socket:
        """Start the process if it is not running.

        Raises:
            OSError: the machine cannot start another process.
        """
        with self._lock:
            if self._control is None or self._owner != os.getpid():  # after a fork of the program, it belongs to the parent
                self._control, self._owner = self._begin(), os.getpid()
            return self._control

    def fork(self, limits: Limits) -> socket.socket:
        """The program's end of a channel to a new child.

        Raises:
            ReadingStoppedError: the machine cannot start another process.
        """
        try:
            ours, theirs = socket.socketpair()
            with theirs:
                try:
                    self._ask(theirs, limits)
                except OSError:  # it has ended; start a new one
                    self._forget()
                    self._ask(theirs, limits)
        except OSError as error:
            raise ReadingStoppedError(NOT_STARTED) from error
        return ours

    def is_gone(self) -> bool:
        """Whether the process has ended since it was started."""
        with self._lock:
            if self._control is None:
                return True
            poll = select.poll()
            poll.register(self._control, select.POLLIN)  # it never sends anything, so readable means closed
            return bool(poll.poll(0))

    def _ask(self, channel: socket.socket, limits: Limits) -> None:
        socket.send_fds(self.start(), [json.dumps(asdict(limits)).encode()], [channel.fileno()])

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", COMMAND, ROOT, self._module, str(theirs.fileno()), *self._arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | ONE_THREAD,
                start_new_session=True,  # Ctrl-C in a terminal concerns only the program
            )
        self._stop = weakref.finalize(self, _stop, ours, process, os.getpid())
        return ours

    def _forget(self) -> None:
        with self._lock:
            self._control = None
            if self._stop is not None:
                self._stop()


def _stop(control: socket.socket, process: subprocess.Popen[bytes], owner: int) -> None:
    control.close()  # the process ends when its last channel to the program does
    if os.getpid() == owner:
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


FORKER = Forker()
