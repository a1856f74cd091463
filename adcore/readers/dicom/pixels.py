"""Decode the pixels of a series into one volume, slice by slice. Its headers have already been checked."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.decoders.base import get_decoder

from adcore.errors import ScanError, UnreadableScanError
from adcore.readers.dicom.checks import MAX_EXPANSION, frame_bytes, longest_file
from adcore.readers.dicom.codecs import CODECS, DECODERS, check_codestream, damaged_pixels
from adcore.readers.dicom.element import attempt
from adcore.readers.dicom.fragments import check_fragments
from adcore.readers.dicom.header import Header
from adcore.readers.dicom.inflate import Inflating
from adcore.readers.dicom.trailing import unaccounted_bytes
from adcore.readers.files import FileEntry

SPARE_BYTES = 1 << 12
"""Bytes allowed for the tables at the start of a compressed image, however small it is."""


def read_volume(
    headers: Sequence[Header], places: Sequence[tuple[int, int]], files: Sequence[FileEntry]
) -> tuple[NDArray[np.float32], str, int]:
    """Decode and scale every slice.

    Args:
        headers: of one series, checked.
        places: for each slice of the volume, header index and frame index.
        files: all files of the upload.
    Returns:
        float32 (columns, rows, slices), the digest of the file contents in slice order, and the number of files with bytes after
        the pixels that nothing accounts for.
    Raises:
        UnreadableScanError: pixels are damaged or cut short.
    """
    slices_of: dict[int, list[tuple[int, int]]] = {}
    for depth, (place, index) in enumerate(places):
        slices_of.setdefault(place, []).append((index, depth))
    first = headers[0]
    volume = np.empty((len(places), first.rows, first.columns), np.float32)
    digest, unaccounted = hashlib.sha256(), 0
    for place, wanted in slices_of.items():
        header = headers[place]
        with files[header.file].open() as file:
            data = file.read(longest_file(header) + 1)
            digest.update(_digest(data, file))
        unaccounted += unaccounted_bytes(BytesIO(data), header.pixels, files[header.file].size) > 0
        depth_of = dict(wanted)
        for index, pixels in enumerate(_decoded(data, header)):
            if index not in depth_of:  # of another kind
                continue
            frame = header.frames[index]
            with np.errstate(over="ignore", invalid="ignore"):  # an overflow becomes infinite and is refused by Scan
                scaled = pixels if (frame.slope, frame.inter) == (1, 0) else pixels * np.float64(frame.slope) + frame.inter
                volume[depth_of[index]] = scaled
    return volume.transpose(2, 1, 0), digest.hexdigest(), unaccounted


def _digest(start: bytes, rest: BinaryIO) -> bytes:
    """Of a whole file, whose padding is not kept in memory."""
    digest = hashlib.sha256(start)
    while block := rest.read(1 << 20):
        digest.update(block)
    return digest.digest()


def _decoded(data: bytes, header: Header) -> Iterator[NDArray]:
    """The frames of one file, (rows, columns) each, as stored."""
    codec = CODECS.get(header.pixels.syntax)
    if codec is not None and codec.family in DECODERS:
        for frame in _packed(data, header):
            pixels = attempt(partial(DECODERS[codec.family], frame))
            if pixels is None or pixels.shape != (header.rows, header.columns) or pixels.dtype.kind not in "iu":
                raise damaged_pixels(header.pixels.syntax)
            yield _with_sign(pixels, header)
        return
    decoder = get_decoder(header.pixels.syntax)
    options: dict[str, Any] = {
        "rows": header.rows,
        "columns": header.columns,
        "samples_per_pixel": 1,
        "photometric_interpretation": header.photometric,
        "number_of_frames": 1,
        "bits_allocated": header.bits_allocated,
        "bits_stored": header.bits_stored + header.bits_beneath,
        "pixel_representation": int(header.signed),
        "pixel_keyword": "PixelData",
        "decoding_plugin": "pydicom" if codec else "",
    }
    for frame in _packed(data, header) if codec else _native(data, header):
        source = attempt(partial(encapsulate, [frame], has_bot=False)) if codec else frame
        decoded = attempt(partial(decoder.as_array, source, index=0, **options)) if source else None
        if decoded is None or decoded[0].shape != (header.rows, header.columns):
            raise damaged_pixels(header.pixels.syntax)
        yield _without_bits_beneath(decoded[0], header)


def _without_bits_beneath(pixels: NDArray, header: Header) -> NDArray:
    """The stored bits alone, where High Bit places them above unused ones (as DICOM allowed until 2006).

    Raises:
        UnreadableScanError: the bits beneath are used, so High Bit is wrong or they hold something else.
    """
    beneath = header.bits_beneath
    if (pixels & ((1 << beneath) - 1)).any():
        raise UnreadableScanError(
            f"By the header each pixel's stored bits end at High Bit {header.high_bit}, above {beneath} unused bits, but "
            "these are used, so the intensities are unknown. Export the series again from the scanner or archive."
        )
    return pixels >> beneath


def _with_sign(pixels: NDArray, header: Header) -> NDArray:
    """Apply the sign given by the header, because the one stated in a codestream is often wrong or missing."""
    if header.signed == (pixels.dtype.kind == "i"):
        return pixels
    span = 1 << header.bits_stored
    stored = pixels.astype(np.int64) & (span - 1)
    return stored - span * (stored >= span >> 1) if header.signed else stored


def _native(data: bytes, header: Header) -> Iterator[bytes]:
    """The uncompressed frames of one file."""
    length = frame_bytes(header)
    stream: BytesIO | Inflating = BytesIO(data)
    if header.pixels.deflated_from is not None:
        stream = Inflating(BytesIO(data[header.pixels.deflated_from :]))
    stream.read(header.pixels.pixel_offset)
    for _ in header.frames:
        frame = stream.read(length)
        if len(frame) < length:
            raise _cut_short()
        yield frame + b"\0" * (length % 2)


def _packed(data: bytes, header: Header) -> Iterator[bytes]:
    """The compressed frames of one file, their sizes checked."""
    codec, count, uid = CODECS[header.pixels.syntax], len(header.frames), header.pixels.syntax
    body = memoryview(data)[header.pixels.pixel_offset :].tobytes()
    check_fragments(body)
    frames = attempt(lambda: list(generate_frames(body, number_of_frames=count)))
    if frames is None or len(frames) != count:
        raise damaged_pixels(uid)
    for frame in frames:
        if len(frame) > frame_bytes(header) * MAX_EXPANSION + SPARE_BYTES:
            raise damaged_pixels(uid)
        check_codestream(frame, codec.family, header.rows, header.columns)
        yield frame


def _cut_short() -> ScanError:
    return UnreadableScanError("The pixels of an image are cut short. Copy or export the series again.")
