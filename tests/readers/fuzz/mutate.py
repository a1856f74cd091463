"""Changes to an input that keep it recognisable: inside a compression, at a header's fields, at one element or member of many.

Blind changes rarely get past a signature or a checksum. Which change is made depends on what the bytes are, not on the reader.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import nibabel as nib
import numpy as np
from nibabel.freesurfer.mghformat import header_dtype as MGH_HEADER

from tests.readers.fuzz.bundle import joined, parted

Blind = Callable[[bytes, int], bytes]
"""The fuzzer's own change of bytes, given the largest length."""

TELLING = (
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    32,
    64,
    127,
    128,
    255,
    256,
    348,
    352,
    512,
    513,
    540,
    544,
    1024,
    1025,
    1 << 15,
    1 << 16,
    1 << 20,
)
"""Numbers at which a reader may change its mind; their negatives, and the highest of each width, too."""

FLOATS = (0.0, -0.0, 0.5, 1.0, -1.0, 1e-38, 1e38, 352.0, 1e9, np.nan, np.inf, -np.inf)

LONG_VRS = (b"OB", b"OW", b"SQ", b"UN", b"UT", b"OV", b"UC")

SIGNATURES = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06")
FIELDS = {b"PK\x01\x02": (4, 46), b"PK\x03\x04": (4, 30), b"PK\x05\x06": (4, 22)}
"""Where the numbers of a zip archive's records begin and end."""


def changed(data: bytes, most: int, seed: int, blind: Blind, several: bool = False) -> bytes:
    """One change of an input.

    Args:
        several: whether the input is several files (see bundle.py).
    """
    choose = random.Random(seed)
    if not several or choose.random() < 0.1:
        return _file(data, most, choose, blind)[:most]
    files = parted(data)
    if not files:
        return blind(data, most)
    place, way = choose.randrange(len(files)), choose.random()
    if way < 0.6:
        files[place] = _file(files[place], most, choose, blind)
    elif way < 0.85:  # the same in every file, so that a series stays one
        again = choose.getrandbits(32)
        files = [_file(one, most, random.Random(again), blind) for one in files]
    elif way < 0.95:
        files.insert(place, choose.choice(files))
    else:
        files.pop(place)
    return joined(files)[:most]


def _file(data: bytes, most: int, choose: random.Random, blind: Blind) -> bytes:
    way = choose.random()
    if way < 0.2 or len(data) < 8:
        return blind(data, most)
    if data[:2] == b"\x1f\x8b":
        return _inside_gzip(data, most, choose, blind)
    if data[:2] == b"PK":
        return _member(data, most, choose, blind) if way < 0.6 else _record(data, choose)
    header = _header_of(data)
    if header is not None:
        return _field(data, header, choose) if way < 0.8 else blind(data[:600], most) + data[600:]
    if b"DICM" in data[:132] or data[4:6].isalpha():
        return _element(data, choose)
    return blind(data, most)


def _header_of(data: bytes) -> np.dtype | None:
    for kind in (nib.Nifti1Header, nib.Nifti2Header):
        for endianness in "<>":
            if data[:4] == np.array(kind.sizeof_hdr, endianness + "i4").tobytes() and len(data) >= kind.sizeof_hdr:
                return kind.template_dtype.newbyteorder(endianness)
    return MGH_HEADER if data[:4] == b"\0\0\0\1" and len(data) >= 284 else None


