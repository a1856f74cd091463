"""What a reader study found: AUC by reader and arm, agreement between readers and with the model's help, time."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from adcore.errors import CohortError
from adcore.statistics.intervals import Interval
from adcore.statistics.metrics import Labels, area_under_curve
from adcore.statistics.multi_reader import (
    Arms,
    Ratings,
    between_readers,
    compare_auc,
    compare_seconds,
    reader_auc,
    within_readers,
)
from adcore.studies.markdown import markdown_lines
from adcore.studies.reader_design import WITH, WITHOUT

ARMS = (WITHOUT, WITH)
CALLED = 50.0
"""Likelihood in percent from which on a reader counts as having said impaired."""

MTA = ("mta_right", "mta_left")


@dataclass(frozen=True, eq=False)
class ReaderFigures:
    """The figures of a study.

    Attributes:
        cases, impaired, readers: what they rest on: cases that every reader rated in both arms.
        left_out: cases that somebody did not rate in both.
        auc: the readers' mean; auc_by_reader: by arm, in the readers' order.
        model_auc: of the model alone on the same cases.
        between: by what was rated (answer, mta_right, mta_left) and arm; None with one reader or where MTA was not rated by all.
        within: by what was rated: each reader without and with the model.
        seconds: time a case; None where it was not noted by all.
    """

    cases: int
    impaired: int
    readers: int
    left_out: int
    auc: Arms
    auc_by_reader: dict[str, list[Interval]]
    model_auc: float
    between: dict[str, dict[str, Interval | None]]
    within: dict[str, Interval | None]
    seconds: Arms | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def reader_figures(ratings: pd.DataFrame, seed: int) -> ReaderFigures:
    """Figures of a study's ratings, as read_ratings gives them.

    Raises:
        CohortError: too few cases were rated by everybody in both arms.
    """
    everyone = _complete(ratings, "likelihood")
    by_case = ratings.drop_duplicates("subject").set_index("subject")
    labels = (by_case.loc[everyone, "label"] == 1).to_numpy()
    if min(labels.sum(), (~labels).sum()) < 2:
        raise CohortError(
            f"{len(everyone)} cases were rated by every reader in both sessions; at least two impaired and two unimpaired are "
            "needed. Fill in the ratings that are missing."
        )
    likelihood = {arm: _matrix(ratings, "likelihood", arm, everyone) for arm in ARMS}
    answer = {arm: (values >= CALLED).astype(float) for arm, values in likelihood.items()}
    rated = {"answer": answer} | {name: _if_rated(ratings, name, everyone) for name in MTA}
    seconds = _if_rated(ratings, "seconds", everyone)
    return ReaderFigures(
        cases=len(everyone),
        impaired=int(labels.sum()),
        readers=int(ratings["reader"].nunique()),
        left_out=len(by_case) - len(everyone),
        auc=compare_auc(labels, likelihood[WITHOUT], likelihood[WITH], seed),
        auc_by_reader={arm: reader_auc(labels, likelihood[arm], seed) for arm in ARMS},
        model_auc=area_under_curve(labels, by_case.loc[everyone, "model"].to_numpy(dtype=np.float64)),
        between={name: {arm: _between(labels, values, arm, seed) for arm in ARMS} for name, values in rated.items()},
        within={
            name: None if values is None else within_readers(labels, values[WITHOUT], values[WITH], seed)
            for name, values in rated.items()
        },
        seconds=None if seconds is None else compare_seconds(labels, seconds[WITHOUT], seconds[WITH], seed),
    )


def in_words(figures: ReaderFigures) -> str:
    """The report as Markdown."""
    told = f"{figures.readers} readers, {figures.cases} cases that all of them rated without and with the model"
    lines = ["# Reader study", "", f"{told}, {figures.impaired} of them impaired."]
    if figures.left_out:
        lines += ["", f"{figures.left_out} cases are left out: somebody did not rate them in both sessions."]
    auc, by_reader = figures.auc, figures.auc_by_reader
    rows: list[tuple[str, ...]] = [
        (f"reader {number}", _short(without), _short(helped), f"{helped.value - without.value:+.2f}")
        for number, (without, helped) in enumerate(zip(by_reader[WITHOUT], by_reader[WITH], strict=True), start=1)
    ]
    rows += [("**mean**", _short(auc.without), _short(auc.with_model), _short(auc.difference, signed=True))]
    rows += [("the model alone", "", f"{figures.model_auc:.2f}", "")]
    lines += ["", "## AUC", "", *markdown_lines(["", "without the model", "with the model", "difference"], rows)]
    names = {"answer": f"impaired from {CALLED:.0f}%", "mta_right": "MTA right", "mta_left": "MTA left"}
    rows = [
        (names[name], _short(arms[WITHOUT]), _short(arms[WITH]), _short(figures.within[name]))
        for name, arms in figures.between.items()
        if any(one is not None for one in (*arms.values(), figures.within[name]))
    ]
    heads = ["kappa", "between readers, without", "between readers, with", "each reader, without and with"]
    lines += ["", "## Agreement", "", *markdown_lines(heads, rows), "", _KAPPA]
    lines += ["", "## Time", ""]
    if figures.seconds is None:
        lines += ["Not noted for every reading."]
    else:
        row = [_short(one, "s") for one in (figures.seconds.without, figures.seconds.with_model, figures.seconds.difference)]
        lines += markdown_lines(["seconds a case, mean", "without the model", "with the model", "difference"], [("", *row)])
    return "\n".join([*lines, "", _ORIGIN, ""])


_KAPPA = (
    "MTA: weighted by the square of the difference. Not defined: with one reader, or where a reader gave every case the same. "
    "MTA counts where every reading has one."
)
_ORIGIN = (
    "95% intervals: a reader's own over cases; means and differences from a bootstrap over readers and cases at once, cases "
    "resampled within each label. Few readers make them wide, and rightly so: they speak for other readers, too."
)


def _complete(ratings: pd.DataFrame, name: str) -> list[str]:
    """The participants of whom every reading has this value."""
    known = ratings.groupby("subject")[name].apply(lambda values: bool(values.notna().all()))
    return sorted(known.index[known])


def _matrix(ratings: pd.DataFrame, name: str, arm: str, subjects: list[str]) -> Ratings:
    wide = ratings[ratings["arm"] == arm].pivot(index="reader", columns="subject", values=name)
    return np.asarray(wide.loc[:, subjects].to_numpy(dtype=np.float64))


def _if_rated(ratings: pd.DataFrame, name: str, subjects: list[str]) -> dict[str, Ratings] | None:
    """By arm; None where a reading lacks it."""
    if not set(subjects) <= set(_complete(ratings, name)):
        return None
    return {arm: _matrix(ratings, name, arm, subjects) for arm in ARMS}


def _between(labels: Labels, values: dict[str, Ratings] | None, arm: str, seed: int) -> Interval | None:
    return None if values is None else between_readers(labels, values[arm], seed)


def _short(interval: Interval | None, unit: str = "", *, signed: bool = False) -> str:
    if interval is None:
        return "not defined"
    digits = 0 if unit else 2
    sign = "+" if signed else ""
    value = f"{interval.value:{sign}.{digits}f}{f' {unit}' if unit else ''}"
    return f"{value} ({interval.low:{sign}.{digits}f} to {interval.high:{sign}.{digits}f})"
