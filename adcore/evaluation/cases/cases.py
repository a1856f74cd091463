"""Participants one by one: a model's answers, and what else is known of each. Draws nothing."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from adcore.evaluation.cases.age_bands import age_bands
from adcore.model.card_schema import CDR
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.names import BRANCHES, INPUTS

FUSED = "fused"
WORD = "word_"
DISAGREE = "disagree_"
LABEL_IS = "label_is"
"""The column of a table of predictions that says what its labels are: 'CDR above 0', 'diagnosis AD or MCI'."""

PARTICIPANTS_COLUMNS = ("session", "fold", "cdr", "age_years", "age_band", "sex", "reasons")


@dataclass(frozen=True, eq=False)
class Cases:
    """Participants with a model's answers.

    Attributes:
        table: one row per participant: subject, label (1 impaired, 0 not, NaN unknown), `p_<inputs>_<branch>`,
            `word_<inputs>` (the program's answer in words, a Category; empty where there is none), `disagree_<inputs>` (whether
            the branches disagree; where a table lacks it, the probabilities decide alone), and PARTICIPANTS_COLUMNS, empty where
            unknown.
        origin: where these probabilities come from, in a sentence.
        undecided: when a case counts as inconclusive, in a sentence.
        seen_in_training: whether the shipped model was trained on these participants.
        truth: the reference standard, for the axis of a chart.
    """

    table: pd.DataFrame
    origin: str
    undecided: str
    seen_in_training: bool
    truth: str = CDR.truth

    def inputs(self) -> list[str]:
        """Those with probabilities, in the order of INPUTS."""
        return [inputs for inputs in INPUTS if self.branches(inputs)]

    def branches(self, inputs: str) -> list[str]:
        """Those with a probability for these inputs, the fusion first."""
        return [branch for branch in BRANCHES if self.table.get(f"{CHANCE}{inputs}_{branch}", pd.Series()).notna().any()]

    def chances_of(self, subject: str) -> pd.DataFrame:
        """One participant's probabilities: a row for each branch, a column for each inputs; NaN where there is none."""
        row = self.table.set_index("subject").loc[subject]
        given = {inputs: [row.get(f"{CHANCE}{inputs}_{branch}") for branch in BRANCHES] for inputs in self.inputs()}
        return pd.DataFrame(given, index=list(BRANCHES), dtype=float)

    def trained_on(self, participants: Collection[str]) -> int:
        """How many of them the current model, or the one that classified them, was trained on.

        Args:
            participants: those the current model was trained on.
        """
        marked = self.table.get("seen_in_training", pd.Series("no", index=self.table.index)) == "yes"
        return int((marked | self.table["subject"].isin(participants)).sum())

    def with_participants(self, participants: pd.DataFrame) -> "Cases":
        """Fill in session, CDR, age and sex from a cohort's table, one row per `person`; known values stay."""
        found = participants.set_index("person").reindex(self.table["subject"]).reset_index()
        if "age_years" in found:
            found["age_band"] = age_bands(found["age_years"])
        names = [name for name in PARTICIPANTS_COLUMNS if name in found.columns]
        filled = {name: self.table[name].astype(object).where(self.table[name].notna(), found[name]) for name in names}
        table = self.table.assign(**filled).astype({"cdr": float, "age_years": float})
        return replace(self, table=table)
