"""What a header says of the voxels behind it, and the reading of them as float32, chunk by chunk."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import SourceFormat, check_affine, check_intensities, check_shape
from adcore.errors import UnreadableScanError
from adcore.words import percent

CHUNK_VOXELS = 1 << 18
"""Voxels converted at a time: small enough for the processor's cache."""

ONE_PASS_VOXELS = 1 << 25
"""Volumes up to here (128 MiB, 320 x 320 x 320) are checked while they are read. A larger one is read twice, and takes memory
only in the second pass: whatever is wrong with it, up to a checksum at the very end, is refused for the price of a chunk."""

MAX_TRAILING_BYTES = 4096
"""Stray bytes after the volume that are passed over with a warning; more means that the header is wrong."""

MAX_NON_FINITE = 0.01
"""Share of NaN or infinite voxels from which a scan is refused; below it they become 0, with a warning."""

NO_ORIENTATION = (
    "The file does not say how the head lies in it, so left and right of the patient are unknown. "
    "Nothing here tells the sides apart."
)


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the voxels lie in a file and what they mean; valid once built, and nothing is allocated yet.

    Attributes:
        shape: (I, J, K), the first axis fastest in the file.
        dtype: as stored, byte order included; integers or floats of at most 64 bits.
        offset: bytes before the first voxel.
        slope, inter: intensity = slope * stored + inter.
        affine: float64 (4, 4), voxel indices to RAS+ millimetres.
        footer_limit: bytes the format may hold after the voxels.
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
        """Bytes from the start of the file to behind the last voxel."""
        return self.offset + prod(self.shape) * self.dtype.itemsize


def check_length(size: int, layout: Layout) -> None:
    """Refuse an uncompressed file that ends before its last voxel.

    Raises:
        UnreadableScanError: with both lengths.
    """
    if size < layout.end:
        raise _cut_short(layout)


def read_voxels(stream: BinaryIO, layout: Layout) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Read and scale the voxels.

    Args:
        stream: seekable from its start, compression already undone.
    Returns:
        float32 (I, J, K), and sentences for what had to be mended.
    Raises:
        UnreadableScanError: the stream ends too early, or too many voxels are NaN or infinite.
    """
    count = prod(layout.shape)
    if count > ONE_PASS_VOXELS:
        _survey(stream, layout)
    flat = np.empty(count, np.float32)
    start = non_finite = 0
    for values, lost in _chunks(stream, layout):
        flat[start : start + len(values)] = values
        start += len(values)
        non_finite += lost
    _check_finite(non_finite, count)
    mended = (f"{non_finite} voxels without a number (NaN or infinite) were set to 0.",) if non_finite else ()
    return flat.reshape(layout.shape, order="F"), mended


def read_to_end(stream: BinaryIO, layout: Layout) -> tuple[str, ...]:
    """Read what follows the voxels, so that a checksum at the very end is verified too.

    Args:
        stream: positioned behind the last voxel.
    Returns:
        a warning where stray bytes were passed over.
    Raises:
        UnreadableScanError: more follows than the header accounts for.
    """
    limit = layout.footer_limit + MAX_TRAILING_BYTES
    extra = len(stream.read(limit + 1))
    if extra > limit:
        raise UnreadableScanError(
            f"Expected the file to end after its {prod(layout.shape):,} voxels, but more follows: the header does not fit "
            "the data. Export the scan again as one 3-D volume."
        )
    return (f"{extra} bytes after the last voxel were passed over.",) if extra > layout.footer_limit else ()


def _survey(stream: BinaryIO, layout: Layout) -> None:
    """Read to the end and keep nothing; refuse what the reading of the volume, or its Scan, would refuse."""
    low, high, non_finite = np.inf, -np.inf, 0
    for values, lost in _chunks(stream, layout):
        low, high = min(low, float(values.min())), max(high, float(values.max()))
        non_finite += lost
    _check_finite(non_finite, prod(layout.shape))
    check_intensities(low, high)
    read_to_end(stream, layout)


def _chunks(stream: BinaryIO, layout: Layout) -> Iterator[tuple[NDArray[np.float32], int]]:
    """The scaled intensities in the order of the file, and how many of each chunk were not finite (now 0)."""
    count = prod(layout.shape)
    stream.seek(layout.offset)
    for start in range(0, count, CHUNK_VOXELS):
        wanted = min(CHUNK_VOXELS, count - start) * layout.dtype.itemsize
        chunk = stream.read(wanted)
        if len(chunk) < wanted:
            raise _cut_short(layout)
        yield _intensities(np.frombuffer(chunk, layout.dtype), layout)


def _check_finite(non_finite: int, count: int) -> None:
    if non_finite >= MAX_NON_FINITE * count:
        raise UnreadableScanError(
            f"Expected a number for each voxel, but {percent(non_finite / count, 1)} of them are NaN or infinite. Export the "
            "scan again."
        )


def _intensities(stored: NDArray, layout: Layout) -> tuple[NDArray[np.float32], int]:
    """Scaled intensities of one chunk, and how many of them were not finite (now 0)."""
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is infinite, and refused by Scan
        scaled = stored if (layout.slope, layout.inter) == (1, 0) else stored * np.float64(layout.slope) + layout.inter
        if stored.dtype.kind != "f":
            return scaled.astype(np.float32), 0
        finite = np.isfinite(stored)
        lost = len(stored) - int(np.count_nonzero(finite))
        return (np.where(finite, scaled, 0) if lost else scaled).astype(np.float32), lost


def _cut_short(layout: Layout) -> UnreadableScanError:
    return UnreadableScanError(
        f"Expected {layout.end:,} bytes for a volume of {' x '.join(map(str, layout.shape))} voxels, but the file ends "
        "before. Copy or export the scan again."
    )
