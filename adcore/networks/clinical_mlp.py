"""The clinical branch: fields coded with a mask of the known ones, and a small multilayer perceptron."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from adcore.case.clinical import FIELDS, ClinicalRecord, Sex
from adcore.model.card_schema import MeasureCard

CLINICAL_VECTOR = 16

MMSE = [spec.name for spec in FIELDS].index("mmse")
"""Column of MMSE in a coded record."""

# Centre and spread for the coded fields: round numbers near the labelled OASIS-1 cohort, fixed so that a code keeps its meaning.
_SCALE = {
    "age_years": (75.0, 10.0),
    "sex": (0.5, 0.5),
    "education_years": (3.0, 1.4),
    "ses": (2.5, 1.1),
    "mmse": (27.0, 3.5),
}


def encode(records: Sequence[ClinicalRecord], measures: Sequence[MeasureCard] = ()) -> tuple[Tensor, Tensor]:
    """Code records as numbers near unit scale.

    Args:
        measures: what the model reads beside the usual fields.
    Returns:
        values (B, F), 0 where unknown, and known (B, F) as 0 or 1; F in the order of clinical.FIELDS, then of the measures.
    """
    known = [
        [*(getattr(record, spec.name) is not None for spec in FIELDS), *(one.name in record.measures for one in measures)]
        for record in records
    ]
    coded = [
        [*(_coded(spec.name, getattr(record, spec.name)) for spec in FIELDS), *(_measured(record, one) for one in measures)]
        for record in records
    ]
    shape = len(records), len(FIELDS) + len(measures)
    return torch.tensor(coded, dtype=torch.float32).reshape(shape), torch.tensor(known, dtype=torch.float32).reshape(shape)


def education_level(years: float) -> int:
    """Years of education as OASIS-1's five levels: 1 below high school, 2 high school, 3 some college, 4 college, 5 beyond."""
    return 1 + sum(years >= limit for limit in (12, 13, 16, 17))


def _coded(name: str, value: float | Sex | None) -> float:
    centre, spread = _SCALE[name]
    return 0.0 if value is None else (_number(name, value) - centre) / spread


def _measured(record: ClinicalRecord, measure: MeasureCard) -> float:
    return measure.coded(record.measures[measure.name]) if measure.name in record.measures else 0.0


def _number(name: str, value: float | Sex) -> float:
    if isinstance(value, Sex):
        return float(value is Sex.MALE)
    return float(education_level(value)) if name == "education_years" else value


class ClinicalMLP(nn.Module):
    """Coded fields to a vector and logits of its own."""

    def __init__(self, fields: int = len(FIELDS), dropout: float = 0.2):
        super().__init__()
        width = 2 * fields
        self.body = nn.Sequential(nn.Linear(width, 32), nn.ReLU(), nn.Dropout(dropout), nn.Linear(32, CLINICAL_VECTOR), nn.Tanh())
        self.head = nn.Linear(CLINICAL_VECTOR, 2)

    def forward(self, values: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
        """Vector (B, 16) and logits (B, 2) of coded fields (B, F) and their mask (B, F)."""
        vector = self.body(torch.cat([values * known, known], dim=1))
        return vector, self.head(vector)
