"""One call of a reader in a child process, on the side of the program: request, answer and time limit."""

import logging
import os
import pickle
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from adcore.errors import AdcoreError, ReadingStoppedError, UnreadableScanError
from adcore.readers.isolation import Attempt, Limits
from adcore.readers.isolation.forker import FORKER
from adcore.readers.isolation.plain import decode, decode_error
from adcore.readers.isolation.wire import receive, unpack_scan

BROKE_DOWN = "Expected a scan, but reading the file broke down because of unexpected damage. Copy or export the scan again."

OUT_OF_MEMORY = (
    "Expected a scan, but reading the file took more memory than any scan needs, so it was stopped. "
    "Export the scan again as one 3-D volume."
)

FORBIDDEN = (
    "Expected a scan, but reading the file asked the system for something that no reader needs, so it was refused. Copy or "
    "export the scan again. If it happens to every file of its kind, inform whoever runs this program."
)

STOPPED = (
    "Expected to read the scan, but reading was stopped from outside, perhaps because the machine ran short of memory. The file "
    "may be sound: try once more."
)

T = TypeVar("T")

_log = logging.getLogger(__name__)


def call_child(function: Callable[..., T], args: tuple[object, ...], limits: Limits) -> Attempt[T]:
    """Call a function in a child; any outcome but success is a refusal."""
    answer = _ask(function, args, limits)
    if answer is None and FORKER.is_gone():  # killed from outside, since a file cannot reach it: try the file again
        answer = _ask(function, args, limits)
    return answer or _refused(BROKE_DOWN)


def _ask(function: Callable[..., T], args: tuple[object, ...], limits: Limits) -> Attempt[T] | None:
    """One attempt; None where the child ended without an answer."""
    deadline = monotonic() + limits.seconds + 1  # the forking process, which ends overdue children, should act first
    try:
        with FORKER.fork(limits) as channel:
            _send_call(channel, function, args, deadline)
            channel.settimeout(max(deadline - monotonic(), 0.001))
            message, block = receive(channel)
    except TimeoutError:
        return _refused(_too_slow(limits))
    except (EOFError, OSError, ValueError, RecursionError) as error:
        if monotonic() > deadline - 1:
            return _refused(_too_slow(limits))
        return None if isinstance(error, EOFError | OSError) else _refused(BROKE_DOWN)
    try:
        return _understand(message, block)
    except Exception as error:  # whatever a compromised child can send
        _log.error("the answer of a reading child is invalid: %s", type(error).__name__)
        return _refused(BROKE_DOWN)
    finally:
        if block is not None:
            os.close(block)


def _send_call(channel: socket.socket, function: Callable[..., T], args: tuple[object, ...], deadline: float) -> None:
    args = tuple(arg.absolute() if isinstance(arg, Path) else arg for arg in args)  # the child may have another working directory
    channel.settimeout(max(deadline - monotonic(), 0.001))
    with (
        suppress(BrokenPipeError, ConnectionResetError),
        channel.makefile("wb") as file,
    ):  # its answer, if any, is more informative
        pickle.dump((function, args), file, protocol=5)


def _understand(message: dict[str, Any], block: int | None) -> Attempt[Any]:
    peak = message.get("peak_bytes")
    if not isinstance(peak, int):
        peak = None
    if "error" in message:
        return Attempt(None, decode_error(message), peak)
    if "broke" in message:
        _log.error("a reading child broke down: %s", ascii(message["broke"])[:500])
        return Attempt(None, UnreadableScanError(BROKE_DOWN), peak)
    if "forbidden" in message:
        _log.error("the sandbox refused a call of a reading child: %s", ascii(message["forbidden"])[:500])
        return Attempt(None, UnreadableScanError(FORBIDDEN), peak)
    if "stopped" in message:
        return Attempt(None, ReadingStoppedError(STOPPED), peak)
    if "memory" in message:
        return Attempt(None, UnreadableScanError(OUT_OF_MEMORY), peak)
    try:
        value = unpack_scan(message["scan"], block) if block is not None else decode(message["value"])
    except AdcoreError as error:
        return Attempt(None, error, peak)
    return Attempt(value, None, peak)


def _too_slow(limits: Limits) -> str:
    return (
        f"Expected a scan that can be read within {limits.seconds:g} s, but the file took longer, so reading was stopped. "
        "Export the scan again as one 3-D volume."
    )


def _refused(sentence: str) -> Attempt[Any]:
    return Attempt(None, UnreadableScanError(sentence), None)
