"""The result of an evaluation before it is written: groups of participants with their figures, and the provenance."""

from dataclasses import dataclass

import pandas as pd

from adcore.evaluation.card.verify import Finding
from adcore.evaluation.cohort.beside import Beside
from adcore.evaluation.cohort.figures import Figures
from adcore.model.card_schema import CDR, TargetCard


@dataclass(frozen=True, eq=False)
class Group:
    """One group of participants in the report.

    Attributes:
        key: as metrics.json names it.
        title, note: who they are, in words.
        loud: a warning to the reader; empty where there is none.
        participants: one row per participant.
        beside: the card's figures and simple models; None where a comparison would flatter the model, or be the card's own.
    """

    key: str
    title: str
    note: str
    loud: str
    participants: pd.DataFrame
    figures: Figures
    beside: Beside | None = None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The result of an evaluation.

    Attributes:
        findings: whether the card's figures are those of the stored predictions.
        groups: new participants, those seen in training, and those of the cross-validation.
        participants: one row per participant.
        left_out: a sentence for each session that could not be classified.
        target: what the labels are.
    """

    findings: list[Finding]
    groups: list[Group]
    participants: pd.DataFrame
    left_out: tuple[str, ...] = ()
    target: TargetCard = CDR


@dataclass(frozen=True)
class Provenance:
    """How a report was made, so that it can be reproduced. The digest is of the evaluated data; empty where none was given."""

    command: str
    created: str
    adcore_version: str
    model: str
    weights: dict[str, str]
    cohort: str
    cohort_digest: str
