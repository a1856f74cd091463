"""What can be set about the preparation, and the digest that weights remember it by."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from adcore.prepare.slices import SliceConfig

KEYS_IN_DIGEST = {"slices": "planes"}
"""Fields that were called otherwise in 0.1: a new name is no new setting, and folders prepared with 0.1 stay valid."""


@dataclass(frozen=True)
class PreparationConfig:
    """Settings of the preparation.

    Attributes:
        planes: geometry and intensity of the network planes.
        bias_iterations: at most so many rounds of N4, for each doubling of its B-spline grid. A third doubling lifts cortex and
            darkens deep white matter: it lowers the likeness to OASIS-1's planes, in people of 40 to 60 as well as over 60.
        bias_spacing_mm: grid on which N4 is fitted.
        sampling_mm: scans with finer voxels are averaged to about this spacing before planes are read, as the cohort's were.
        grey_level: what grey matter is brought to on the planes, white matter being near 1. Measured on OASIS-1 at 60 and over:
            0.631 with CDR 0 (76 people) and with CDR above 0 (80 people) alike, so it does not carry the label.
        version: raised whenever the same settings give other planes than before.
    """

    slices: SliceConfig = field(default_factory=SliceConfig)
    bias_iterations: tuple[int, ...] = (20, 20)
    bias_spacing_mm: float = 8.0
    sampling_mm: float = 1.0
    grey_level: float = 0.631
    version: int = 3

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change with any field."""
        settings = {KEYS_IN_DIGEST.get(name, name): value for name, value in asdict(self).items()}
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]