def _field(data: bytes, header: np.dtype, choose: random.Random) -> bytes:
    """Other numbers in one to three fields of a header."""
    made = bytearray(data)
    for _ in range(choose.randint(1, 3)):
        field, offset = header.fields[choose.choice(header.names)][:2]
        at = offset + choose.randrange(field.itemsize // field.base.itemsize) * field.base.itemsize
        made[at : at + field.base.itemsize] = _value(field.base, choose)
    return bytes(made)


def _value(kind: np.dtype, choose: random.Random) -> bytes:
    if kind.kind in "iu" and choose.random() < 0.7:
        limits = np.iinfo(kind)
        number = choose.choice((*TELLING, limits.max)) * choose.choice((1, -1))
        return np.array(min(max(number, limits.min), limits.max), kind).tobytes()
    if kind.kind == "f" and choose.random() < 0.7:
        return np.array(choose.choice(FLOATS), kind).tobytes()
    return choose.randbytes(kind.itemsize)


def _inside_gzip(data: bytes, most: int, choose: random.Random, blind: Blind) -> bytes:
    try:
        inner = zlib.decompressobj(31).decompress(data, most)
    except zlib.error:
        return blind(data, most)
    packed = gzip.compress(_file(inner, most, choose, blind), 1, mtime=0)
    way = choose.random()
    return (
        packed
        if way < 0.7
        else packed + packed
        if way < 0.8
        else packed + bytes(choose.randrange(600))
        if way < 0.9
        else packed[:-4]
    )


def _member(data: bytes, most: int, choose: random.Random, blind: Blind) -> bytes:
    """The archive made again with one member changed."""
    buffer = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
            members = old.infolist()[:24]
            place = choose.randrange(max(len(members), 1))
            for number, member in enumerate(members):
                content = old.read(member)[:most]
                new.writestr(member, _file(content, most, choose, blind) if number == place else content)
    except Exception:  # a damaged archive is changed as it is
        return _record(data, choose)
    return buffer.getvalue()


def _record(data: bytes, choose: random.Random) -> bytes:
    """Another number in one record of an archive."""
    signature = choose.choice(SIGNATURES)
    places = [at for at in range(len(data) - 22) if data[at : at + 4] == signature]
    if not places:
        return data
    begin, end = FIELDS[signature]
    width = choose.choice((2, 4))
    at = choose.choice(places) + choose.randrange(begin, end - width + 1, 2)
    number = choose.choice((*TELLING, 0xFFFF, 0xFFFFFFFF, len(data), choose.randrange(len(data)))) & ((1 << 8 * width) - 1)
    return data[:at] + number.to_bytes(width, "little") + data[at + width :]


def _element(data: bytes, choose: random.Random) -> bytes:
    """Another value, length or kind in one element of an explicit data set, or the element twice, elsewhere or not at all."""
    elements = _elements(data)
    if not elements:
        return data
    start, value, end = choose.choice(elements)
    way = choose.randrange(7)
    if way == 0:
        return data[:start] + data[end:]
    if way == 1:
        return data[:end] + data[start:end] + data[end:]
    if way == 2:
        other = choose.choice(elements)[0]
        return data[:other] + data[start:end] + data[other:]
    if way == 3:
        return (
            data[: start + 4] + choose.choice((b"SQ", b"UN", b"DS", b"IS", b"FD", b"AT", b"PN", b"ZZ", b"UL")) + data[start + 6 :]
        )
    if way == 4:
        width = 4 if value - start == 12 else 2
        number = choose.choice((*TELLING, 0xFFFE, 0xFFFF, 0xFFFFFFFE, 0xFFFFFFFF)) & ((1 << 8 * width) - 1)
        return data[: value - width] + number.to_bytes(width, "little") + data[value:]
    length = end - value
    if way == 5:
        texts = (b"", b"0", b"-1", b"nan", b"1e308", b"1\\2", b"0\\0\\0", b"1\\0\\0\\0\\1\\0", b"9" * 16, b"\\" * 64)
        content = choose.choice(texts)
        return data[:value] + content[:length].ljust(length, b" ") + data[end:]
    return data[:value] + choose.randbytes(min(length, 4096)).ljust(length, b"\0") + data[end:]


def _elements(data: bytes) -> list[tuple[int, int, int]]:
    """Start, start of the value and end of each element, as far as they can be followed."""
    found, at = [], 132 if data[128:132] == b"DICM" else 0
    while at + 12 <= len(data) and len(found) < 2000:
        vr = data[at + 4 : at + 6]
        if not vr.isalpha():
            break
        value = at + (12 if vr in LONG_VRS else 8)
        length = struct.unpack_from("<I", data, at + 8)[0] if vr in LONG_VRS else struct.unpack_from("<H", data, at + 6)[0]
        end = min(value + length, len(data))
        found.append((at, value, end))
        at = end
    return found
