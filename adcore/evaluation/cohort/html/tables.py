"""Contents of the report's tables and tiles, as text."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from adcore import words
from adcore.evaluation.cohort.figures import Figures
from adcore.model.card_schema import MetricInterval, Participants, Spread
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.names import METRICS
from adcore.words import percent

FRACTIONS = ("probability", "low", "high", "training_distance")


@dataclass(frozen=True)
class Table:
    """Headings, and rows of as many cells."""

    headings: list[str]
    rows: list[list[str]]


def participants_table(participants: pd.DataFrame) -> Table:
    """The participants one by one."""
    columns = [name for name in participants.columns if name != "fold"]
    rows = [
        [_shown(name, value) for name, value in zip(columns, row, strict=True)] for row in participants[columns].to_numpy(object)
    ]
    return Table([name.removeprefix(CHANCE).replace("_", " ") for name in columns], rows)


def tiles(figures: Figures) -> dict[str, str]:
    """A group's counts, by what is counted."""
    numbers = {
        "participants": str(figures.participants),
        "with a label": str(figures.labelled),
        "of these impaired (CDR above 0)": str(figures.impaired),
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
