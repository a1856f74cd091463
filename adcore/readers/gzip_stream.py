"""A gzip file as a stream whose checksums are verified and whose size is checked before decompression.

Concatenated members form one stream (RFC 1952), and zero padding after the last one is allowed, as in gzip; anything else after
it counts as damage.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from isal import igzip, igzip_lib

from adcore.errors import UnreadableScanError
from adcore.readers.layout import Layout

MAX_RATIO = 1032
"""Largest number of bytes that one byte of deflate can expand to: 258 from two bits (RFC 1951)."""

MAX_OVERHEAD = 1.05
"""Largest compressed size per byte of content; stored blocks and many small members stay below it."""

SPARE_BYTES = 1 << 20
"""Allowed on top of MAX_OVERHEAD for headers and padding."""

DAMAGE = (OSError, EOFError, cast(type[Exception], igzip_lib.IsalError))
"""Exceptions of isal for a wrong checksum, a missing end and invalid deflate data."""


def is_gzip(head: bytes) -> bool:
    """Whether a file starts with the signature of gzip."""
    return head.startswith(b"\x1f\x8b")


@contextmanager
def open_gzip(file: BinaryIO) -> Iterator[BinaryIO]:
    """Decompress as much as is read; reading past the end verifies checksum and length.

    Args:
        file: seekable; read from its start.
    Raises:
        UnreadableScanError: inside the block, if the stream is damaged or truncated.
    """
    file.seek(0)
    try:
        yield cast(BinaryIO, igzip.IGzipFile(fileobj=file, mode="rb"))
    except DAMAGE as error:
        raise UnreadableScanError(
            "Expected a complete gzip file, but its compression is damaged or cut short. Copy or export the scan again."
        ) from error


def check_capacity(size: int, layout: Layout) -> None:
    """Refuse a header whose volume cannot be the content of a gzip file of this size.

    Args:
        size: bytes of the compressed file.
    Raises:
        UnreadableScanError: the header states more bytes than the file can contain, or far fewer than it must.
    """
    if layout.end > size * MAX_RATIO:
        raise UnreadableScanError(
            f"The header states {layout.end:,} bytes, more than a compressed file of {size:,} bytes can hold. "
            "Copy or export the scan again."
        )
    if size > layout.end * MAX_OVERHEAD + layout.footer_limit + SPARE_BYTES:
        raise UnreadableScanError(
            f"The header states {layout.end:,} bytes, but the compressed file alone has {size:,}. "
            "Export the scan again as one volume."
        )
