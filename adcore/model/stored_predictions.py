"""The tables of a model folder: out-of-fold predictions of its participants, and who was used for pretraining."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Self

import pandas as pd

from adcore.atomic import write_atomically
from adcore.case.identity import linked_names
from adcore.errors import ModelError
from adcore.model.card import FOLDS_FILE, PARTICIPANTS_FILE, PRETRAINING_FILE, REPEATS_FILE
from adcore.model.seal import read_sealed

SESSION = re.compile(r"_MR\d+$")
"""Suffix that OASIS appends to a participant's identifier for a session."""


class Use(StrEnum):
    """How a participant was used in training; the values of `seen_in_training`."""

    LABELLED = "yes"
    PRETRAINING = "pretraining only"
    NONE = "no"


@dataclass(frozen=True, eq=False)
class StoredPredictions:
    """The tables of a model folder.

    Attributes:
        folds: subject, fold, label, logits and probabilities, one row a labelled participant.
        repeats: the same for every repeat of the cross-validation, with a column `repeat`; None where there were none.
        pretraining: participants used for pretraining only; None where the folder does not say.
        participants: age band, sex and CDR of the labelled ones, by `subject`; None where the folder does not say.
    """

    folds: pd.DataFrame
    repeats: pd.DataFrame | None
    pretraining: frozenset[str] | None
    participants: pd.DataFrame | None = None

    def uses(self, participants: Iterable[str], links: Iterable[tuple[str, str]] = ()) -> list[Use]:
        """How each participant was used in training, recognised by any identifier that links lead to.

        Args:
            links: pairs of participants or sessions that are one participant.
        """
        participants, links = list(participants), list(links)
        spelled = {*participants, *(name for pair in links for name in pair)}
        names = linked_names([*links, *((name, SESSION.sub("", name)) for name in spelled)])
        return [self._use(names[participant]) for participant in participants]

    def _use(self, names: frozenset[str]) -> Use:
        if not names.isdisjoint(self.folds["subject"]):
            return Use.LABELLED
        return Use.PRETRAINING if self.pretraining is not None and names & self.pretraining else Use.NONE

    @staticmethod
    def write(folder: Path, folds: pd.DataFrame, repeats: pd.DataFrame) -> None:
        """Write folds.csv and repeats.csv, each whole or not at all; the folder needs a new seal then."""
        for name, table in ((FOLDS_FILE, folds), (REPEATS_FILE, repeats)):
            write_atomically(folder / name, partial(table.to_csv, index=False))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the tables of a model folder.

        Raises:
            ModelError: folds.csv is missing, or a table lacks a column or was changed since the folder was sealed.
        """
        folds = _table(folder / FOLDS_FILE, ("subject", "fold", "label"))
        if folds is None:
            raise ModelError(
                f"Expected the stored predictions {folder.name}/{FOLDS_FILE}, but there are none. Restore the folder."
            )
        repeats = _table(folder / REPEATS_FILE, ("subject", "fold", "label", "repeat"))
        pretraining = _table(folder / PRETRAINING_FILE, ("subject",))
        participants = _table(folder / PARTICIPANTS_FILE, ("subject", "age_band", "sex", "cdr"))
        return cls(folds, repeats, None if pretraining is None else frozenset(pretraining["subject"]), participants)


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame | None:
    if not path.is_file():
        return None
    table = pd.read_csv(io.BytesIO(read_sealed(path.parent, path.name)), dtype={"subject": str})
    lacking = [name for name in columns if name not in table.columns]
    if lacking:
        raise ModelError(f"{path.parent.name}/{path.name} has no column {', '.join(lacking)}. Restore the model folder.")
    return table
