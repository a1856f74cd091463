"""Messages between the program and its child processes: JSON, with a sealed block of shared memory for the voxels.

A block is a memfd: it is not copied through a pipe, and once it is sealed the child can no longer change what was checked.
"""

import fcntl
import json
import mmap
import os
import socket
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import Scan, SourceFormat
from adcore.case.series import SourceSeries
from adcore.case.stated import StatedPatient
from adcore.readers.isolation.plain import decode, encode

MAX_MESSAGE = 4 << 20
"""Largest JSON message in bytes: thousands of series with their descriptions."""

SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL


def send(channel: socket.socket, message: dict[str, Any], block: int | None = None) -> None:
    """Send one message, optionally with a file descriptor."""
    data = json.dumps(message).encode()
    size = len(data).to_bytes(4, "big")
    socket.send_fds(channel, [size], [] if block is None else [block])
    channel.sendall(data)


def receive(channel: socket.socket) -> tuple[dict[str, Any], int | None]:
    """The next message and its file descriptor, which the caller has to close.

    Raises:
        EOFError: the other side is closed.
        TimeoutError: the timeout of the channel has passed.
        ValueError: the message is invalid.
    """
    size, blocks, _, _ = socket.recv_fds(channel, 4, 1, socket.MSG_CMSG_CLOEXEC)
    block = blocks[0] if blocks else None
    try:
        length = int.from_bytes(size + _exactly(channel, 4 - len(size)), "big")
        if length > MAX_MESSAGE:
            raise ValueError("message too long")
        message = json.loads(_exactly(channel, length))
        if not isinstance(message, dict):
            raise ValueError("no message")
    except BaseException:
        if block is not None:
            os.close(block)
        raise
    return message, block


def pack_scan(scan: Scan) -> tuple[dict[str, Any], int]:
    """A scan as a message and a block with its voxels in memory order."""
    backwards = scan.voxels.flags.f_contiguous
    voxels = np.ascontiguousarray(scan.voxels.T if backwards else scan.voxels).data.cast("B")
    block = os.memfd_create("voxels", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    written = 0
    while written < len(voxels):
        written += os.write(block, voxels[written:])
    fcntl.fcntl(block, fcntl.F_ADD_SEALS, SEALS)
    return scan_message(scan) | {"backwards": backwards}, block


def unpack_scan(message: dict[str, Any], block: int) -> Scan:
    """Restore a packed scan; Scan validates it again.

    Raises:
        ScanError: as Scan.
        ValueError, TypeError, KeyError: it is not a packed scan, or its block is not sealed.
    """
    shape = tuple(int(n) for n in message["shape"])
    return scan_from(message, _map(block, shape, bool(message["backwards"])))


def scan_message(scan: Scan) -> dict[str, Any]:
    """A scan without its voxels."""
    return {
        "shape": list(scan.voxels.shape),
        "affine": scan.affine.tolist(),
        "source_format": scan.source_format.value,
        "sha256": scan.sha256,
        "warnings": list(scan.warnings),
        "sides_known": scan.sides_known,
        "source": encode(scan.source),
        "stated": encode(scan.stated),
    }


def scan_from(message: dict[str, Any], voxels: NDArray[np.float32]) -> Scan:
    """Restore a scan from its message and its voxels; Scan validates it again.

    Raises:
        ScanError: as Scan.
        ValueError, TypeError, KeyError: the message is no scan's.
    """
    sha256, warnings = message["sha256"], tuple(message["warnings"])
    if not all(isinstance(text, str) for text in (sha256, *warnings)):
        raise ValueError("text expected")
    source = decode(message["source"])
    if not (source is None or isinstance(source, SourceSeries)):
        raise ValueError("series expected")
    stated = decode(message["stated"])
    if not isinstance(stated, StatedPatient):
        raise ValueError("age, sex and date expected")
    return Scan(
        voxels,
        np.array(message["affine"], np.float64),
        SourceFormat(message["source_format"]),
        sha256,
        warnings,
        bool(message["sides_known"]),
        source,
        stated,
    )


def _map(block: int, shape: tuple[int, ...], backwards: bool) -> NDArray[np.float32]:
    if fcntl.fcntl(block, fcntl.F_GET_SEALS) & SEALS != SEALS:
        raise ValueError("the block can still change")
    flat = np.frombuffer(mmap.mmap(block, 0, access=mmap.ACCESS_COPY), np.float32)  # writable, like any NumPy array
    return flat.reshape(shape, order="F" if backwards else "C")


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        piece = channel.recv(min(length - len(data), 1 << 16))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
