"""The design of a reader study: which reader reads which case with the model, when, in which order and under which code.

A crossover: every reader reads every case twice, once without and once with the model, in two sessions. Which half of the cases
comes with the model first is swapped between readers, and each half holds its share of impaired participants.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

WITHOUT, WITH = "without", "with"
SESSIONS = (1, 2)
LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
"""No letter or digit that looks like another."""

CODE_LENGTH = 4


def choose_cases(labels: pd.Series, count: int | None, seed: int) -> list[str]:
    """Participants for a study: all, or so many, with both labels as even as the cohort allows; in a random order.

    Args:
        labels: 1 impaired, 0 not, by participant.
    """
    generator = np.random.default_rng([seed, 0])
    groups = [generator.permutation(labels.index[labels == value]) for value in (0, 1)]
    if count is not None and count < len(labels):
        half = min(count // 2, len(groups[1]))
        unimpaired = min(count - half, len(groups[0]))
        groups = [groups[0][:unimpaired], groups[1][: count - unimpaired]]
    return [str(one) for one in generator.permutation(np.concatenate(groups))]


def design(subjects: Sequence[str], labels: pd.Series, readers: int, seed: int) -> pd.DataFrame:
    """One row a reading: reader, session, place (from 1), code, subject, arm.

    A case has another code in every session of every reader, so nobody recognises one by it.
    """
    generator = np.random.default_rng([seed, 2])
    first_half = _half(subjects, labels, generator)
    codes = _codes(len(subjects) * readers * len(SESSIONS), generator)
    rows: list[tuple[int, int, int, str, str, str]] = []
    for reader in range(1, readers + 1):
        for session in SESSIONS:
            for place, subject in enumerate(generator.permutation(list(subjects)), start=1):
                helped = (subject in first_half) ^ (reader % 2 == 0) ^ (session == 2)
                rows.append((reader, session, place, codes[len(rows)], str(subject), WITH if helped else WITHOUT))
    return pd.DataFrame(rows, columns=["reader", "session", "place", "code", "subject", "arm"])


def _half(subjects: Sequence[str], labels: pd.Series, generator: np.random.Generator) -> set[str]:
    """Half of those of each label; the odd one of the second label goes where fewer are."""
    chosen: set[str] = set()
    for value in (0, 1):
        members = generator.permutation([one for one in subjects if labels[one] == value])
        size = len(members) // 2 if value == 0 else len(subjects) // 2 - len(chosen)
        chosen |= {str(one) for one in members[:size]}
    return chosen


def _codes(count: int, generator: np.random.Generator) -> list[str]:
    places = generator.choice(len(LETTERS) ** CODE_LENGTH, count, replace=False)
    digits = [[place // len(LETTERS) ** power % len(LETTERS) for power in range(CODE_LENGTH)] for place in places]
    return ["".join(LETTERS[digit] for digit in code) for code in digits]
