"""Settings of the preparation, and the digest that ties model weights to them."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from adcore.prepare.slices import SliceConfig

KEYS_IN_DIGEST = {"slices": "planes"}
"""Fields by the names they had in 0.1: renaming a field changes no setting, so folders prepared with 0.1 stay valid."""


@dataclass(frozen=True)
class PreparationConfig:
    """Settings of the preparation.

    Attributes:
        slices: geometry and intensity of the coronal slices that the networks read.
        bias_iterations: maximum number of N4 iterations at each level of its B-spline grid. A third level brightens cortex and
            darkens deep white matter, which lowers the similarity to OASIS-1's slices at 40 to 60 years as well as over 60.
        bias_spacing_mm: spacing of the grid on which N4 is fitted.
        sampling_mm: scans with finer voxels are averaged to about this spacing before sampling, as the training scans were.
        grey_level: target intensity of grey matter in the slices, with white matter near 1. Measured on OASIS-1 participants
            aged 60 and over: 0.631 both with CDR 0 (n = 76) and with CDR above 0 (n = 80), so it does not carry the label.
        version: raised whenever the same settings produce different slices than before.
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
