"""Copy the few elements that are needed from a DICOM data set, without parsing the rest, up to the start of the pixels.

pydicom builds an object for each nested item and recurses for each level, so a small hostile file could cost gigabytes. This
parser is iterative, only reads forward and limits what it reads; pydicom then interprets the elements that were kept.
Source: DICOM PS3.5, section 7.
"""

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers.dicom.inflate import Inflating
from adcore.readers.dicom.mended import Mended

MAX_HEADER_BYTES = 32 << 20
"""Bytes before the pixels. Private vendor data take up to a few megabytes, 500 enhanced frames about ten."""

MAX_ELEMENTS = 500_000
"""Elements parsed in one file; 500 enhanced frames have about 200,000."""

MAX_DEPTH = 32
"""Levels of nested sequences; standard objects have fewer than 10."""

MAX_VALUE_BYTES = 1 << 14
"""Longest value kept; each element that is needed is a few numbers or a name."""

MAX_KEPT_BYTES = 2 << 20
"""Bytes kept of one file; an enhanced frame needs about 1,000."""

DEFLATED = "1.2.840.10008.1.2.1.99"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BIG_ENDIAN = "1.2.840.10008.1.2.2"

REGISTERED = "1.2.840.10008."
"""Start of the UIDs of the standard. Whether elements have a value representation is read from the first one in any case."""

