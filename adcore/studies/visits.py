"""Change of the probability between the visits of one participant: per year, by trajectory, beside rescans."""

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.longitudinal.repeatability import COVERED, ProbabilityRepeat
from adcore.longitudinal.trend import slope_per_year
from adcore.statistics.intervals import Interval, bootstrap, class_draws, share
from adcore.words import DISCLAIMER, interval

DAYS_PER_YEAR = 365.25
SURE = 1e-5
"""Probabilities are clipped this far from 0 and 1: single slices drive some to the limit, where log-odds are infinite."""

SCORE = "p_images_fused"
"""The scan alone: age and MMSE change between visits by themselves."""


class Trajectory(StrEnum):
    """The course of the CDR over a participant's visits."""

    UNIMPAIRED = "CDR 0 at every visit"
    IMPAIRED = "CDR above 0 at every visit"
    CONVERTING = "from CDR 0 to above 0"
    RETURNING = "back to CDR 0 at some visit"


@dataclass(frozen=True)
class TrajectoryFigures:
    """The participants of one trajectory.

    Attributes:
        pairs: of successive visits.
        slope_log_odds, slope_probability: median over participants, per year, with the bootstrap interval over participants.
        rising: share of participants whose log-odds rise.
        step_probability: median over participants of their mean absolute change of probability from visit to visit.
        step_log_odds: the same of the log-odds.
        scatter: median over participants with three visits or more of the standard deviation of a difference of log-odds
            about the participant's own straight line: what no steady change explains. None where none has three.
        within: share of pairs whose change of the log-odds stays within the range of 95% of rescans; the interval treats
            pairs as independent, which those of one participant are not quite.
    """

    participants: int
    pairs: int
    years: float
    slope_log_odds: Interval
    slope_probability: Interval
    rising: Interval
    step_probability: Interval
    step_log_odds: Interval
    scatter: Interval | None
    within: Interval


def visits_of_participants(sessions: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Subject, session, years since the first visit, cdr, probability, log_odds of participants with two visits or more.

    Args:
        sessions: from evaluation.cohort.predictions.predict_cohort.
        days: since the participant's first visit, by session.
    """
    table = sessions[["subject", "session", "cdr"]].assign(
        years=sessions["session"].map(days) / DAYS_PER_YEAR, probability=sessions[SCORE].clip(SURE, 1 - SURE)
    )
    table["log_odds"] = np.log(table["probability"] / (1 - table["probability"]))
    table = table.dropna(subset=["years", "cdr", "probability"]).sort_values(["subject", "years"], kind="stable")
    return table[table["subject"].duplicated(keep=False)].reset_index(drop=True)


def trends(visits: pd.DataFrame) -> pd.DataFrame:
    """One row per participant: trajectory, visits, years, slopes per year, and mean absolute steps from visit to visit."""
    rows = []
    for subject, own in visits.groupby("subject"):
        years, chance, odds = (own[name].to_numpy(float) for name in ("years", "probability", "log_odds"))
        rows.append(
            {
                "subject": subject,
                "trajectory": trajectory(own["cdr"].to_numpy() > 0).value,
                "visits": len(own),
                "years": years[-1] - years[0],
                "slope_log_odds": slope_per_year(years, odds),
                "slope_probability": slope_per_year(years, chance),
                "step_probability": float(np.abs(np.diff(chance)).mean()),
                "step_log_odds": float(np.abs(np.diff(odds)).mean()),
                "scatter": _scatter(years, odds),
            }
        )
    return pd.DataFrame(rows)


def trajectory(impaired: NDArray[np.bool_]) -> Trajectory:
    """A participant's trajectory, from whether each visit's CDR is above 0."""
    if impaired.all():
        return Trajectory.IMPAIRED
    if not impaired.any():
        return Trajectory.UNIMPAIRED
    return Trajectory.RETURNING if (np.diff(impaired.astype(int)) < 0).any() else Trajectory.CONVERTING


def figures_by_trajectory(
    visits: pd.DataFrame, participants: pd.DataFrame, repeat: ProbabilityRepeat, seed: int
) -> dict[Trajectory, TrajectoryFigures]:
    """Figures of every trajectory that occurs."""
    limit = COVERED * repeat.log_odds_sd
    found = {}
    for one in Trajectory:
        own = participants[participants["trajectory"] == one.value]
        if own.empty:
            continue
        steps = visits[visits["subject"].isin(own["subject"])].groupby("subject")["log_odds"].diff().dropna().abs()
        scattered = own["scatter"].dropna().to_numpy(float)
        found[one] = TrajectoryFigures(
            participants=len(own),
            pairs=len(steps),
            years=float(own["years"].median()),
            slope_log_odds=_median(own["slope_log_odds"].to_numpy(float), seed),
            slope_probability=_median(own["slope_probability"].to_numpy(float), seed),
            rising=share(int((own["slope_log_odds"] > 0).sum()), len(own)),
            step_probability=_median(own["step_probability"].to_numpy(float), seed),
            step_log_odds=_median(own["step_log_odds"].to_numpy(float), seed),
            scatter=_median(scattered, seed) if len(scattered) else None,
            within=share(int((steps <= limit).sum()), len(steps)),
        )
    return found


def _scatter(years: NDArray[np.float64], odds: NDArray[np.float64]) -> float:
    """Standard deviation of a difference of two visits about the participant's own line; NaN with fewer than three visits."""
    if len(years) < 3:
        return math.nan
    residuals = odds - odds.mean() - slope_per_year(years, odds) * (years - years.mean())
    return math.sqrt(2 * float(residuals @ residuals) / (len(years) - 2))


def _median(values: NDArray[np.float64], seed: int) -> Interval:
    draws = class_draws(np.ones(len(values), dtype=bool), seed)
    return bootstrap(lambda drawn: np.median(drawn, axis=-1), draws, values)


def visits_json(
    groups: dict[str, dict[Trajectory, TrajectoryFigures]], repeats: dict[str, ProbabilityRepeat], model: str
) -> dict[str, Any]:
    """As written to disk: groups of participants, in each the trajectories, and the rescans beside them."""
    return {
        "disclaimer": DISCLAIMER,
        "model": model,
        "rescans": {name: repeat.model_dump() for name, repeat in repeats.items()},
        "groups": {
            name: {one.value: asdict(figures) for one, figures in trajectories.items()} for name, trajectories in groups.items()
        },
    }


def trajectory_lines(trajectories: dict[Trajectory, TrajectoryFigures]) -> list[str]:
    """In text, for a terminal."""
    return [
        f"{one.value:28} {found.participants:3} participants, {found.pairs:3} pairs, {found.years:.1f} years; log-odds a year "
        f"{_signed(found.slope_log_odds)}, probability a year {_signed(found.slope_probability)}, rising {_plain(found.rising)}; "
        f"step of probability {_plain(found.step_probability)}, of log-odds {_plain(found.step_log_odds)}; "
        f"scatter about their own line {_plain(found.scatter) if found.scatter else 'unknown'}; "
        f"within the rescans' {_plain(found.within)}"
        for one, found in trajectories.items()
    ]


def _signed(found: Interval) -> str:
    return interval(found.value, found.low, found.high, "+.3f")


def _plain(found: Interval) -> str:
    return interval(found.value, found.low, found.high, ".3f")
