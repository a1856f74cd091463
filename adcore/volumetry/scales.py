"""The radiologist's scales, computed from volumes: temporal-horn index and medial temporal grade by side, and a global grade.

Computed, not rated: a grade follows volumes by a fixed rule, and knows nothing of what a rater sees.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from adcore.prepare.segmentation.structures import FLUID, STRUCTURES, Side, label_of, labels_of

if TYPE_CHECKING:  # it loads torch, and the names of scales are listed without
    from adcore.prepare.prepared import PreparedScan


class Scale(StrEnum):
    """What is graded."""

    INDEX = "temporal-horn index"
    MEDIAL_TEMPORAL = "medial temporal atrophy"
    GLOBAL = "global atrophy"


@dataclass(frozen=True)
class Rule:
    """A grade that rises in a straight line with the logarithm of a ratio of volumes.

    The line and its two points were chosen before any atrophy was planted; the logarithms are IXI's (adcore structures norms).

    Attributes:
        none: the logarithm up to which the grade is 0: the median of healthy adults of 20 to 40 years.
        marked: the logarithm at which it reaches `grade`: the 90th percentile of healthy adults of 65 years.
        grade: from which on a rating counts as abnormal there (Ferreira 2015, J Intern Med 278:277: MTA 1.5, frontal GCA 1).
        top: the highest grade.
        error: standard deviation of the logarithm between scans of an unchanged head (adcore study scales): mirrored, tilted,
            noisy ones and those in slices of 5 mm among them.
    """

    none: float
    marked: float
    grade: float
    top: float
    error: float

    def of(self, ratio: float) -> float:
        """The grade, 0 to `top`, of the logarithm of a ratio."""
        return min(max(self.grade * (ratio - self.none) / (self.marked - self.none), 0.0), self.top)


HORN = Rule(none=-2.79, marked=-1.83, grade=1.5, top=4.0, error=0.25)
"""Of inferior horn / hippocampus, on either side (Scheltens 1992 rates choroid fissure, horn and hippocampus from 0 to 4)."""

WHOLE = Rule(none=-2.40, marked=-1.93, grade=1.0, top=3.0, error=0.045)
"""Of fluid / brain, inside the skull (Pasquier 1996 rates sulci and ventricles from 0 to 3).

Scans of an unchanged head gave an error of 0.01 only (adcore study scales); this one is half a percent of the brain between real
rescans (adcore.longitudinal.repeatability), of which there is nine times as much as of fluid.
"""

SIDES = (Side.RIGHT, Side.LEFT)

PLACES = (
    *((scale, side) for scale in (Scale.INDEX, Scale.MEDIAL_TEMPORAL) for side in SIDES),
    (Scale.GLOBAL, Side.MIDLINE),
)
"""Every scale with the sides it has."""

COVERED = 1.645
"""Standard errors to either side of a 90% interval."""

LEAST_ML = 1e-3


@dataclass(frozen=True)
class ScaleValue:
    """One value with its 90% interval, which carries how far it moves between scans of an unchanged head, and no more.

    Attributes:
        side: MIDLINE for the whole brain.
        top: the most it can be; the least is 0.
    """

    scale: Scale
    side: Side
    value: float
    low: float
    high: float
    top: float


def measure_scales(prepared: "PreparedScan") -> tuple[ScaleValue, ...]:
    """The scales of a patient: index and grade right and left, and the global grade.

    The global grade is left out of a skull-stripped scan, whose fluid outside the brain is gone.
    """
    volumes = {side: [prepared.volume_ml((label_of(kind, side),)) for kind in ("hippocampus", "inferior horn")] for side in SIDES}
    fluid, whole = prepared.volume_ml(labels_of(*FLUID)), prepared.volume_ml(labels_of(*(each.kind for each in STRUCTURES)))
    by_side = [value for side, (hippocampus, horn) in volumes.items() for value in side_scales(side, hippocampus, horn)]
    return (*by_side, *([] if prepared.already_stripped else [global_atrophy(fluid, whole)]))


def side_scales(side: Side, hippocampus_ml: float, horn_ml: float) -> tuple[ScaleValue, ScaleValue]:
    """Temporal-horn index, hippocampus / (hippocampus + inferior horn), and the medial temporal grade."""
    ratio = _log_ratio(horn_ml, hippocampus_ml)
    index = _with_interval(Scale.INDEX, side, ratio, HORN.error, _index, 1.0)
    return index, _with_interval(Scale.MEDIAL_TEMPORAL, side, ratio, HORN.error, HORN.of, HORN.top)


def global_atrophy(fluid_ml: float, intracranial_ml: float) -> ScaleValue:
    """The global grade, from all fluid inside the skull beside the brain."""
    ratio = _log_ratio(fluid_ml, intracranial_ml - fluid_ml)
    return _with_interval(Scale.GLOBAL, Side.MIDLINE, ratio, WHOLE.error, WHOLE.of, WHOLE.top)


def _index(ratio: float) -> float:
    return 1 / (1 + math.exp(ratio))


def _log_ratio(part_ml: float, of_ml: float) -> float:
    return math.log(max(part_ml, LEAST_ML) / max(of_ml, LEAST_ML))


def _with_interval(
    scale: Scale, side: Side, ratio: float, error: float, value_of: Callable[[float], float], top: float
) -> ScaleValue:
    low, high = sorted(value_of(ratio + sign * COVERED * error) for sign in (-1, 1))
    return ScaleValue(scale, side, value_of(ratio), low, high, top)
