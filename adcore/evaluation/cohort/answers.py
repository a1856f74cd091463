"""What was answered to whom: every verbal answer by label, with its share of the label and an interval."""

from dataclasses import dataclass

import pandas as pd

from adcore.evaluation.cohort.predictions import NO_ANSWER
from adcore.model.card_schema import MetricInterval
from adcore.predict import Category
from adcore.statistics.intervals import as_metric, share
from adcore.words import percent_interval

ANSWERS = (Category.IMPAIRED.value, Category.INCONCLUSIVE.value, Category.UNIMPAIRED.value, NO_ANSWER)

LABELS = {1: "impaired", 0: "unimpaired"}

WRONG = {1: Category.UNIMPAIRED.value, 0: Category.IMPAIRED.value}
"""By label, the answer that contradicts it."""


@dataclass(frozen=True)
class AnswerShare:
    """How many of a label got an answer, and their share of the label with Wilson's 95% interval."""

    participants: int
    share: MetricInterval

    @property
    def stated(self) -> str:
        """'15% (5 to 36%)'."""
        return percent_interval(self.share.value, self.share.low, self.share.high)

    @property
    def text(self) -> str:
        """'3: 15% (5 to 36%)'."""
        return f"{self.participants}: {self.stated}"


def answers_by_label(known: pd.DataFrame) -> dict[str, dict[str, AnswerShare]]:
    """By label, then answer; a label that nobody has is absent.

    Args:
        known: labelled participants with `label` and `category`.
    """
    found = {}
    for label, name in LABELS.items():
        given = known.loc[known["label"] == label, "category"]
        if len(given):
            counts = {answer: int((given == answer).sum()) for answer in ANSWERS}
            found[name] = {answer: AnswerShare(count, as_metric(share(count, len(given)))) for answer, count in counts.items()}
    return found


def wrong(participants: pd.DataFrame) -> pd.Series:
    """Whether each participant's verbal answer contradicts the label."""
    return participants["category"] == participants["label"].map(WRONG)


def wrong_sentences(table: dict[str, dict[str, AnswerShare]]) -> list[str]:
    """'3 of 20 impaired were called likely unimpaired: 15% (5 to 36%).'"""
    sentences = []
    for label, name in LABELS.items():
        if name in table:
            one = table[name][WRONG[label]]
            total = sum(answer.participants for answer in table[name].values())
            sentences.append(f"{one.participants} of {total} {name} were called {WRONG[label]}: {one.stated}.")
    return sentences
