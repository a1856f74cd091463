"""What an evaluation found, before it is written: groups of people with their figures, and what made it."""

from dataclasses import dataclass

import pandas as pd

from adcore.evaluation.card.verify import Finding
from adcore.evaluation.cohort.figures import Figures


@dataclass(frozen=True, eq=False)
class Group:
    """Some people of the report.

    Attributes:
        key: as metrics.json names it.
        title, note: what they are, in words.
        loud: what the reader must not miss; empty where there is nothing.
        people: one row a person.
    """

    key: str
    title: str
    note: str
    loud: str
    participants: pd.DataFrame
    figures: Figures


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was found.

    Attributes:
        findings: whether the card's figures are those of the stored predictions.
        groups: the people judged: new ones, those seen in training, and the cross-validation's own.
        people: one row a person.
        left_out: a sentence for each session that could not be judged.
    """

    findings: list[Finding]
    groups: list[Group]
    participants: pd.DataFrame
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """What made a report, so that it can be made again. Digests are of the data judged; empty where none was given."""

    command: str
    created: str
    adcore_version: str
    model: str
    weights: dict[str, str]
    cohort: str
    cohort_digest: str
