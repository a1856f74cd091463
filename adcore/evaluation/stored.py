"""What a model folder keeps of the people it was made from: out-of-fold predictions, and who was pretrained on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd

from adcore.card import FOLDS_FILE, PRETRAINING_FILE, REPEATS_FILE
from adcore.errors import ModelError


@dataclass(frozen=True, eq=False)
class StoredPredictions:
    """The tables of a model folder.

    Attributes:
        folds: subject, fold, label, logits and probabilities, one row a labelled person.
        repeats: the same for every repeat of the cross-validation, with a column `repeat`; None where there were none.
        pretraining: people whose scans were used for pretraining only; None where the folder does not say.
    """

    folds: pd.DataFrame
    repeats: pd.DataFrame | None
    pretraining: frozenset[str] | None

    @property
    def trained_on(self) -> frozenset[str]:
        """The people whose labels the weights have seen."""
        return frozenset(self.folds["subject"])

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read them.

        Raises:
            ModelError: folds.csv is missing, or a table lacks a column.
        """
        folds = _table(folder / FOLDS_FILE, ("subject", "fold", "label"))
        if folds is None:
            raise ModelError(
                f"Expected the stored predictions {folder.name}/{FOLDS_FILE}, but there are none. Restore the folder."
            )
        repeats = _table(folder / REPEATS_FILE, ("subject", "fold", "label", "repeat"))
        pretraining = _table(folder / PRETRAINING_FILE, ("subject",))
        return cls(folds, repeats, None if pretraining is None else frozenset(pretraining["subject"]))


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame | None:
    if not path.is_file():
        return None
    table = pd.read_csv(path, dtype={"subject": str})
    lacking = [name for name in columns if name not in table.columns]
    if lacking:
        raise ModelError(f"{path.parent.name}/{path.name} has no column {', '.join(lacking)}. Restore the model folder.")
    return table
