"""Arguments and results between the program and a worker's child: pickles, with large arrays beside them in shared memory.

A reader's child is not trusted that far. This one only runs the package's own code, on scans that were checked at reading.
"""

import io
import mmap
import os
import pickle
import socket
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import Scan
from adcore.readers.isolation.wire import receive, send

ALIGNMENT = 64
"""Bytes at whose multiples arrays begin."""

LARGE = 1 << 20
"""Bytes from which an array is looked at for a margin of zeros: saliency maps are zero away from the coronal slices."""


class Pickler(pickle.Pickler):
    """Pickles for the other side, which has the scans already, or gets them apart.

    Args:
        scans: written as their number in this list, to which further ones are added; None writes them in full.
        buffers: receives the large arrays.
    """

    def __init__(self, file: io.BytesIO, scans: list[Scan] | None, buffers: list[pickle.PickleBuffer]) -> None:
        super().__init__(file, protocol=5, buffer_callback=buffers.append)
        self._scans = scans

    def persistent_id(self, value: object) -> int | None:
        """The number of a scan; None for anything else."""
        if self._scans is None or not isinstance(value, Scan):
            return None
        known = [number for number, scan in enumerate(self._scans) if scan is value]
        if known:
            return known[0]
        self._scans.append(value)
        return len(self._scans) - 1

    def reducer_override(self, value: Any) -> Any:
        """Large arrays as the box that holds all that is not zero, if that is at most half of them."""
        if type(value) is np.ndarray and value.nbytes >= LARGE and not value.dtype.hasobject:
            box = _box(value)
            inner = np.ascontiguousarray(value[box])
            if 2 * inner.size <= value.size:
                return _in_zeros, (value.shape, value.dtype.str, tuple(part.start for part in box), inner)
        return NotImplemented


class Unpickler(pickle.Unpickler):
    """Reads what Pickler wrote."""

    def __init__(self, data: memoryview, scans: Sequence[Scan], buffers: Sequence[memoryview]) -> None:
        super().__init__(io.BytesIO(data), buffers=buffers)
        self._scans = scans

    def persistent_load(self, number: Any) -> Scan:
        """The scan of this number."""
        return self._scans[number]


def send_call(channel: socket.socket, call: object) -> list[Scan]:
    """Send a piece of work, its scans first; returns these, by which the result names them."""
    scans: list[Scan] = []
    packed = _pack(call, scans)
    try:
        _send(channel, *_pack(scans, None))
    finally:
        _send(channel, *packed)
    return scans


def receive_call(channel: socket.socket) -> tuple[Any, list[Scan]]:
    """The piece of work that the program sends, and its scans."""
    scans = unpack(*receive(channel))
    return unpack(*receive(channel), scans), scans


def send_result(channel: socket.socket, result: object, scans: list[Scan]) -> None:
    """Send a result, which names the scans of the call."""
    _send(channel, *_pack(result, scans))


def unpack(message: dict[str, Any], block: int | None, scans: Sequence[Scan] = ()) -> Any:
    """The value of a message with a block, which is closed here.

    Its large arrays stay in the block's memory, which they keep alive.
    """
    if block is None:
        raise ValueError("expected a block of memory")
    try:
        view = memoryview(mmap.mmap(block, 0, access=mmap.ACCESS_COPY))
    finally:
        os.close(block)
    parts, start = [], 0
    for size in message["sizes"]:
        parts.append(view[start : start + size])
        start += size + -size % ALIGNMENT
    return Unpickler(parts[0], scans, parts[1:]).load()


def _send(channel: socket.socket, sizes: list[int], block: int) -> None:
    try:
        send(channel, {"sizes": sizes}, block)
    finally:
        os.close(block)


def _pack(value: object, scans: list[Scan] | None) -> tuple[list[int], int]:
    file, buffers = io.BytesIO(), list[pickle.PickleBuffer]()
    Pickler(file, scans, buffers).dump(value)
    parts = [file.getbuffer(), *(buffer.raw() for buffer in buffers)]
    block = os.memfd_create("result", os.MFD_CLOEXEC)
    for part in parts:
        written = 0
        while written < len(part):
            written += os.write(block, part[written:])
        os.lseek(block, -len(part) % ALIGNMENT, os.SEEK_CUR)
    os.ftruncate(block, os.lseek(block, 0, os.SEEK_CUR))
    return [len(part) for part in parts], block


def _box(values: NDArray[Any]) -> tuple[slice, ...]:
    """The smallest box outside which an array is zero; the first element where it is zero everywhere."""
    parts = []
    for axis in range(values.ndim):
        filled = np.flatnonzero(values.any(axis=tuple(other for other in range(values.ndim) if other != axis)))
        parts.append(slice(int(filled[0]), int(filled[-1]) + 1) if filled.size else slice(0, 1))
    return tuple(parts)


def _in_zeros(shape: tuple[int, ...], dtype: str, start: tuple[int, ...], inner: NDArray[Any]) -> NDArray[Any]:
    values: NDArray[Any] = np.zeros(shape, dtype)
    values[tuple(slice(first, first + size) for first, size in zip(start, inner.shape, strict=True))] = inner
    return values
