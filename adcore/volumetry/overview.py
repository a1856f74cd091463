"""The volumes that a reader wants first, one row a structure: right and left, both together, and their place among norms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adcore.volumetry.findings import VolumeFinding
from adcore.volumetry.norms import BANDS, NormScore
from adcore.volumetry.sides import SideVolumes
from adcore.words import percentile

ROWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("hippocampi", "hippocampi", ("hippocampus",)),
    ("temporal horns", "", ("inferior horn",)),
    ("lateral ventricles", "lateral ventricles", ("lateral ventricle", "inferior horn")),
    ("whole brain", "whole brain", ()),
)
"""Name, measure of adcore.volumetry.findings (empty where only the sides have norms), and the kinds whose sides are summed."""

OUTER_Z = BANDS[0][0]
"""Beyond it, a volume counts as small or large for age: outside the middle 90% of healthy adults."""


@dataclass(frozen=True)
class OverviewRow:
    """One row.

    Attributes:
        kind: the structure that the row stands for; empty for one that is no place, such as the whole brain.
        right_ml, left_ml: by the patient's side; None where the sides were not measured.
        millilitres: both sides together.
        finding: with its place among healthy adults; None where there are no norms for this volume.
        side_scores: 'right' and 'left' among healthy adults, where only the sides have norms; empty without a comparison.
    """

    name: str
    kind: str
    right_ml: float | None
    left_ml: float | None
    millilitres: float
    finding: VolumeFinding | None
    side_scores: Mapping[str, NormScore] = field(default_factory=dict)

    @property
    def for_age(self) -> str:
        """'small for age', 'large for age' or 'usual for age'; empty without a comparison."""
        return "" if self.finding is None or self.finding.score is None else f"{_size(self.finding.score)} for age"

    def sides_for_age(self, order: tuple[str, str] = ("right", "left")) -> str:
        """The sides' percentiles, as '66, 71 usual for age' or '66 usual, 98 large for age'; empty without a comparison."""
        scores = [self.side_scores[side] for side in order if side in self.side_scores]
        if len(scores) < len(order):
            return ""
        places, sizes = [percentile(score.percentile) for score in scores], [_size(score) for score in scores]
        if len(set(sizes)) == 1:
            return f"{', '.join(places)} {sizes[0]} for age"
        return f"{', '.join(f'{place} {size}' for place, size in zip(places, sizes, strict=True))} for age"


def overview(
    volumes: Sequence[VolumeFinding], sides: Sequence[SideVolumes], structures: Sequence[VolumeFinding] = ()
) -> tuple[OverviewRow, ...]:
    """The rows of which there is anything to show.

    Args:
        volumes, sides: of an analysis.
        structures: its structure_volumes.
    """
    rows = (_row(name, measure, kinds, volumes, sides, structures) for name, measure, kinds in ROWS)
    return tuple(row for row in rows if row is not None)


def _size(score: NormScore) -> str:
    return "small" if score.z < -OUTER_Z else "large" if score.z > OUTER_Z else "usual"


def _row(
    name: str,
    measure: str,
    kinds: tuple[str, ...],
    volumes: Sequence[VolumeFinding],
    sides: Sequence[SideVolumes],
    structures: Sequence[VolumeFinding],
) -> OverviewRow | None:
    finding = next((each for each in volumes if each.measure == measure), None)
    pairs = [pair for pair in sides if pair.structure in kinds]
    measured = bool(kinds) and len(pairs) == len(kinds)
    if finding is None and not measured:
        return None
    right, left = sum(pair.right_ml for pair in pairs), sum(pair.left_ml for pair in pairs)
    both = right + left if finding is None else finding.millilitres
    kind = kinds[0] if kinds else ""
    of_sides = {f"{side} {kind}": side for side in ("right", "left")} if not measure else {}
    scores = {of_sides[each.measure]: each.score for each in structures if each.measure in of_sides and each.score is not None}
    return OverviewRow(name, kind, right if measured else None, left if measured else None, both, finding, scores)
