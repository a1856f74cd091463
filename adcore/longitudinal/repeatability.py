"""Scan-rescan variability of the program's own measurements, as measured and stored beside the model."""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from adcore.errors import ModelError
from adcore.model.seal import read_sealed
from adcore.model.shipped import SHIPPED_MODELS

REPEATABILITY_FILE = "repeatability.json"

COVERED = 1.96
"""Standard deviations within which 95% of the differences of an unchanged subject lie."""


DRAWN_TIMES = 2.0
"""Multiple of the noise between simulated rescans that a difference must exceed to be drawn: chosen, since real rescans vary
more than simulated ones and none of whole heads were available."""


REAL_RESCANS_SD = {"hippocampi": 0.025, "lateral ventricles": 0.023, "whole brain": 0.005}
"""Lower bound for the standard deviation of the difference of a volume's logarithms between rescans, whatever simulation gives.

Hippocampi: two sessions of healthy older participants on one scanner differ by about 2% on average (13 sites, FreeSurfer's
longitudinal stream: Marizzoni et al. 2015, Hum Brain Mapp 36:3516). Ventricles: 1.6%, the least coefficient of variation of
any structure in Maclaren et al. 2014 (Sci Data 1:140037), times the root of 2. Whole brain: chosen. None was measured with this
program.
"""


class ProbabilityRepeat(BaseModel):
    """Real rescans: participants scanned twice within weeks, classified from the scan alone.

    Attributes:
        participants, source: how many, and from which data set.
        slices: the coronal slices available for each scan.
        log_odds_sd: standard deviation of the difference of the log-odds; valid at every probability.
        probability_gap: mean absolute difference of the probability; small far from the threshold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    participants: int
    source: str
    slices: str
    log_odds_sd: float
    probability_gap: float


class Repeatability(BaseModel):
    """Scan-rescan variability of probabilities, volumes and difference maps.

    Attributes:
        model: name, version and weights of the model behind the probabilities.
        structures_sha256: of the network behind the volumes.
        probability: of real rescans.
        heads: number of whole heads with a simulated rescan; `rescan` describes the simulation.
        volume_sd: by measure, standard deviation of the difference of the logarithms of a share of the intracranial volume.
        volume_ml_sd: the same for the volume itself.
        simulated_log_odds_sd: of the log-odds from the scan alone, between simulated rescans.
        difference_noise: 99th percentile over brain voxels of the absolute difference map between simulated rescans; the
            median over heads.
        similarity_same: lowest correlation of two rescans of one subject after registration; similarity_other: highest of two
            subjects' scans.
        overlap_same, overlap_other: the same for the overlap of the brain masks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    model: str
    structures_sha256: str
    probability: ProbabilityRepeat
    heads: int
    rescan: str
    volume_sd: dict[str, float]
    volume_ml_sd: dict[str, float]
    simulated_log_odds_sd: float
    difference_noise: float
    similarity_same: float
    similarity_other: float
    overlap_same: float
    overlap_other: float
    seed: int

    @property
    def similarity_limit(self) -> float:
        """Half-way between rescans of one subject and scans of two: below it, the visits may be of two patients."""
        return (self.similarity_same + self.similarity_other) / 2

    def volume_noise(self, measure: str) -> float:
        """Standard deviation of the difference of a share's logarithms for rates: the larger of simulated and published."""
        return max(self.volume_sd[measure], REAL_RESCANS_SD[measure])

    @property
    def drawn_from(self) -> float:
        """Smallest absolute difference that is drawn; see DRAWN_TIMES."""
        return DRAWN_TIMES * self.difference_noise


@lru_cache(maxsize=4)
def load_repeatability(folder: Path = SHIPPED_MODELS / "oasis1") -> Repeatability:
    """The repeatability shipped beside a model's weights, read once per process.

    Raises:
        ModelError: missing, damaged or changed.
    """
    if not (folder / REPEATABILITY_FILE).is_file():
        raise ModelError(
            f"Expected the repeatability of the model's figures in {folder.name}/{REPEATABILITY_FILE}, but there is none. "
            "Restore the file, or measure it: adcore study rescans."
        )
    content = read_sealed(folder, REPEATABILITY_FILE)
    try:
        return Repeatability.model_validate_json(content)
    except ValidationError as error:
        raise ModelError(
            f"{folder.name}/{REPEATABILITY_FILE} is not one that this version can read. Measure it again: adcore study rescans."
        ) from error
