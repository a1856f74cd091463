"""What computed scales are worth: whether they follow planted atrophy, and how far they move where nothing has changed."""

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.synthetic.planted import Planted
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.predict import Predictor
from adcore.prepare.segmentation.structures import Side
from adcore.studies.scales import MIRRORED, PLAIN, RESCANS, UNCHANGED
from adcore.volumetry.scales import HORN, SIDES, Rule, global_atrophy, side_scales

SWAPPED = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}
INDEX_COLUMNS = {side: f"{side} index" for side in SIDES}
GRADES = {side: f"{side} grade" for side in SIDES}
WHOLE_GRADE = "global grade"
YOUNG_YEARS, OLD_YEARS = 40.0, (60.0, 70.0)
"""Ages of those who fix the rule on slices, as healthy adults under 40 and of 65 fix it on whole heads."""

HALF_A_GRADE, QUARTER = 0.5, 0.25
NOISE = 0.02
"""Grades within which a step of planted atrophy counts as neither up nor down."""


def with_scales(volumes: pd.DataFrame) -> pd.DataFrame:
    """The table of adcore.studies.scales.measure_scales with index and grade by side, and the global grade."""
    table = volumes.copy()
    for side in SIDES:
        pairs = zip(table[f"{side} hippocampus"], table[f"{side} inferior horn"], strict=True)
        found = [side_scales(side, body, horn) for body, horn in pairs]
        table[INDEX_COLUMNS[side]], table[GRADES[side]] = ([one.value for one in column] for column in zip(*found, strict=True))
    table[WHOLE_GRADE] = [
        global_atrophy(fluid, whole).value for fluid, whole in zip(table["fluid"], table["intracranial"], strict=True)
    ]
    return table


def planted_table(table: pd.DataFrame) -> pd.DataFrame:
    """Grades by degree of planted atrophy, the median over heads, and in how many courses they never fall.

    A course is one head, and one side of it for the medial temporal grade.
    """
    rows = []
    for kind, columns in ((Planted.MEDIAL_TEMPORAL, tuple(GRADES.values())), (Planted.WHOLE_BRAIN, (WHOLE_GRADE,))):
        courses = _courses(table, kind, columns)
        if not courses:
            continue
        steps = [np.diff(course.to_numpy()) for course in courses]
        joined = pd.concat(courses, axis=1)
        row: dict[str, object] = {"planted": kind.value, "heads": table.loc[table["condition"] == kind.value, "head"].nunique()}
        row |= {f"{degree:.2g}": f"{grade:.1f}" for degree, grade in joined.median(axis=1).items()}
        row["never falls"] = f"{sum(bool((step > -NOISE).all()) for step in steps)} of {len(steps)}"
        row["largest fall"] = f"{max(0.0, -min(step.min() for step in steps)):.2f}"
        rows.append(row)
    return pd.DataFrame(rows)


def _courses(table: pd.DataFrame, kind: Planted, columns: tuple[str, ...]) -> list[pd.Series]:
    plain = table[table["condition"] == PLAIN].set_index("head")
    courses = []
    for head, planted in table[table["condition"] == kind.value].groupby("head"):
        by_degree = planted.set_index("degree").sort_index()
        for column in columns:
            start = pd.Series({0.0: plain.at[head, column]})
            courses.append(pd.concat([start, by_degree[column]]))
    return courses


def unchanged_table(table: pd.DataFrame) -> pd.DataFrame:
    """How far grades move where the head is the same: against the scan as it is, and between two simulated rescans."""
    at = {condition: table[table["condition"] == condition].set_index("head") for condition in UNCHANGED}
    rows = []
    for condition in UNCHANGED[1:]:
        if condition == RESCANS[0]:
            continue
        before, after = at[RESCANS[0]] if condition == RESCANS[1] else at[PLAIN], at[condition]
        heads = before.index.intersection(after.index)
        if not len(heads):
            continue
        swap = SWAPPED if condition == MIRRORED else {side: side for side in SIDES}
        medial = np.concatenate([after.loc[heads, GRADES[side]] - before.loc[heads, GRADES[swap[side]]] for side in SIDES])
        index = np.concatenate(
            [after.loc[heads, INDEX_COLUMNS[side]] / before.loc[heads, INDEX_COLUMNS[swap[side]]] - 1 for side in SIDES]
        )
        whole = (after.loc[heads, WHOLE_GRADE] - before.loc[heads, WHOLE_GRADE]).to_numpy()
        name = "two simulated rescans" if condition == RESCANS[1] else condition
        row = {"the same head": name, "heads": len(heads), "index": f"{100 * np.abs(index).max():.1f}%"}
        for grade, moved in (("medial temporal", medial), ("global", whole)):
            apart = np.abs(moved)
            row[f"{grade}: mean, largest"] = f"{moved.mean():+.2f}, {apart.max():.2f}"
            row[f"{grade}: within a quarter"] = f"{int((apart < QUARTER).sum())} of {len(apart)}"
        rows.append(row)
    return pd.DataFrame(rows)


