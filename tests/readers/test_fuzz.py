"""Whatever stands in a header or a body, the outcome is a valid scan or a refusal, without a warning and in little memory.

ADCORE_FUZZ_EXAMPLES=20000 makes a longer search, another one each time; the number below is the same search each time.
"""

import gzip
import os
import re
import tracemalloc

import nibabel as nib
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nibabel.freesurfer.mghformat import header_dtype as MGH_HEADER

from adcore.case.scan import MAX_INTENSITY, Scan
from adcore.errors import AdcoreError
from tests.support.builders import file_bytes, read_scan_bytes, tiny_volume

EXAMPLES = int(os.environ.get("ADCORE_FUZZ_EXAMPLES", "0"))

MAX_BYTES = 16_000_000
"""A file of some 7 kB cannot claim more than 1032 times as much, and a chunk and its float32 copy come on top."""

VOXELS, AFFINE = tiny_volume()


def _nifti(kind: type, endianness: str) -> tuple[bytes, np.dtype]:
    header = kind.header_class(endianness=endianness)
    header.set_data_dtype(np.float32)
    image = kind(VOXELS, AFFINE, header)
    image.set_qform(AFFINE, 1)
    return image.to_bytes(), kind.header_class.template_dtype.newbyteorder(endianness)


FORMATS = {
    "NIfTI-1": _nifti(nib.Nifti1Image, "<"),
    "NIfTI-1, big-endian": _nifti(nib.Nifti1Image, ">"),
    "NIfTI-2": _nifti(nib.Nifti2Image, "<"),
    "MGH": (file_bytes(VOXELS, AFFINE, ".mgh"), MGH_HEADER),
}
"""A sound file, and the fields of its header."""

TELLING = (0, 1, 2, 3, 4, 7, 8, 16, 32, 64, 127, 128, 255, 256, 348, 352, 512, 513, 540, 544, 1 << 15, 1 << 20, 1 << 31, 1 << 62)
"""Numbers at which a reader may change its mind; their negatives too."""

MARKS = ("sizeof_hdr", "magic", "eol_check", "version")
"""Fields that tell the format: without them nothing else is looked at, so they are left to the flipped bits."""


@st.composite
def _values(draw: st.DrawFn, dtype: np.dtype) -> bytes:
    """The bytes of one element of a header field: telling, or any."""
    if dtype.kind in "iu" and draw(st.booleans()):
        limits = np.iinfo(dtype)
        number = draw(st.sampled_from(TELLING)) * draw(st.sampled_from((1, -1)))
        return np.array(min(max(number, limits.min), limits.max), dtype).tobytes()
    if dtype.kind == "f" and draw(st.booleans()):
        number = draw(st.sampled_from((0.0, -0.0, 0.5, 1.0, -1.0, 1e-38, 1e38, 352.0, 1e9, np.nan, np.inf, -np.inf)))
        return np.array(number, dtype).tobytes()
    return draw(st.binary(min_size=dtype.itemsize, max_size=dtype.itemsize))


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """A file with some header fields rewritten, some bits flipped, cut or lengthened, packed or not, and damaged after that."""
    whole, header = FORMATS[draw(st.sampled_from(sorted(FORMATS)))]
    data = bytearray(whole)
    names = [name for name in header.names if name not in MARKS]
    for name in draw(st.lists(st.sampled_from(names), max_size=4)):
        field, offset = header.fields[name][:2]
        index = draw(st.integers(0, field.itemsize // field.base.itemsize - 1)) * field.base.itemsize
        data[offset + index : offset + index + field.base.itemsize] = draw(_values(field.base))
    data = _flipped(data, draw(st.lists(st.integers(0, len(data) * 8 - 1), max_size=6)))
    if draw(st.integers(0, 9)) == 9:  # rarely, because a truncated file tests little
        data = data[: len(data) - draw(st.integers(1, len(data)))]
    data += draw(st.sampled_from((b"", b"", b"", b"x", bytes(4096), bytes(6000))))
    if draw(st.booleans()):
        data = bytearray(gzip.compress(data, 1, mtime=0))
        if draw(st.integers(0, 9)) == 9:
            data = _flipped(data, draw(st.lists(st.integers(0, len(data) * 8 - 1), max_size=3)))
    return bytes(data)


def _flipped(data: bytearray, bits: list[int]) -> bytearray:
    changed = bytearray(data)
    for bit in bits:
        changed[bit // 8] ^= 1 << bit % 8
    return changed


@given(_files())
@settings(
    max_examples=EXAMPLES or 2000,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_file_gives_a_valid_scan_or_a_refusal(data):
    tracemalloc.start()
    try:
        scan, sentences = _read(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()  # tracing hypothesis too would take six times as long
    assert peak < MAX_BYTES
    assert all(re.fullmatch(r"[A-Z0-9][^\n]{20,400}\.", sentence) for sentence in sentences)
    if scan is not None:
        _check(scan)


def _read(data: bytes) -> tuple[Scan | None, tuple[str, ...]]:
    """The scan with its warnings, or nothing with the refusal."""
    try:
        scan = read_scan_bytes(data, "head")
    except AdcoreError as error:
        return None, (str(error),)
    return scan, scan.warnings


def _check(scan: Scan) -> None:
    assert scan.voxels.dtype == np.float32
    assert np.isfinite(scan.affine).all()
    assert np.abs(scan.voxels).max() <= MAX_INTENSITY  # false where one is NaN
    assert scan.voxels.min() < scan.voxels.max()
