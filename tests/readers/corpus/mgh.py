"""MGH headers and bodies that are cut, odd, or lie."""

import gzip
import struct
from collections.abc import Callable

import numpy as np

from tests.readers.corpus.case import AFFINE, VOXELS, Case, Outcome, rejected
from tests.support.builders import file_bytes

PLAIN = file_bytes(VOXELS, AFFINE, ".mgh")
PACKED = file_bytes(VOXELS, AFFINE, ".mgz")
END = 284 + VOXELS.nbytes

H, W = Outcome.HANDLED, Outcome.WARNED


def _edited(offset: int, kind: str, *values: float) -> Callable[[], bytes]:
    """The sound file with some numbers of its header overwritten."""
    data = struct.pack(f">{len(values)}{kind}", *values)
    return lambda: PLAIN[:offset] + data + PLAIN[offset + len(data) :]


CASES = (
    Case("plain.mgh", H, lambda: PLAIN),
    Case("packed.mgz", H, lambda: PACKED),
    Case("plain_named.mgz", H, lambda: PLAIN),
    Case("gzip_named.mgh", H, lambda: PACKED),
    Case("without_footer.mgz", H, lambda: gzip.compress(PLAIN[:END])),
    Case("tags_after_the_voxels.mgz", H, lambda: gzip.compress(PLAIN + b"tag" * 20_000)),
    Case(
        "no_orientation.mgh",
        W,
        _edited(28, "h", 0),
        "patient's left and right are unknown",
        affine=np.array([[-1, 0, 0, 10], [0, 0, 1, -14], [0, -1, 0, 12], [0, 0, 0, 1.0]]),
        sides_known=False,
    ),
    rejected("half.mgz", "damaged or cut short", lambda: PACKED[: len(PACKED) // 2]),
    rejected("without_trailer.mgz", "damaged or cut short", lambda: PACKED[:-8]),
    rejected("half_packed.mgz", "ends before", lambda: gzip.compress(PLAIN[: END // 2])),
    rejected("half.mgh", "ends before", lambda: PLAIN[: END // 2]),
    rejected("one_byte_short.mgh", "ends before", lambda: PLAIN[: END - 1]),
    rejected("cut_in_header.mgh", "inside its header", lambda: PLAIN[:100]),
    rejected("second_version.mgh", "header is damaged", _edited(0, "i", 2)),
    rejected("dim_0.mgh", "got shape", _edited(4, "i", 0)),
    rejected("dim_negative.mgh", "got shape", _edited(4, "i", -20)),
    rejected("claims_2000_cubed.mgh", "got shape", _edited(4, "i", 2000, 2000, 2000)),
    rejected("claims_512_cubed.mgh", "ends before", _edited(4, "i", 512, 512, 512)),
    rejected("claims_512_cubed.mgz", "can hold", lambda: gzip.compress(_edited(4, "i", 512, 512, 512)(), 0)),
    rejected("claims_more_than_it_has.mgh", "ends before", _edited(4, "i", 50)),
    rejected("claims_less_than_it_has.mgz", "same value|more follows", lambda: gzip.compress(PLAIN + bytes(2_000_000))),
    rejected("two_frames.mgh", "Export one frame", _edited(16, "i", 2)),
    rejected("bad_type.mgh", "voxel type", _edited(20, "i", 2)),
    rejected("spacing_nan.mgh", "finite 4 by 4", _edited(30, "f", np.nan)),
    rejected("spacing_0.mgh", "unit of length", _edited(30, "f", 0)),
    rejected("direction_1e38.mgh", "unit of length|finite", _edited(42, "f", 1e38)),
    rejected("centre_1e38.mgh", "scanner's centre", _edited(78, "f", 1e38)),
    rejected("constant.mgz", "same value", lambda: file_bytes(np.full_like(VOXELS, 7), AFFINE, ".mgz")),
)
