"""The volumes that a reader wants first, one row a structure: right and left, both together, and their place among norms."""

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.volumetry.findings import VolumeFinding
from adcore.volumetry.norms import BANDS
from adcore.volumetry.sides import SideVolumes

ROWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("hippocampi", "hippocampi", ("hippocampus",)),
    ("temporal horns", "", ("inferior horn",)),
    ("lateral ventricles", "lateral ventricles", ("lateral ventricle", "inferior horn")),
    ("whole brain", "whole brain", ()),
)
"""Name, measure of adcore.volumetry.findings (empty without norms), and the kinds of structure whose sides are summed."""

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
    """

    name: str
    kind: str
    right_ml: float | None
    left_ml: float | None
    millilitres: float
    finding: VolumeFinding | None

    @property
    def for_age(self) -> str:
        """'small for age', 'large for age' or 'usual for age'; empty without a comparison."""
        if self.finding is None or self.finding.score is None:
            return ""
        z = self.finding.score.z
        return "small for age" if z < -OUTER_Z else "large for age" if z > OUTER_Z else "usual for age"


def overview(volumes: Sequence[VolumeFinding], sides: Sequence[SideVolumes]) -> tuple[OverviewRow, ...]:
    """The rows of which there is anything to show.

    Args:
        volumes, sides: of an analysis.
    """
    rows = (_row(name, measure, kinds, volumes, sides) for name, measure, kinds in ROWS)
    return tuple(row for row in rows if row is not None)


def _row(
    name: str, measure: str, kinds: tuple[str, ...], volumes: Sequence[VolumeFinding], sides: Sequence[SideVolumes]
) -> OverviewRow | None:
    finding = next((each for each in volumes if each.measure == measure), None)
    pairs = [pair for pair in sides if pair.structure in kinds]
    measured = bool(kinds) and len(pairs) == len(kinds)
    if finding is None and not measured:
        return None
    right, left = sum(pair.right_ml for pair in pairs), sum(pair.left_ml for pair in pairs)
    both = right + left if finding is None else finding.millilitres
    kind = kinds[0] if kinds else ""
    return OverviewRow(name, kind, right if measured else None, left if measured else None, both, finding)
