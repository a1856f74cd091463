"""Checks of the headers of a series before any pixel is decoded."""

import math
from collections.abc import Iterable, Sequence

from adcore.case.scan import MAX_AXIS, MAX_VOXELS
from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers.dicom.codecs import CODECS, NATIVE, check_syntax
from adcore.readers.dicom.contrast import contrast_agent
from adcore.readers.dicom.header import Frame, Header
from adcore.readers.dicom.kind import Component
from adcore.readers.dicom.mended import Mended
from adcore.readers.dicom.person import one_person
from adcore.readers.dicom.skim import BIG_ENDIAN
from adcore.readers.dicom.trailing import is_padded
from adcore.readers.dicom.wording import modality
from adcore.readers.files import FileEntry

PIXEL_DATA = 0x7FE00010

MAX_TRAILING_BYTES = 1 << 20
"""Bytes allowed after the pixels, for signatures and padding."""

MAX_SET_PADDING = 64 << 20
"""Bytes of Data Set Trailing Padding, which are never kept in memory; some archives reserve megabytes."""

MAX_PADDING_BYTES = 1 << 16
"""Bytes allowed after the pixels in the same element; blocks of 512 to 4,096 bytes are usual."""

MAX_EXPANSION = 2
"""Largest compressed size per byte of an image; JPEG and RLE stay below it even for noise."""


def check_persons(headers: Sequence[Header]) -> None:
    """Refuse images of more than one person. A missing attribute matches any value.

    Raises:
        UnsupportedScanError: without naming anyone.
    """
    if not one_person(header.person for header in headers):
        raise UnsupportedScanError(
            "The upload contains images of more than one patient (name, identifier or birth date differ). "
            "Upload the images of one patient."
        )


def check_magnitude(frames: Iterable[Frame]) -> None:
    """Refuse images that show another component of the signal than its magnitude.

    Raises:
        UnsupportedScanError: names the component.
    """
    shown = next((frame.kind.component for frame in frames if not frame.kind.is_magnitude), None)
    if shown is not None:
        what = "a phase image" if shown is Component.PHASE else f"the {shown} of complex images"
        raise UnsupportedScanError(f"The series is {what}. Choose the magnitude images of the T1 series.")


def check_headers(headers: Sequence[Header], files: Sequence[FileEntry]) -> None:
    """Refuse a series that cannot form a volume, whatever the positions of its slices.

    Args:
        headers: of one series.
        files: all files of the upload.
    Raises:
        ScanError: the text says what was expected, what was found, and what to do.
    """
    kinds = (_is_mr, _is_of_a_human, _is_no_localizer, _is_without_contrast)
    for check in (*kinds, _has_pixels, _is_grey, _has_known_depth, _has_scaling, _has_its_frames):
        for header in headers:
            check(header)
    if len({Mended.NO_SLOPE in header.mended for header in headers}) > 1:
        raise _without_scaling()
    for header in headers:
        check_syntax(header.pixels.syntax)
    sizes = sorted({(header.columns, header.rows) for header in headers})
    if len(sizes) > 1:
        listed = " and ".join(f"{columns} x {rows}" for columns, rows in sizes[:3])
        raise UnsupportedScanError(f"The images of the series differ in size ({listed}). Choose only the T1 series.")
    for header in headers:
        _check_length(header, files[header.file])


def frame_bytes(header: Header) -> int:
    """Bytes of one uncompressed image."""
    return header.rows * header.columns * header.bits_allocated // 8


def padding_of(header: Header) -> int:
    """Bytes after the last pixel in the same element, beyond the one that makes its length even; 0 for compressed pixels."""
    needed = frame_bytes(header) * len(header.frames)
    return max((header.pixels.pixel_length or 0) - needed - needed % 2, 0)


def longest_file(header: Header) -> int:
    """Largest file size that is plausible for an image of this size, but for Data Set Trailing Padding."""
    pixels = frame_bytes(header) * len(header.frames)
    packed = pixels * MAX_EXPANSION if header.pixels.syntax in CODECS else pixels
    start = header.pixels.pixel_offset + (header.pixels.deflated_from or 0)
    return start + packed + MAX_TRAILING_BYTES


def _is_mr(header: Header) -> None:
    if header.modality != "MR":
        raise UnsupportedScanError(f"Expected an MR image, got {modality(header.modality)}. Choose a T1-weighted MR series.")


def _is_of_a_human(header: Header) -> None:
    if header.four_legged:
        raise UnsupportedScanError(
            "The images are of an animal (Anatomical Orientation Type QUADRUPED), and their axes are not a person's. "
            "Choose the T1 series of a person."
        )


def _is_no_localizer(header: Header) -> None:
    if "LOCALIZER" in header.image_type:
        raise UnsupportedScanError("The series is a localizer, or contains one. Choose only the T1 series.")
    if "MOSAIC" in header.image_type:
        raise UnsupportedScanError(
            "The series is a mosaic (many slices in one image, as functional and diffusion series are stored). "
            "Choose the T1 series."
        )