LONG_VRS = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
SHORT_VRS = (
    *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO"),
    *(b"LT", b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
)
VRS = LONG_VRS.union(SHORT_VRS)
PIXELS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF
TRANSFER_SYNTAX = 0x00020010
PREAMBLE = 132
"""Bytes before the first element: 128 arbitrary bytes, then DICM. Older files begin with their first element instead."""

BARE_ELEMENTS = 3
"""Consecutive elements of group 2 or 8, in order and of plausible lengths, that show a file without these bytes to be DICOM."""

MAX_BARE_LENGTH = 256
"""Longest value of one of these elements; identifiers, dates and times are shorter."""


@dataclass(frozen=True)
class Skimmed:
    """The elements kept of one file.

    Attributes:
        dataset: the wanted elements, in the encoding of the file.
        syntax: UID of the transfer syntax.
        implicit: whether elements have no value representation.
        pixel_tag: tag of the element with the pixels; None where there is none.
        pixel_offset: bytes from the start of the file, or of the inflated data set, to the first byte of its value.
        pixel_length: bytes of its value; None for encapsulated pixels, which end with a delimiter.
        deflated_from: offset of a deflated data set; None where it is not deflated.
        mended: faults of the encoding that were read over.
    """

    dataset: bytes
    syntax: str
    implicit: bool
    pixel_tag: int | None
    pixel_offset: int
    pixel_length: int | None
    deflated_from: int | None
    mended: frozenset[Mended] = frozenset()


@dataclass
class _Level:
    """A sequence or an item being parsed.

    Attributes:
        end: position of its end; None where a delimiter ends it.
        keep: whether wanted elements in it are copied.
        implicit: whether its elements have no value representation.
        fragments: whether its items contain bytes instead of elements.
        known: the elements kept of it so far.
    """

    end: int | None
    is_sequence: bool
    keep: bool
    implicit: bool
    fragments: bool = False
    known: dict[int, bytes] = field(default_factory=dict)


def is_dicom(head: bytes) -> bool:
    """Whether a file has the signature of DICOM, or begins with the elements of an image that is stored without it."""
    return _is_signed(head) or _is_bare(head)


def skim(file: BinaryIO, wanted: frozenset[int], sequences: frozenset[int]) -> Skimmed:
    """Parse one file up to its pixels.

    Args:
        file: at its start; it is only read forward.
        wanted: tags of the elements to keep, in the data set itself and in these sequences.
        sequences: tags of the sequences to enter.
    Raises:
        UnreadableScanError: the file is truncated, or its elements are inconsistent.
        UnsupportedScanError: the header is nested deeper or longer than that of any image.
    """
    start = file.read(PREAMBLE)
    walk = _Walk(file, wanted, sequences, b"" if _is_signed(start) else start)
    stated = walk.meta()
    syntax = stated or walk.next_syntax()
    deflated_from = walk.inflate() if syntax == DEFLATED else None
    implicit = walk.next_is_implicit()
    otherwise = syntax.startswith(REGISTERED) and implicit != (syntax == IMPLICIT)
    mended = {Mended.NO_SYNTAX} if not (stated or walk.is_old) else {Mended.ENCODING} if otherwise else set()
    tag, offset, length = walk.dataset(syntax, implicit)
    return Skimmed(bytes(walk.kept), syntax, implicit, tag, offset, length, deflated_from, frozenset(mended))


def _is_signed(head: bytes) -> bool:
    return head[128:PREAMBLE] == b"DICM"


def _is_bare(head: bytes) -> bool:
    """Whether BARE_ELEMENTS little-endian elements begin the file, explicit or implicit."""
    position, last = 0, -1
    for _ in range(BARE_ELEMENTS):
        if len(head) < position + 12:
            return False
        group, element, vr, short, long = struct.unpack_from("<HH2sHI", head, position)
        if vr not in VRS:
            start, length = 8, struct.unpack_from("<I", head, position + 4)[0]
        elif vr in LONG_VRS:
            start, length = 12, long
        else:
            start, length = 8, short
        tag = group << 16 | element
        if group not in (2, 8) or tag <= last or length > MAX_BARE_LENGTH or length % 2:
            return False
        position, last = position + start + length, tag
    return True


class _Walk:
    """One pass over one file. `position` counts from the start of the file, or of the inflated data set."""

    def __init__(self, file: BinaryIO, wanted: frozenset[int], sequences: frozenset[int], bare: bytes) -> None:
        """`bare`: bytes already read from a file that has nothing before its elements."""
        self.kept = bytearray()
        self._file: BinaryIO | Inflating = file
        self._wanted, self._sequences = wanted, sequences
        self._position = 0 if bare else PREAMBLE
        self._ahead = bare  # read already, but not yet consumed
        self._is_bare = self.is_old = bool(bare)
        self._elements = 0
        self._tag, self._short, self._long = struct.Struct("<HH"), struct.Struct("<H"), struct.Struct("<I")

    def meta(self) -> str:
        """Read group 2, which is always explicit little-endian, and return the transfer syntax; empty where it is not stated.

        A file that lacks both group 2 and the bytes before it is in one of the two little-endian syntaxes (PS3.10, 7.1).
        """
        syntax, self.is_old = b"", self._is_bare
        while True:
            if self._peek()[:2] != b"\x02\x00":
                break
            self.is_old = False
            tag, _, length, _ = self._element(implicit=False)
            if length > MAX_HEADER_BYTES:
                raise _damaged()
            value = self._read(length)
            if tag == TRANSFER_SYNTAX:
                syntax = value
        return syntax.rstrip(b"\0 ").decode("ascii", "replace")

    def next_syntax(self) -> str:
        """The uncompressed encoding in which the next element is written."""
        if self._peek()[:1] == b"\0":  # the data set begins with group 8
            return BIG_ENDIAN
        return IMPLICIT if self.next_is_implicit() else EXPLICIT

    def next_is_implicit(self) -> bool:
        """Whether the next element has no value representation."""
        return self._peek()[4:6] not in VRS

    def inflate(self) -> int:
        """Decompress the rest of the file; returns the offset where it starts."""
        start, self._position = self._position, 0
        self._file = Inflating(self._file, self._ahead)
        self._ahead = b""
        return start

    def dataset(self, syntax: str, implicit: bool) -> tuple[int | None, int, int | None]:
        """Parse up to the pixels or the end; returns tag, offset and length of the pixels."""
        if syntax == BIG_ENDIAN:
            self._tag, self._short, self._long = struct.Struct(">HH"), struct.Struct(">H"), struct.Struct(">I")
        levels = [_Level(None, False, True, implicit)]
        while True:
            level = levels[-1]
            if level.end is not None and self._position >= level.end:
                if self._position > level.end:
                    raise _damaged()
                self._close(levels)
                continue
            if len(levels) == 1 and not self._peek():
                return None, 0, None
            tag, vr, length, raw = self._element(level.implicit or level.is_sequence)
            if level.is_sequence:
                self._item(levels, tag, length)
            elif len(levels) == 1 and tag in PIXELS:
                return tag, self._position, None if length == UNDEFINED else length
            elif tag == ITEM_END and length == 0 and level.end is None and len(levels) > 1:
                self._close(levels)
            else:
                self._value(levels, tag, vr, length, raw)

    def _item(self, levels: list[_Level], tag: int, length: int) -> None:
        """Enter the next item of a sequence, or leave the sequence."""
        level = levels[-1]
        if tag == SEQUENCE_END and level.end is None:
            self._close(levels)
        elif tag != ITEM:
            raise _damaged()
        elif level.fragments:
            self._skip(length)
        else:
            self._open(levels, _Level(self._end(length), False, level.keep, level.implicit), self._mark(ITEM, UNDEFINED))

    def _value(self, levels: list[_Level], tag: int, vr: bytes, length: int, raw: bytes) -> None:
        """Keep, skip or enter one element."""
        level = levels[-1]
        into = level.keep and tag in self._sequences and vr in (b"SQ", b"")
        if length == UNDEFINED and vr not in (b"SQ", b"UN", b""):
            self._open(levels, _Level(None, True, False, level.implicit, fragments=True), b"")
        elif length == UNDEFINED or into:
            implicit = level.implicit or vr == b"UN"  # PS3.5, 6.2.2: unknown sequences are implicit inside
            self._open(levels, _Level(self._end(length), True, into, implicit), raw[:-4] + self._long.pack(UNDEFINED))
        elif level.keep and tag in self._wanted:
            if length > MAX_VALUE_BYTES:
                raise _damaged()
            element = raw + self._read(length)
            if level.known.setdefault(tag, element) != element:  # readers differ in which of two counts
                raise _damaged()
            self._keep(element)
        else:
            self._skip(length)

    def _open(self, levels: list[_Level], level: _Level, mark: bytes) -> None:
        if len(levels) > MAX_DEPTH:
            raise UnsupportedScanError(
                f"A DICOM file contains sequences nested deeper than {MAX_DEPTH} levels; no image does. Export the series again."
            )
        levels.append(level)
        if level.keep:
            self._keep(mark)

    def _close(self, levels: list[_Level]) -> None:
        level = levels.pop()
        if level.keep:
            self._keep(self._mark(SEQUENCE_END if level.is_sequence else ITEM_END, 0))

    def _keep(self, data: bytes) -> None:
        self.kept += data
        if len(self.kept) > MAX_KEPT_BYTES:
            raise _too_long()

    def _element(self, implicit: bool) -> tuple[int, bytes, int, bytes]:
        """Tag, value representation (empty where implicit), length, and the raw bytes of these."""
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _too_long()
        raw = self._read(8)
        group, element = self._tag.unpack_from(raw)
        tag = group << 16 | element
        if implicit or group == 0xFFFE:
            return tag, b"", self._long.unpack_from(raw, 4)[0], raw
        vr = raw[4:6]
        if vr not in LONG_VRS:
            if not (vr.isalpha() and vr.isupper()):
                raise _damaged()
            return tag, vr, self._short.unpack_from(raw, 6)[0], raw
        raw += self._read(4)
        return tag, vr, self._long.unpack_from(raw, 8)[0], raw

    def _mark(self, tag: int, length: int) -> bytes:
        return self._tag.pack(tag >> 16, tag & 0xFFFF) + self._long.pack(length)

    def _end(self, length: int) -> int | None:
        return None if length == UNDEFINED else self._position + length

    def _read(self, count: int, may_end: bool = False) -> bytes:
        data = self._ahead[:count]
        self._ahead = self._ahead[count:]
        if len(data) < count:
            data += self._file.read(count - len(data))
        self._position += len(data)
        if len(data) < count and not (may_end and not data):
            raise UnreadableScanError("A DICOM file ends inside its header. Copy or export the series again.")
        if self._position > MAX_HEADER_BYTES:
            raise _too_long()
        return data

    def _peek(self) -> bytes:
        """The next 8 bytes, not consumed; empty at the end of the file."""
        data = self._read(8, may_end=True)
        self._ahead = data + self._ahead
        self._position -= len(data)
        return data

    def _skip(self, count: int) -> None:
        if self._position + count > MAX_HEADER_BYTES:
            raise _too_long()
        while count:
            count -= len(self._read(min(count, 1 << 16)))


def _damaged() -> ScanError:
    return UnreadableScanError("The elements of a DICOM file are inconsistent: it is damaged. Export the series again.")


def _too_long() -> ScanError:
    return UnsupportedScanError("The header of a DICOM file is longer than that of any image. Export the series again.")