def log_ratio_errors(table: pd.DataFrame) -> tuple[float, float]:
    """Standard deviation of the logarithms of both rules over all scans of an unchanged head: Rule.error of HORN and WHOLE."""
    same = table[table["condition"].isin(UNCHANGED)].copy()
    mirror = same["condition"] == MIRRORED
    ratios = {side: np.log(same[f"{side} inferior horn"] / same[f"{side} hippocampus"]) for side in SIDES}
    horns = {side: ratios[side].where(~mirror, ratios[SWAPPED[side]]) for side in SIDES}
    whole = np.log(same["fluid"] / (same["intracranial"] - same["fluid"]))
    return _within(list(horns.values()), same["head"]), _within([whole], same["head"])


def _within(columns: list[pd.Series], heads: pd.Series) -> float:
    variances = [column.groupby(heads).var() for column in columns]
    return float(np.sqrt(np.nanmean(pd.concat(variances))))


def rescan_grades(cohort: Cohort, predictor: Predictor) -> NDArray[np.float64]:
    """Differences of the medial temporal grade between two real scans of an unchanged person, by their ten slices, (P, 2).

    The slices' own network measures the ratio of horn to hippocampus in each half, and the rule is that of whole heads: 0 at the
    median of participants under 40, and its grade at the 90th percentile of unimpaired ones of about 65.
    """
    ratios = slice_ratios(cohort, predictor)
    ages = cohort.table["age_years"].to_numpy(dtype=float)
    unimpaired = (cohort.table["cdr"] == 0).to_numpy() & (ages >= OLD_YEARS[0]) & (ages <= OLD_YEARS[1])
    none, marked = np.median(ratios[ages < YOUNG_YEARS]), np.quantile(ratios[unimpaired], 0.9)
    rule = Rule(none=float(none), marked=float(marked), grade=HORN.grade, top=HORN.top, error=HORN.error)
    grades = np.vectorize(rule.of)(ratios)
    return np.array([grades[second] - grades[first] for first, second in cohort.scanned_twice()])


@torch.inference_mode()
def slice_ratios(cohort: Cohort, predictor: Predictor) -> NDArray[np.float64]:
    """Logarithm of inferior horn over hippocampus in each half of the slices of every session, (S, 2)."""
    network = predictor.network.slice_segmentation
    horn, body = (SLICE_STRUCTURES.index(name) for name in ("inferior horn", "hippocampus"))
    y_mm = torch.tensor(cohort.y_mm)
    rows = []
    for slices in cohort.slices:
        pictures = torch.from_numpy(slices)[:, None]
        chances = (network.probabilities(pictures, y_mm) * (pictures > 0)).sum(dim=(0, 2))
        halves = torch.stack([half.sum(dim=1) for half in chances.chunk(2, dim=1)], dim=1).clamp_min(1e-3)
        rows.append(torch.log(halves[horn] / halves[body]).numpy())
    return np.array(rows, dtype=np.float64)


def rescan_line(differences: NDArray[np.float64]) -> str:
    """The differences in a sentence."""
    apart = np.abs(differences)
    return (
        f"{len(differences)} participants scanned twice, both sides: {int((apart <= HALF_A_GRADE).sum())} of {apart.size} grades "
        f"within half a grade, {int((apart < QUARTER).sum())} within a quarter; mean {differences.mean():+.2f}, largest "
        f"{apart.max():.2f}."
    )
