"""Several files as one string of bytes, as a fuzzer knows inputs; any bytes are some files."""

import struct
from collections.abc import Iterable

MAX_FILES = 24

LENGTH = struct.Struct("<I")


def joined(files: Iterable[bytes]) -> bytes:
    """Each file behind its length."""
    return b"".join(LENGTH.pack(len(data)) + data for data in files)


def parted(data: bytes) -> list[bytes]:
    """The files again; what is cut or has a wrong length becomes shorter files."""
    files: list[bytes] = []
    while len(data) >= LENGTH.size and len(files) < MAX_FILES:
        (length,) = LENGTH.unpack_from(data)
        files.append(data[LENGTH.size : LENGTH.size + length])
        data = data[LENGTH.size + length :]
    return files
