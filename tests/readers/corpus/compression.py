"""Files that are cut, damaged, wrongly named or wrongly packed, and those that inflate to far more than they are."""

import gzip
import random
from functools import cache

import nibabel as nib
import numpy as np

from tests.readers.corpus.case import PACKED, PLAIN, Case, Outcome, rejected
from tests.support.builders import with_header

ZEROS = 16 << 20
"""Bytes that one gzip member of a bomb inflates to; members are repeated, so that a bomb is made in no time."""

DAMAGED = "compression is damaged or cut short"


@cache
def _zeros() -> bytes:
    return gzip.compress(bytes(ZEROS), mtime=0)


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _header(side: int) -> bytes:
    """Of a volume of side x side x side voxels of one byte."""
    header = nib.Nifti1Header()
    header["dim"] = [3, side, side, side, 1, 1, 1, 1]
    header["datatype"], header["bitpix"], header["vox_offset"], header["magic"] = 2, 8, 352, b"n+1"
    header.set_sform(np.eye(4), 1)
    return header.binaryblock + bytes(4)


def _bomb(side: int, spoilt: int = 0) -> bytes:
    """An honest volume of zeros; `spoilt` bytes of the last member's checksum and length are wrong."""
    whole, rest = divmod(side**3, ZEROS)
    data = _packed(_header(side)) + _zeros() * whole + (_packed(bytes(rest)) if rest else b"")
    return data[: len(data) - spoilt] + bytes(byte ^ 1 for byte in data[len(data) - spoilt :])


def _flipped(data: bytes, count: int) -> bytes:
    changed = bytearray(data)
    for bit in random.Random(0).sample(range(80, len(data) * 8), count):  # behind gzip's own header
        changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _named(name: bytes) -> bytes:
    """The sound file, packed with its name inside."""
    return PACKED[:3] + b"\x08" + PACKED[4:10] + name + b"\0" + PACKED[10:]


CASES = (
    Case("plain.nii", Outcome.HANDLED, lambda: PLAIN),
    Case("packed.nii.gz", Outcome.HANDLED, lambda: PACKED),
    Case("gzip_named.nii", Outcome.HANDLED, lambda: PACKED),
    Case("plain_named.nii.gz", Outcome.HANDLED, lambda: PLAIN),
    Case("zero_padding.nii.gz", Outcome.HANDLED, lambda: PACKED + bytes(512)),
    Case("long_name_inside.nii.gz", Outcome.HANDLED, lambda: _named(b"x" * 100_000)),
    Case(
        "one_volume_in_members.nii.gz",
        Outcome.HANDLED,
        lambda: b"".join(_packed(PLAIN[start : start + 10_000]) for start in range(0, len(PLAIN), 10_000)),
    ),
    Case("many_empty_members.nii.gz", Outcome.HANDLED, lambda: _packed(b"") * 20_000 + PACKED),
    Case("few_stray_bytes.nii", Outcome.WARNED, lambda: PLAIN + b"stray", "5 bytes after the last voxel"),
    rejected("half.nii.gz", DAMAGED, lambda: PACKED[: len(PACKED) // 2]),
    rejected("without_trailer.nii.gz", DAMAGED, lambda: PACKED[:-8]),
    rejected("without_last_byte.nii.gz", DAMAGED, lambda: PACKED[:-1]),
    rejected("bad_checksum.nii.gz", DAMAGED, lambda: PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:]),
    rejected("bad_length.nii.gz", DAMAGED, lambda: PACKED[:-1] + bytes([PACKED[-1] ^ 1])),
    rejected("flipped_600.nii.gz", DAMAGED, lambda: _flipped(PACKED, 600)),
    rejected("trailing_junk.nii.gz", DAMAGED, lambda: PACKED + b"junk after the end of gzip"),
    rejected("two_scans_joined.nii.gz", "more follows", lambda: PACKED + PACKED),
    rejected("two_plain_joined.nii", "more follows", lambda: PLAIN + PLAIN),
    rejected("packed_twice.nii.gz", "gzip file inside a gzip file", lambda: _packed(PACKED)),
    rejected("packed_nothing.nii.gz", "header is damaged", lambda: _packed(b"")),
    rejected("empty.nii.gz", "file is empty", lambda: b""),
    rejected("gzip_mark_alone.nii.gz", DAMAGED, lambda: PACKED[:2]),
    rejected("cut_in_header.nii", "header is damaged", lambda: PLAIN[:100]),
    rejected("cut_in_header.nii.gz", "header is damaged", lambda: _packed(PLAIN[:100])),
    rejected("header_alone.nii", "ends before", lambda: PLAIN[:352]),
    rejected("half.nii", "ends before", lambda: PLAIN[: len(PLAIN) // 2]),
    rejected("half_packed.nii.gz", "ends before", lambda: _packed(PLAIN[: len(PLAIN) // 2])),
    rejected("jpeg.nii.gz", "JPEG", lambda: b"\xff\xd8\xff\xe0" + bytes(600)),
    rejected("html.nii", "web page", lambda: b"<!DOCTYPE html><title>Sign in</title>" + bytes(600)),
    rejected("packed_html.nii.gz", "web page", lambda: _packed(b"<!DOCTYPE html>" + bytes(600))),
    rejected("letter.nii.gz", "header is damaged", lambda: b"patient letter"),
    rejected("claims_2000_cubed.nii", "got shape", lambda: _header(2000) + bytes(300_000)),
    rejected("claims_2000_cubed.nii.gz", "got shape", lambda: _packed(_header(2000) + random.Random(0).randbytes(300_000))),
    rejected("claims_700_cubed.nii.gz", "at most 134,217,728 voxels", lambda: _packed(_header(700))),
    rejected("claims_512_cubed.nii", "ends before", lambda: _header(512) + bytes(300_000)),
    rejected("claims_512_cubed.nii.gz", "can hold", lambda: _packed(_header(512))),
    rejected("cut_512_cubed.nii.gz", "ends before", lambda: _packed(_header(512)) + _zeros() * 7 + bytes(20_000)),
    rejected("bomb_1290_cubed.nii.gz", "got shape", lambda: _bomb(1290)),
    rejected("bomb_512_cubed.nii.gz", "same value", lambda: _bomb(512)),
    rejected("bomb_320_cubed.nii.gz", "same value", lambda: _bomb(320)),
    rejected("bomb_512_cubed_bad_checksum.nii.gz", DAMAGED, lambda: _bomb(512, spoilt=8)),
    rejected("trailing_2_gb.nii.gz", "compressed file alone has", lambda: PACKED + _zeros() * 128),
    rejected("trailing_500_mb.nii.gz", "more follows", lambda: PACKED + _zeros() * 32),
    rejected("starts_16_mb_in.nii.gz", "same value", lambda: _packed(with_header(PLAIN, vox_offset=16 << 20)) + _zeros()),
)
