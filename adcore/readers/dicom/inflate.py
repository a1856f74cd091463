"""The deflated part of a DICOM file, decompressed no further than it is read."""

import zlib
from typing import BinaryIO, Protocol

from adcore.errors import UnreadableScanError

CHUNK_BYTES = 1 << 16


class Readable(Protocol):
    """A stream that can be read."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; fewer only at the end."""


class Inflating:
    """A stream of raw deflate (RFC 1951), read forward."""

    def __init__(self, file: "BinaryIO | Readable", start: bytes = b"") -> None:
        """`start`: bytes already read from `file`."""
        self._file, self._waiting = file, start
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def read(self, size: int) -> bytes:
        """At most `size` bytes; fewer only at the end.

        Raises:
            UnreadableScanError: the stream is damaged.
        """
        parts: list[bytes] = []
        while size and not self._inflater.eof:
            packed = self._waiting or self._file.read(CHUNK_BYTES)
            part = self._inflate(packed, size)
            if part is None:
                raise UnreadableScanError("The compression of a deflated DICOM file is damaged. Export the series again.")
            self._waiting = self._inflater.unconsumed_tail
            size -= len(part)
            parts.append(part)
            if not packed and not part:
                break
        return b"".join(parts)

    def _inflate(self, packed: bytes, size: int) -> bytes | None:
        try:
            return self._inflater.decompress(packed, size)
        except zlib.error:
            return None
