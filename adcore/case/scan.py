"""A T1 scan: voxels and their position in the patient. Knows nothing of files or atlases."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import prod

import numpy as np
from numpy.typing import NDArray

from adcore.case.series import SourceSeries
from adcore.case.stated import StatedPatient
from adcore.errors import UnsupportedScanError
from adcore.words import beside

MAX_AXIS = 1024
"""Longest accepted axis in voxels; makers interpolate the plane of clinical T1 series to no more."""

MAX_VOXELS = 512**3
"""Most voxels of a volume; they take 512 MB as float32."""

MAX_SHEAR = 0.01
"""Largest cosine between two voxel axes that still counts as a right angle; covers float32 rounding of headers."""

MIN_SPACING_MM, MAX_SPACING_MM = 0.1, 20.0
"""Voxel spacing outside which a header's unit or numbers must be wrong: no head MRI is finer or coarser."""

COARSE_SPACING_MM = 6.0
"""Spacing beyond which a reader warns: slices of 5 mm with a gap of 1 mm are the thickest in common clinical use."""

MAX_DISTANCE_MM = 10_000.0
"""Largest distance of the first voxel from the scanner's origin; scanners are two metres long."""

MAX_INTENSITY = 1e12
"""Largest intensity, and the reciprocal of the least contrast: squares summed over a volume stay within float32."""


class SourceFormat(StrEnum):
    """Format of the file that a scan came from."""

    NIFTI = "nifti"
    MGH = "mgh"
    DICOM = "dicom"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, eq=False)
class Scan:
    """One three-dimensional scan, valid once built.

    Attributes:
        voxels: float32, (I, J, K), finite, in the file's own voxel order; read-only.
        affine: float64, (4, 4), voxel indices to RAS+ millimetres; finite, invertible, unsheared; read-only.
        source_format: of the file.
        sha256: hex digest of the file's bytes: the scan's identity.
        warnings: sentences that the reader of a result must see.
        sides_known: whether the file says which side of the patient is left.
        source: the DICOM series that derived objects refer to; None for other formats, and where images lack valid identifiers.
        stated: age and sex by the file's header; NIfTI and MGH state neither.

    Raises:
        UnsupportedScanError: shape, affine or intensities are not valid for a scan.
        TypeError: voxels or affine have another dtype.
    """

    voxels: NDArray[np.float32]
    affine: NDArray[np.float64]
    source_format: SourceFormat
    sha256: str
    warnings: tuple[str, ...] = ()
    sides_known: bool = True
    source: SourceSeries | None = field(default=None, repr=False)
    stated: StatedPatient = field(default=StatedPatient(), repr=False)

    def __post_init__(self) -> None:
        if self.voxels.dtype != np.float32 or self.affine.dtype != np.float64:
            raise TypeError(f"expected float32 voxels and a float64 affine, got {self.voxels.dtype}, {self.affine.dtype}")
        check_shape(self.voxels.shape)
        check_affine(self.affine)
        check_intensities(float(self.voxels.min()), float(self.voxels.max()))
        self.voxels.setflags(write=False)
        self.affine.setflags(write=False)

    @property
    def pseudonym(self) -> str:
        """The case's name in everything that people read: derived from the content's digest, never from a patient's name."""
        digest = self.sha256.upper()
        return f"Case {digest[:4]}-{digest[4:8]}"

    @property
    def spacing(self) -> NDArray[np.float64]:
        """Millimetres from one voxel to the next along each voxel axis, (3,)."""
        return _column_lengths(self.affine)


