"""Pixel encodings: the supported transfer syntaxes, their decoders, and the size stated by a codestream.

The decoders run in C and allocate the size that a codestream states, so it is compared with the header first. That of JPEG fills
what is missing at the end of a codestream with grey and says nothing, so its end is looked for.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

import imagecodecs
from numpy.typing import NDArray
from pydicom._uid_dict import UID_dictionary
from pydicom.uid import UID

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError

NATIVE = frozenset(
    (
        "1.2.840.10008.1.2",  # implicit, little-endian
        "1.2.840.10008.1.2.1",  # explicit, little-endian
        "1.2.840.10008.1.2.1.99",  # deflated
        "1.2.840.10008.1.2.2",  # explicit, big-endian
    )
)
JPEG, JPEG_LS, JPEG_2000, RLE = "JPEG", "JPEG-LS", "JPEG 2000", "RLE"


@dataclass(frozen=True)
class Codec:
    """A compression."""

    family: str
    lossy: bool = False


CODECS = {
    "1.2.840.10008.1.2.5": Codec(RLE),
    "1.2.840.10008.1.2.4.50": Codec(JPEG, lossy=True),
    "1.2.840.10008.1.2.4.51": Codec(JPEG, lossy=True),
    "1.2.840.10008.1.2.4.57": Codec(JPEG),
    "1.2.840.10008.1.2.4.70": Codec(JPEG),
    "1.2.840.10008.1.2.4.80": Codec(JPEG_LS),
    "1.2.840.10008.1.2.4.81": Codec(JPEG_LS, lossy=True),
    "1.2.840.10008.1.2.4.90": Codec(JPEG_2000),
    "1.2.840.10008.1.2.4.91": Codec(JPEG_2000, lossy=True),
    "1.2.840.10008.1.2.4.201": Codec(JPEG_2000),
    "1.2.840.10008.1.2.4.202": Codec(JPEG_2000),
    "1.2.840.10008.1.2.4.203": Codec(JPEG_2000, lossy=True),
}
"""By UID."""

DECODERS: dict[str, Callable[[bytes], NDArray]] = {
    JPEG: imagecodecs.jpeg8_decode,  # libjpeg-turbo: 8 and 12 bits lossy, 2 to 16 bits lossless
    JPEG_LS: imagecodecs.jpegls_decode,  # CharLS
    JPEG_2000: imagecodecs.jpeg2k_decode,  # OpenJPEG, high-throughput JPEG 2000 too
}

PRIVATE = {"1.2.840.113619.5.2": "the private encoding of GE (1.2.840.113619.5.2)"}
"""Vendors' own transfer syntaxes that are met in archives, by UID."""

MAX_TILES = 1024
"""Largest number of tiles of a JPEG 2000 image; each needs memory in the decoder, however small it is."""

SIZ = struct.Struct(">2x2xHH8IH")
"""Start of a JPEG 2000 codestream (ISO 15444-1, A.5.1): marker, marker, length, capabilities, sizes, components."""

END_OF_IMAGE = b"\xff\xd9"
"""Last marker of a codestream; compressed pixels never contain it (ISO 10918-1, B.1.1.5; ISO 14495-1, A.1; ISO 15444-1, A.1)."""

SECOND_IMAGE = re.compile(rb"\xff\xd9[\0\xff]*\xff(\xd8\xff|\x4f\xff\x51)")
"""The end of one codestream and the start of another."""


def check_syntax(uid: str) -> None:
    """Refuse transfer syntaxes without an included decoder.

    Raises:
        UnsupportedScanError: names the transfer syntax.
    """
    if uid not in NATIVE and uid not in CODECS:
        raise UnsupportedScanError(
            f"The pixels are encoded as {_name(uid)}, for which this program has no decoder. "
            "Export the series uncompressed (Explicit VR Little Endian)."
        )


def check_codestream(data: bytes, family: str, rows: int, columns: int) -> None:
    """Refuse a codestream whose stated size differs from the header, or that is not one whole image, before it is decoded.

    Raises:
        UnreadableScanError: the sizes differ, the data do not start like a codestream, it has no end, or another one follows.
    """
    if family == RLE:
        return
    size = _jpeg_2000_size(data) if family == JPEG_2000 else _jpeg_size(data)
    if size is None:
        raise UnreadableScanError(
            f"The pixels of an image are declared as {family}, but do not start as such. Export the series again."
        )
    if size != (rows, columns, 1):
        raise UnreadableScanError(
            f"The header of an image states {columns} x {rows} pixels, but its {family} data have another size. "
            "Export the series again."
        )
    end = data.rfind(END_OF_IMAGE)
    if family != JPEG_2000 and (end < 0 or data[end + 2 :].strip(b"\0\xff")):  # JPEG 2000's decoder looks by itself
        raise UnreadableScanError(f"The {family} data of an image are cut short. Copy or export the series again.")
    if SECOND_IMAGE.search(data):
        raise UnreadableScanError(
            f"The {family} data of one image hold two, and which of them is meant is not stated. Export the series again."
        )


def damaged_pixels(uid: str) -> ScanError:
    """The refusal of pixels that could not be decoded."""
    return UnreadableScanError(f"The pixels of an image ({_name(uid)}) are damaged or cut short. Export the series again.")


def _name(uid: str) -> str:
    """The name of a transfer syntax. Unregistered UIDs are not shown, because they can contain anything."""
    if uid in PRIVATE:
        return PRIVATE[uid]
    return UID(uid).name if uid in UID_dictionary else "an unknown transfer syntax"


def _jpeg_size(data: bytes) -> tuple[int, int, int] | None:
    """Rows, columns, components from the first frame header (ISO 10918-1, B.2.2; JPEG-LS: ISO 14495-1, C.2.2)."""
    offset = 2
    if not data.startswith(b"\xff\xd8"):
        return None
    while offset + 10 <= len(data) and data[offset] == 0xFF:
        marker, length = data[offset + 1], int.from_bytes(data[offset + 2 : offset + 4], "big")
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            rows, columns, components = struct.unpack_from(">HHB", data, offset + 5)
            return rows, columns, components
        offset += 2 + length
    return None


def _jpeg_2000_size(data: bytes) -> tuple[int, int, int] | None:
    if len(data) < SIZ.size or data[:4] != b"\xff\x4f\xff\x51":
        return None
    _, _, right, bottom, left, top, tile_width, tile_height, _, _, components = SIZ.unpack_from(data)
    if not (tile_width and tile_height) or (right // tile_width + 1) * (bottom // tile_height + 1) > MAX_TILES:
        return None
    return bottom - top, right - left, components
