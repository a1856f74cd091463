"""The layout of the voxels in a file, as its header states it, and reading them as float32 in chunks."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import SourceFormat, check_affine, check_intensities, check_shape
from adcore.errors import UnreadableScanError
from adcore.readers.missing import check_missing, corners, fill_missing

CHUNK_VOXELS = 1 << 18
"""Voxels converted at a time: small enough for the cache of the processor."""

ONE_PASS_VOXELS = 1 << 25
"""Volumes up to this size (128 MiB, 320 x 320 x 320) are checked while they are read. A larger one is read twice, and allocated
only in the second pass: any error, up to a checksum at the very end, is refused at the memory cost of one chunk."""

MAX_TRAILING_BYTES = 4096
"""Trailing bytes after the volume that are ignored with a warning; more means that the header is wrong."""

NO_ORIENTATION = (
    "The file does not state the orientation of the head, so the patient's left and right are unknown. "
    "Results do not distinguish the sides."
)


@dataclass(frozen=True, eq=False)
class Layout:
    """The position and meaning of the voxels in a file. Valid once constructed; nothing is allocated yet.

    Attributes:
        shape: (I, J, K), the first axis varies fastest in the file.
        dtype: as stored, byte order included; integers or floats of at most 64 bits.
        offset: bytes before the first voxel.
        slope, inter: intensity = slope * stored + inter.
        affine: float64 (4, 4), voxel indices to RAS+ millimetres.
        footer_limit: bytes that the format allows after the voxels.
        warnings, sides_known: as in Scan.
    """

    source_format: SourceFormat
    shape: tuple[int, ...]
    dtype: np.dtype
    offset: int
    affine: NDArray[np.float64]
    slope: float = 1.0
    inter: float = 0.0
    footer_limit: int = 0
    warnings: tuple[str, ...] = ()
    sides_known: bool = True

    def __post_init__(self) -> None:
        check_shape(self.shape)
        check_affine(self.affine)
        if not (np.isfinite(self.slope) and np.isfinite(self.inter)):
            raise UnreadableScanError(
                f"Expected finite intensity scaling, got slope {self.slope} and intercept {self.inter}. Export the scan again."
            )

    @property
    def end(self) -> int:
        """Bytes from the start of the file to the end of the last voxel."""
        return self.offset + prod(self.shape) * self.dtype.itemsize


def check_length(size: int, layout: Layout) -> None:
    """Refuse an uncompressed file that ends before its last voxel.

    Raises:
        UnreadableScanError: the file is too short.
    """
    if size < layout.end:
        raise _cut_short(layout)


def read_voxels(stream: BinaryIO, layout: Layout) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Read and scale the voxels.

    Args:
        stream: seekable, decompressed.
    Returns:
        float32 (I, J, K), and sentences about voxels that were replaced.
    Raises:
        UnreadableScanError: the stream ends too early, or too many voxels are NaN or infinite.
    """
    count = prod(layout.shape)
    if count > ONE_PASS_VOXELS:
        _survey(stream, layout)
    flat = np.empty(count, np.float32)
    start = missing = 0
    for values, lost in _chunks(stream, layout):
        flat[start : start + len(values)] = values
        start += len(values)
        missing += lost
    volume = flat.reshape(layout.shape, order="F")
    if not missing:
        return volume, ()
    check_missing(missing, count, bool(np.isnan(flat[corners(layout.shape)]).all()))
    return volume, fill_missing(volume, missing)


def read_to_end(stream: BinaryIO, layout: Layout) -> tuple[str, ...]:
    """Read the rest of the file after the voxels, so that a checksum at the very end is verified too.

    Args:
        stream: positioned after the last voxel.
    Returns:
        a warning if trailing bytes were ignored.
    Raises:
        UnreadableScanError: more follows than the header accounts for.
    """
    limit = layout.footer_limit + MAX_TRAILING_BYTES
    extra = len(stream.read(limit + 1))
    if extra > limit:
        raise UnreadableScanError(
            f"Expected the file to end after its {prod(layout.shape):,} voxels, but more follows: the header does not match "
            "the data. Export the scan again as one 3-D volume."
        )
    return (f"{extra} bytes after the last voxel were ignored.",) if extra > layout.footer_limit else ()


def _survey(stream: BinaryIO, layout: Layout) -> None:
    """Read to the end without storing anything, and refuse what reading the volume or constructing its Scan would refuse."""
    low, high, missing, start, at_corners = np.inf, -np.inf, 0, 0, True
    edges = corners(layout.shape)
    for values, lost in _chunks(stream, layout):
        low, high = min(low, float(np.fmin.reduce(values))), max(high, float(np.fmax.reduce(values)))
        missing += lost
        here = edges[(start <= edges) & (edges < start + len(values))] - start
        at_corners = at_corners and bool(np.isnan(values[here]).all())
        start += len(values)
    check_missing(missing, prod(layout.shape), at_corners)
    check_intensities(low, high)
    read_to_end(stream, layout)


def _chunks(stream: BinaryIO, layout: Layout) -> Iterator[tuple[NDArray[np.float32], int]]:
    """The scaled intensities in file order, and the number of non-finite ones per chunk (NaN)."""
    count = prod(layout.shape)
    stream.seek(layout.offset)
    for start in range(0, count, CHUNK_VOXELS):
        wanted = min(CHUNK_VOXELS, count - start) * layout.dtype.itemsize
        chunk = stream.read(wanted)
        if len(chunk) < wanted:
            raise _cut_short(layout)
        yield _intensities(np.frombuffer(chunk, layout.dtype), layout)


def _intensities(stored: NDArray, layout: Layout) -> tuple[NDArray[np.float32], int]:
    """Scaled intensities of one chunk, and the number of non-finite ones (NaN)."""
    with np.errstate(over="ignore", invalid="ignore"):  # an overflow becomes infinite and is refused by Scan
        scaled = stored if (layout.slope, layout.inter) == (1, 0) else stored * np.float64(layout.slope) + layout.inter
        if stored.dtype.kind != "f":
            return scaled.astype(np.float32), 0
        finite = np.isfinite(stored)
        lost = len(stored) - int(np.count_nonzero(finite))
        return (np.where(finite, scaled, np.nan) if lost else scaled).astype(np.float32), lost


def _cut_short(layout: Layout) -> UnreadableScanError:
    return UnreadableScanError(
        f"Expected {layout.end:,} bytes for a volume of {' x '.join(map(str, layout.shape))} voxels, but the file ends "
        "before. Copy or export the scan again."
    )
