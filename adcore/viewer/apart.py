"""A payload in three messages: the scan apart from what is shown on it, and first a preview of it for slow lines.

The scan stays with the browser while maps, outlines and regions come and go on it.
"""

import gzip
import hashlib
import json
import struct
from dataclasses import dataclass

import numpy as np

from adcore.viewer.payload import COMPRESSION

SCAN = "t1"
STEP = 2
"""Voxels along each axis of which a preview has one: an eighth of the bytes."""


@dataclass(frozen=True)
class Messages:
    """What the browser receives, in this order.

    Attributes:
        contents: the payload without the scan; its header names the other two under "apart", by the digests of their volumes.
        preview: every other voxel of the scan along each axis.
        scan: the scan.
    """

    contents: bytes
    preview: bytes
    scan: bytes

    @property
    def size(self) -> int:
        """Bytes of all three."""
        return len(self.contents) + len(self.preview) + len(self.scan)


def apart(payload: bytes) -> Messages:
    """Take a payload of volume_payload apart."""
    (length,) = struct.unpack_from("<I", payload)
    header = json.loads(payload[4 : 4 + length])
    scan, others, place = b"", [], 4 + length
    for blob in header["blobs"]:
        content = payload[place : place + blob["size"]]
        place += blob["size"]
        if blob["name"] == SCAN:
            scan = content
        else:
            others.append(content)
    voxels = np.frombuffer(gzip.decompress(scan), np.uint8).reshape(header["dim"], order="F")[::STEP, ::STEP, ::STEP]
    preview = gzip.compress(voxels.tobytes("F"), COMPRESSION, mtime=0)
    header["blobs"] = [blob for blob in header["blobs"] if blob["name"] != SCAN]
    header["apart"] = {SCAN: _digest(scan), "preview": _digest(preview), "preview_dim": voxels.shape}
    return Messages(_packed(header, b"".join(others)), _volume(preview), _volume(scan))


def _volume(blob: bytes) -> bytes:
    """A message of one volume."""
    return _packed({"key": _digest(blob), "blobs": [{"name": SCAN, "size": len(blob), "gzip": True}]}, blob)


def _packed(header: dict[str, object], content: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + content


def _digest(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()[:16]