def check_shape(shape: tuple[int, ...]) -> None:
    """Refuse anything but three axes of 2 to 1024 voxels, and volumes of more than MAX_VOXELS.

    Raises:
        UnsupportedScanError: says what came and what to do.
    """
    if len(shape) != 3:
        raise UnsupportedScanError(f"Expected a 3-D volume, got shape {shape}. Export one 3-D volume and try again.")
    if min(shape) < 2 or max(shape) > MAX_AXIS:
        raise UnsupportedScanError(
            f"Expected 2 to {MAX_AXIS} voxels along each axis, got shape {shape}. Export the T1 at about 1 mm."
        )
    if prod(shape) > MAX_VOXELS:
        raise UnsupportedScanError(
            f"Expected at most {MAX_VOXELS:,} voxels (512 x 512 x 512), got {prod(shape):,} in shape {shape}. "
            "Export the T1 at about 1 mm."
        )


def check_intensities(low: float, high: float) -> None:
    """Refuse the lowest and highest intensity of a volume that cannot be an image.

    Raises:
        UnsupportedScanError: one is not finite or out of bounds, or they are equal.
    """
    if not (low >= -MAX_INTENSITY and high <= MAX_INTENSITY):  # also false where one is NaN
        raise UnsupportedScanError(
            f"Expected finite intensities of at most {MAX_INTENSITY:g}, got {low:.10g} to {high:.10g}. Export the scan again."
        )
    if high - low < 1 / MAX_INTENSITY:
        raise UnsupportedScanError("Expected an image, but every voxel has the same value. Export the scan again.")


def coarse_spacing(affine: NDArray[np.float64]) -> tuple[str, ...]:
    """The warning for a scan whose voxels are too long for the structures of interest, or nothing.

    Such a scan is not refused here: its fitness is measured after preparation.
    """
    longest = float(_column_lengths(affine).max())
    if not longest > COARSE_SPACING_MM:
        return ()
    return (f"The scan's voxels are {longest:.3g} mm long along one axis: the hippocampus spans only a few of them.",)


def check_affine(affine: NDArray[np.float64]) -> None:
    """Refuse an affine that does not map voxels to the patient.

    Raises:
        UnsupportedScanError: not (4, 4), not finite, of impossible size, singular or sheared.
    """
    if affine.shape != (4, 4) or not np.isfinite(affine).all() or not np.array_equal(affine[3], (0, 0, 0, 1)):
        raise UnsupportedScanError(
            "Expected a finite 4 by 4 affine that gives the head's orientation, got another matrix. "
            "Export the scan again with its orientation."
        )
    spacing = _column_lengths(affine)
    if spacing.min() < MIN_SPACING_MM or spacing.max() > MAX_SPACING_MM:
        raise UnsupportedScanError(
            f"Expected voxels of {MIN_SPACING_MM:g} to {MAX_SPACING_MM:g} mm, got {' x '.join(map(_length, spacing))} "
            "mm. Export the scan again and check its unit of length."
        )
    distance = np.abs(affine[:3, 3]).max()
    if distance > MAX_DISTANCE_MM:
        raise UnsupportedScanError(
            f"Expected a head within {MAX_DISTANCE_MM / 1000:g} m of the scanner's centre, got one at "
            f"{beside(distance / 1000, MAX_DISTANCE_MM / 1000, 0)} m. Export the scan again."
        )
    axes = affine[:3, :3] / spacing
    cosines = np.abs(axes.T @ axes - np.eye(3)).max()
    if abs(np.linalg.det(axes)) < MAX_SHEAR:
        raise UnsupportedScanError(
            "Expected three independent voxel axes, but the file's affine is singular: they lie in one plane. "
            "Export the scan again."
        )
    if cosines > MAX_SHEAR:
        raise UnsupportedScanError(
            "Expected voxel axes at right angles, but the file's affine is sheared. "
            "Resample the scan onto a grid of right angles and try again."
        )


def _length(mm: float) -> str:
    """A length in a sentence with the limits, which it never looks like where it differs."""
    short = f"{mm:.3g}"
    limit = MIN_SPACING_MM if mm < MIN_SPACING_MM else MAX_SPACING_MM
    return beside(mm, limit, 1) if float(short) == limit else short


def _column_lengths(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):  # an infinite length is refused like any other invalid one
        lengths: NDArray[np.float64] = np.linalg.norm(affine[:3, :3], axis=0)
    return lengths
