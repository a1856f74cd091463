"""A gzip file as a stream whose checksums are verified and whose size is judged before it is inflated.

Members joined end to end count as one stream (RFC 1952), and zero padding after the last one is allowed, as gzip does;
anything else after it is damage.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from isal import igzip, igzip_lib

from adcore.errors import UnreadableScanError
from adcore.readers.layout import Layout

MAX_RATIO = 1032
"""Bytes that one byte of deflate can give at most: 258 from two bits (RFC 1951)."""

MAX_OVERHEAD = 1.05
"""Bytes a gzip file may take for each byte in it; deflate's stored blocks and many small members stay under it."""

SPARE_BYTES = 1 << 20
"""Allowed on top of MAX_OVERHEAD for headers and padding."""

DAMAGE = (OSError, EOFError, cast(type[Exception], igzip_lib.IsalError))
"""What isal raises for a bad checksum, a missing end and broken deflate."""


def is_gzip(head: bytes) -> bool:
    """Whether a file begins as gzip does."""
    return head.startswith(b"\x1f\x8b")


@contextmanager
def open_gzip(file: BinaryIO) -> Iterator[BinaryIO]:
    """Inflate as much as is asked for; reading past the end verifies checksum and length.

    Args:
        file: seekable; read from its start.
    Raises:
        UnreadableScanError: inside the block, when the stream is damaged or cut short.
    """
    file.seek(0)
    try:
        yield cast(BinaryIO, igzip.IGzipFile(fileobj=file, mode="rb"))
    except DAMAGE as error:
        raise UnreadableScanError(
            "Expected a complete gzip file, but its compression is damaged or cut short. Copy or export the scan again."
        ) from error


def check_capacity(size: int, layout: Layout) -> None:
    """Refuse a header whose volume cannot be what a gzip file of this size holds.

    Args:
        size: bytes of the compressed file.
    Raises:
        UnreadableScanError: the header claims more than can be in it, or far less than must be.
    """
    if layout.end > size * MAX_RATIO:
        raise UnreadableScanError(
            f"The header promises {layout.end:,} bytes, more than a compressed file of {size:,} bytes can hold. "
            "Copy or export the scan again."
        )
    if size > layout.end * MAX_OVERHEAD + layout.footer_limit + SPARE_BYTES:
        raise UnreadableScanError(
            f"The header promises {layout.end:,} bytes, but the compressed file alone has {size:,}. "
            "Export the scan again as one volume."
        )
