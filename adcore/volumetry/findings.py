"""The reported volumes of one patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcore.case.clinical import ClinicalRecord
from adcore.errors import NormRangeError
from adcore.prepare.segmentation.structures import FLUID, STRUCTURES, labels_of
from adcore.volumetry.norms import LEAST_ML, NormScore, load_norms

if TYPE_CHECKING:  # it loads torch, and the names of volumes are listed without
    from adcore.prepare.prepared import PreparedScan

MEASURES: dict[str, tuple[int, ...]] = {
    "hippocampi": labels_of("hippocampus"),
    "lateral ventricles": labels_of("lateral ventricle", "inferior horn"),
    "whole brain": labels_of(*(each.kind for each in STRUCTURES if each.kind not in FLUID)),
}
"""By name, the classes whose volumes are summed, both sides together."""

NORMED: dict[str, tuple[int, ...]] = MEASURES | {each.name: (label,) for label, each in enumerate(STRUCTURES, start=1)}
"""The same with every single structure: all volumes that have norms."""

INTRACRANIAL = labels_of(*(each.kind for each in STRUCTURES))
"""Everything inside the skull, cerebrospinal fluid included."""


@dataclass(frozen=True)
class VolumeFinding:
    """One volume of one patient.

    Attributes:
        measure: of MEASURES.
        millilitres: in the patient's own space.
        share: of the intracranial volume, 0 to 1.
        score: among healthy adults; None where `reason` says why no comparison is possible.
    """

    measure: str
    millilitres: float
    share: float
    score: NormScore | None
    reason: str | None

    @property
    def intracranial_ml(self) -> float:
        """Everything inside this patient's skull."""
        return self.millilitres / self.share if self.share else 0.0


def measure_volumes(
    prepared: "PreparedScan", record: ClinicalRecord, measures: Iterable[str] = MEASURES
) -> tuple[VolumeFinding, ...]:
    """The patient's volumes compared with those of healthy adults.

    Args:
        measures: of NORMED.
    Raises:
        ModelError: the norms are missing.
    """
    return tuple(_finding(measure, prepared, record) for measure in measures)


def _finding(measure: str, prepared: "PreparedScan", record: ClinicalRecord) -> VolumeFinding:
    volume, whole = prepared.volume_ml(NORMED[measure]), prepared.volume_ml(INTRACRANIAL)
    score, reason = None, None
    try:
        score = load_norms().score(measure, volume, whole, record.age_years, record.sex)
    except NormRangeError as error:
        reason = str(error)
    return VolumeFinding(measure, volume, intracranial_share(measure, prepared), score, reason)


def intracranial_share(measure: str, prepared: "PreparedScan") -> float:
    """A measure's share of the intracranial volume, 0 to 1; at least one cubic millimetre, so that it has a logarithm."""
    whole = prepared.volume_ml(INTRACRANIAL)
    return max(prepared.volume_ml(NORMED[measure]), LEAST_ML) / whole if whole else 0.0