def _is_without_contrast(header: Header) -> None:
    agent = contrast_agent(header.contrast)
    if agent is not None:
        raise UnsupportedScanError(
            f"According to its header the series was given a contrast agent ({agent}), which changes the brightness of tissue. "
            "Choose the T1 series from before."
        )


def _has_pixels(header: Header) -> None:
    if header.pixels.pixel_tag is None:
        raise UnreadableScanError("An image of the series ends before its pixels. Copy or export the series again.")
    if header.pixels.pixel_tag != PIXEL_DATA:
        raise UnsupportedScanError("Expected integer pixels, got floating-point ones. Export the original T1 series.")
    sides = (header.columns, header.rows)
    if min(sides) < 2 or max(sides) > MAX_AXIS:
        raise UnsupportedScanError(
            f"Expected images of 2 to {MAX_AXIS} pixels along each side, got {header.columns} x {header.rows}. "
            "Export the T1 at about 1 mm."
        )
    if header.columns * header.rows * len(header.frames) > MAX_VOXELS:
        raise UnsupportedScanError(
            f"Expected at most {MAX_VOXELS:,} pixels in one multi-frame image, got more. Export the T1 as a series of its own."
        )


def _is_grey(header: Header) -> None:
    if header.samples != 1 or header.photometric not in ("MONOCHROME1", "MONOCHROME2"):
        raise UnsupportedScanError(
            "Expected grey-scale images, got colour ones (a screen capture, or a map). Choose the T1 series."
        )
    if header.photometric == "MONOCHROME1":
        raise UnsupportedScanError(
            "The images are stored inverted (MONOCHROME1), which no MR scanner does. Export the original series."
        )


def _has_known_depth(header: Header) -> None:
    stored = header.bits_stored
    fits = header.bits_allocated in (8, 16, 32) and 1 <= stored <= header.bits_allocated
    highest = header.bits_allocated - 1 if header.pixels.syntax in NATIVE else stored - 1
    if fits and header.high_bit != -1 and not stored - 1 <= header.high_bit <= highest:
        raise UnsupportedScanError(
            f"Expected the {stored} stored bits at the lower end of each pixel (High Bit {stored - 1}), got High Bit "
            f"{header.high_bit}. Export the series again from the scanner or archive."
        )
    if not fits:
        raise UnsupportedScanError(
            f"Expected pixels of 8, 16 or 32 bits, got {stored} bits stored in {header.bits_allocated}. Export the series again."
        )
    if header.pixels.syntax == BIG_ENDIAN and header.bits_allocated == 8:
        raise UnsupportedScanError(
            "8-bit images in big-endian order are not supported. Export them as Explicit VR Little Endian."
        )


def _has_scaling(header: Header) -> None:
    for frame in header.frames:
        if not (math.isfinite(frame.slope) and math.isfinite(frame.inter) and frame.slope):
            raise _without_scaling()


def _without_scaling() -> ScanError:
    return UnreadableScanError(
        "Expected a finite intensity scaling (Rescale Slope) in every image, and 0 in all or none. Export the series again."
    )


def _has_its_frames(header: Header) -> None:
    if header.claimed_frames != len(header.frames):
        raise UnsupportedScanError(
            f"A multi-frame image states {header.claimed_frames} frames, but gives the position of {len(header.frames)}. "
            "Export the series as single images (classic MR)."
        )


def _check_length(header: Header, file: FileEntry) -> None:
    pixels, needed, size = header.pixels, frame_bytes(header) * len(header.frames), file.size
    if pixels.pixel_length is not None and pixels.syntax in CODECS:
        raise UnreadableScanError("Compressed pixels are not marked as compressed: the file is damaged. Export the series again.")
    if pixels.pixel_length is None and pixels.syntax in NATIVE:
        raise UnreadableScanError(
            "The pixels of an image are compressed, but the file does not state how (transfer syntax). Export the series again."
        )
    if pixels.pixel_length is not None and pixels.pixel_length < needed:
        raise _cut_short()
    padding = padding_of(header)
    limit = 0 if pixels.deflated_from is not None else min(MAX_PADDING_BYTES, frame_bytes(header) - 1)
    if padding > limit or (size > longest_file(header) and not _is_padded(header, file)):
        raise UnreadableScanError(
            f"An image of the series has more bytes than {header.columns} x {header.rows} pixels need. Export the series again."
        )
    if pixels.deflated_from is None and size < pixels.pixel_offset + (pixels.pixel_length or 0):
        raise _cut_short()


def _is_padded(header: Header, file: FileEntry) -> bool:
    with file.open() as stream:
        return is_padded(stream, header.pixels, file.size, MAX_SET_PADDING)


def _cut_short() -> ScanError:
    return UnreadableScanError("The pixels of an image are cut short. Copy or export the series again.")
