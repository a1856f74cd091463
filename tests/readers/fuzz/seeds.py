"""The sound inputs that each reader's fuzzing starts from, made by the builders of the tests; no file from elsewhere."""

import gzip
import io
from collections.abc import Callable, Mapping

import nibabel as nib
import numpy as np

from tests.readers.corpus import CASES
from tests.readers.fuzz.bundle import joined
from tests.support.builders import file_bytes, tiny_volume
from tests.support.dicom_builder import ENCODERS, VOXELS, as_bytes, compressed, enhanced, series, upload, zipped
from tests.support.dicom_variants import gzipped, padded, privately, without_preamble

MAX_BYTES = 1 << 16
"""Largest input. A fuzzer that may grow them spends its time on copying."""

TINY, AFFINE = tiny_volume()


def _nifti() -> list[bytes]:
    made = []
    for kind in (nib.Nifti1Image, nib.Nifti2Image):
        for endianness in "<>":
            for dtype in (np.uint8, np.int16, np.float32):
                header = kind.header_class(endianness=endianness)
                header.set_data_dtype(dtype)
                image = kind(TINY.astype(dtype), AFFINE, header)
                image.set_qform(AFFINE, 1)
                made.append(image.to_bytes())
    return made


def _mgh() -> list[bytes]:
    return [file_bytes(TINY.astype(dtype), AFFINE, ".mgh") for dtype in (np.uint8, np.int16, np.int32, np.float32)]


def _pairs() -> list[tuple[bytes, bytes]]:
    made = []
    for kind in (nib.Nifti1Pair, nib.AnalyzeImage):
        for endianness in "<>":
            header = kind.header_class(endianness=endianness)
            header.set_data_dtype(np.int16)
            parts = io.BytesIO(), io.BytesIO()
            kind(TINY.astype(np.int16), AFFINE, header).to_file_map(
                kind.make_file_map(dict(zip(("header", "image"), parts, strict=True)))
            )
            made.append((parts[0].getvalue(), parts[1].getvalue()))
    return made


def dicom_series() -> dict[str, list[bytes]]:
    """A small series in each form and each encoding."""
    tiled = series(np.tile(VOXELS, (4, 4, 1))[:, :, :3])
    made = {syntax: [data for _, data in upload(compressed(tiled, ENCODERS[syntax]), syntax)] for syntax in ENCODERS}
    plain = series()[:3]
    for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"):
        made[syntax] = [data for _, data in upload(plain, syntax)]
    sound = made["1.2.840.10008.1.2.1"]
    made["several frames"] = [as_bytes(enhanced(series()))]
    made["without preamble"] = [without_preamble(data, meta=True) for data in sound]
    made["elements alone"] = [without_preamble(data, meta=False) for data in sound]
    made["padded"] = [data for _, data in upload(padded(series()[:3], bytes(20)))]
    made["a private encoding"] = [privately(data, "1.2.840.113619.5.2") for data in plain]
    return made


def _folders() -> list[bytes]:
    forms = dicom_series()
    sound = forms["1.2.840.10008.1.2.1"]
    two = [data for _, data in upload([*series()[:3], *series(number=2)[:3]])]
    beside = [*sound, b"Dear colleague", file_bytes(TINY, AFFINE, ".mgh")[:100]]
    packed = [data for _, data in gzipped([("", data) for data in sound])]
    return [joined(files) for files in (*forms.values(), two, beside, packed, *_pairs())]


def _zips() -> list[bytes]:
    sound = [(f"a/{number}", data) for number, data in enumerate(dicom_series()["1.2.840.10008.1.2.1"])]
    volume = [("head.nii.gz", file_bytes(TINY, AFFINE))]
    return [zipped(files, kind) for files in (sound, volume, [*volume, ("x/", b"")], []) for kind in (0, 8)]


def _hostile(endings: tuple[str, ...]) -> list[bytes]:
    """Cases of the corpus that are small enough: one file each, by the ending of its name."""
    built = (
        case.build() for case in CASES if case.name.endswith(endings) and "bomb" not in case.name and "trailing" not in case.name
    )
    return [data for data in built if not isinstance(data, Mapping) and len(data) < MAX_BYTES]


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "nifti": lambda: _nifti() + _hostile((".nii",)),
    "pair": lambda: [joined(pair) for pair in _pairs()],
    "mgh": lambda: _mgh() + _hostile((".mgh",)),
    "gzip": lambda: [gzip.compress(data, 1, mtime=0) for data in (*_nifti(), *_mgh())] + _hostile((".nii.gz", ".mgz")),
    "dicom": lambda: [files[min(2, len(files) - 1)] for files in dicom_series().values()],
    "series": _folders,
    "zip": _zips,
    "upload": lambda: _folders() + [joined([data]) for data in _zips()],
}
"""By reader."""
