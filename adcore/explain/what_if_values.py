"""The plausible values of each field, and how frequent they are among training participants."""

from collections.abc import Sequence

import numpy as np

from adcore.case.clinical import Sex
from adcore.model.card import ModelCard

Value = float | Sex

AGE_STEP = 3

PLAUSIBLE: dict[str, tuple[Value, ...]] = {
    "sex": tuple(Sex),
    "education_years": (10.0, 12.0, 14.0, 16.0, 18.0),  # one for each level that the network distinguishes
    "ses": (1.0, 2.0, 3.0, 4.0, 5.0),
    "mmse": tuple(float(points) for points in range(15, 31)),  # lower scores count with 15
}
"""Values to be expected in a memory clinic, set by judgement; ages are the training ages."""


def plausible_values(field: str, card: ModelCard) -> tuple[Value, ...]:
    """The values of a field to try, in order."""
    if field != "age_years":
        return PLAUSIBLE[field]
    youngest, oldest = card.age_years
    return tuple(float(age) for age in np.arange(np.ceil(youngest), oldest + 1e-6, AGE_STEP))


def occurrence(field: str, values: Sequence[Value], card: ModelCard) -> tuple[float, ...]:
    """The share of labelled participants at each value, each counted at the nearest; equal where the card does not say.

    Returns:
        shares that sum to 1.
    """
    counted = card.field_values.get(field, {})
    counts = np.zeros(len(values))
    for text, participants in counted.items():
        counts[_nearest(text, values)] += participants
    if not counts.any():
        counts += 1
    return tuple(float(share) for share in counts / counts.sum())


def _nearest(text: str, values: Sequence[Value]) -> int:
    if isinstance(values[0], Sex):
        return list(values).index(Sex(text))
    return int(np.argmin([abs(float(text) - float(value)) for value in values]))
