"""A synthetic head at three visits, and made-up repeatability."""

from dataclasses import dataclass, replace

import numpy as np
from nibabel.affines import from_matvec
from numpy.typing import NDArray

from adcore.case.scan import Scan
from adcore.cohorts.synthetic import Acquisition
from adcore.longitudinal.repeatability import ProbabilityRepeat, Repeatability
from adcore.prepare.prepared import PreparedScan
from adcore.volumetry.findings import MEASURES
from tests.support.builders import rotation

FIRST = Acquisition(spacing_mm=(2.0, 1.8, 2.1), shape=(94, 138, 108))
SECOND = Acquisition(spacing_mm=(2.0, 1.8, 2.1), shape=(96, 136, 110), tilt_degrees=(-3, 2, -4), centre_mm=(-3, 1, -12))
MOVED = from_matvec(rotation(6, -4, 8)[:3, :3], [5.0, -7.0, 3.0])
"""How the head moved between the first visit and the second, in scanner millimetres."""


@dataclass(frozen=True, eq=False)
class Visits:
    """One patient's scans.

    Attributes:
        moved: (4, 4), the pose of the second and the third scan relative to the first.
    """

    first: PreparedScan
    again: PreparedScan
    later: PreparedScan
    moved: NDArray[np.float64]


def lying_anew(scan: Scan) -> Scan:
    """The same head where MOVED puts it."""
    return replace(scan, affine=MOVED @ scan.affine)


def made_up_repeatability() -> Repeatability:
    """Round numbers."""
    return Repeatability(
        model="made up",
        structures_sha256="0" * 64,
        probability=ProbabilityRepeat(participants=20, source="nobody", slices="all", log_odds_sd=0.1, probability_gap=0.01),
        heads=4,
        rescan="made up",
        volume_sd=dict.fromkeys(MEASURES, 0.03),
        volume_ml_sd=dict.fromkeys(MEASURES, 0.01),
        simulated_log_odds_sd=0.2,
        difference_noise=0.04,
        similarity_same=0.98,
        similarity_other=0.54,
        overlap_same=0.99,
        overlap_other=0.95,
        seed=0,
    )
