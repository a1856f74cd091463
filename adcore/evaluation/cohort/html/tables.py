"""Contents of the report's tables and tiles, as text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adcore import words
from adcore.evaluation.cohort.answers import ANSWERS, AnswerShare, wrong
from adcore.evaluation.cohort.beside import BesideCard, Rival
from adcore.evaluation.cohort.figures import Figures
from adcore.model.card_schema import MetricInterval, Participants, Spread
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.names import METRICS
from adcore.words import percent

MARK, WRONG_MARK = "answer", "wrong"

FRACTIONS = ("probability", "low", "high", "training_distance")


@dataclass(frozen=True)
class Table:
    """Headings, and rows of as many cells."""

    headings: list[str]
    rows: list[list[str]]


FIRST = ("subject", "session", "label", "category", MARK, "probability", "low", "high", "reasons")
"""Columns that stay in sight."""


def participants_table(participants: pd.DataFrame) -> Table:
    """The participants one by one; MARK says "wrong" where the verbal answer contradicts the label."""
    if "category" in participants and "label" in participants:
        participants = participants.assign(**{MARK: np.where(wrong(participants), WRONG_MARK, "")})
    columns = [name for name in FIRST if name in participants]
    columns += [name for name in participants.columns if name not in ("fold", *columns)]
    rows = [
        [_shown(name, value) for name, value in zip(columns, row, strict=True)] for row in participants[columns].to_numpy(object)
    ]
    return Table([name.removeprefix(CHANCE).replace("_", " ") for name in columns], rows)


def answer_table(found: dict[str, dict[str, AnswerShare]]) -> Table:
    """Verbal answers by label: '3: 15% (5 to 36%)'; an answer that nobody got is left out."""
    answers = [answer for answer in ANSWERS if any(row[answer].participants for row in found.values())]
    rows = []
    for label, row in found.items():
        total = sum(one.participants for one in row.values())
        rows.append([label, str(total), *(row[answer].text for answer in answers)])
    return Table(["label", "participants", *answers], rows)


def beside_card_table(found: Sequence[BesideCard], inputs: str) -> Table:
    """Metrics here, on the card, and their difference."""
    rows = [
        [METRICS[one.metric], interval(one.here), interval(one.card), signed(one.difference)]
        for one in found
        if one.inputs == inputs
    ]
    return Table(["metric", "this cohort", "card, out of fold", "difference"], rows)


def rivals_table(found: Sequence[Rival], inputs: str) -> Table:
    """The fused answer and each simple model on the same participants."""
    rows = [
        [
            rival.name,
            str(rival.participants),
            interval(rival.fused),
            interval(rival.auc),
            signed(rival.comparison.difference),
            signed(rival.comparison.log_loss),
            signed(rival.comparison.brier),
        ]
        for rival in found
        if rival.comparison.inputs == inputs
    ]
    headings = ["simple model", "participants", "AUC, fused", "AUC, simple"]
    return Table([*headings, "difference in AUC", "in log loss", "in Brier score"], rows)


def signed(found: MetricInterval | None) -> str:
    """'+0.03 (-0.02 to +0.08)', or a dash."""
    return "–" if found is None else words.interval(found.value, found.low, found.high, "+.2f")


def tiles(figures: Figures, positive: str) -> dict[str, str]:
    """A group's counts, by what is counted; `positive` says what the label is."""
    numbers = {
        "participants": str(figures.participants),
        "with a label": str(figures.labelled),
        f"of these {positive}": str(figures.impaired),
    }
    numbers |= {str(answer): str(count) for answer, count in figures.answers.items()}
    if figures.right is not None:
        numbers["verbal answers that were correct"] = percent(figures.right.value)
    return numbers


def interval(found: MetricInterval | None) -> str:
    """'0.82 (0.75 to 0.88)', or a dash."""
    return "–" if found is None else words.interval(found.value, found.low, found.high)


def intervals(metrics: dict[str, MetricInterval]) -> list[str]:
    """Every metric in the order of METRICS."""
    return [interval(metrics.get(name)) for name in METRICS]


def spread_texts(spreads: dict[str, Spread]) -> list[str]:
    """Every metric over repeats, in the order of METRICS: '0.79 ± 0.01 (0.77 to 0.81)'."""
    found = [spreads.get(name) for name in METRICS]
    return ["–" if one is None else f"{one.mean:.2f} ± {one.sd:.2f} ({one.least:.2f} to {one.greatest:.2f})" for one in found]


def hashed(participants: Participants) -> str:
    """'126 (0a1b2c3d4e5f)': number, and the beginning of the hash."""
    return f"{participants.participants} ({participants.sha256[:12]})"


def _shown(name: str, value: object) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3f}" if name.startswith(CHANCE) or name in FRACTIONS else f"{value:g}"
