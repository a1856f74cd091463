"""What a case of the corpus is, and the sound volume that the cases of NIfTI and MGH are made from."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from tests.support.builders import file_bytes, tiny_volume, with_header

VOXELS, AFFINE = tiny_volume((20, 24, 28))
VOXELS = VOXELS.astype(np.int16)

PLAIN = file_bytes(VOXELS, AFFINE, ".nii")
PACKED = file_bytes(VOXELS, AFFINE, ".nii.gz")


class Outcome(StrEnum):
    """What a reader makes of a file."""

    REJECTED = "R"
    """Refused with a plain sentence."""
    WARNED = "W"
    """Read, and the scan says what the reader of a result has to know."""
    HANDLED = "H"
    """Read, and nothing to say."""


@dataclass(frozen=True, eq=False)
class Case:
    """A file, and what has to become of it.

    Attributes:
        name: the file's name, ending included; the folder's, where the case is several files.
        build: gives its bytes, or those of several files by their names.
        says: a regular expression that the refusal or one of the warnings matches.
        voxels, affine: what an accepted scan holds.
        sides_known: as in Scan.
    """

    name: str
    outcome: Outcome
    build: Callable[[], bytes | Mapping[str, bytes]]
    says: str = ""
    voxels: NDArray = field(default_factory=lambda: VOXELS)
    affine: NDArray[np.float64] = field(default_factory=lambda: AFFINE)
    sides_known: bool = True


def rejected(name: str, says: str, build: Callable[[], bytes | Mapping[str, bytes]]) -> Case:
    """A file that is refused."""
    return Case(name, Outcome.REJECTED, build, says)


def edited(**fields: object) -> Callable[[], bytes]:
    """The sound NIfTI-1 file with some header fields overwritten."""
    return lambda: with_header(PLAIN, **fields)


def placed(affine: NDArray[np.float64]) -> Callable[[], bytes]:
    """The sound voxels with another affine in the sform, sensible or not, and its voxel size in pixdim."""
    lengths = [1.0, *np.linalg.norm(affine[:3, :3], axis=0), 0, 0, 0, 0]
    return edited(sform_code=1, qform_code=0, pixdim=lengths, **{f"srow_{axis}": affine[row] for row, axis in enumerate("xyz")})


def stored(voxels: NDArray, suffix: str = ".nii.gz", kind: type = nib.Nifti1Image) -> Callable[[], bytes]:
    """Other voxels with the sound affine."""

    def build() -> bytes:
        if kind is nib.Nifti1Image:
            return file_bytes(voxels, AFFINE, suffix)
        data: bytes = kind(voxels, AFFINE).to_bytes()
        return gzip.compress(data, mtime=0) if suffix.endswith("gz") else data

    return build
