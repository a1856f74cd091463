"""Counterfactuals: the answer over the plausible values of each field, and the most informative unknown field."""

from dataclasses import dataclass

from adcore.answer.prediction import Answer, Category
from adcore.case.clinical import FIELDS, ClinicalRecord
from adcore.explain.what_if_values import Value, occurrence, plausible_values
from adcore.model.calibration import Estimate
from adcore.model.card_schema import ConformalLimits
from adcore.networks.late_fusion import ScanFeatures
from adcore.predict import Predictor, inputs_of
from adcore.volumetry.wide_ventricles import Ventricles


@dataclass(frozen=True)
class FieldCurve:
    """The answer at each plausible value of one field, everything else unchanged.

    Attributes:
        field: its name; `known` is its value, None where it is unknown.
        values, estimates, categories: the tried values in order, and the answer at each.
        shares: of the training participants at each value; equal where `counted` is False, since the card does not say.
        limits: the conformal limits that apply once the field is known; None where the card has none.
        change: mean absolute change of the probability, weighted by `shares`.
        turns: share of participants at whose value the category would change.
    """

    field: str
    known: Value | None
    values: tuple[Value, ...]
    estimates: tuple[Estimate, ...]
    categories: tuple[Category, ...]
    shares: tuple[float, ...]
    counted: bool
    limits: ConformalLimits | None
    change: float
    turns: float

    @property
    def runs(self) -> tuple[tuple[Value, Value, Category], ...]:
        """Neighbouring values with one category, as first, last and category."""
        runs: list[tuple[Value, Value, Category]] = []
        for value, category in zip(self.values, self.categories, strict=True):
            if runs and runs[-1][2] is category:
                runs[-1] = (runs[-1][0], value, category)
            else:
                runs.append((value, value, category))
        return tuple(runs)


@dataclass(frozen=True)
class WhatIf:
    """The curves of all fields around one answer.

    Attributes:
        present, category: the answer itself.
        threshold: of the category.
        curves: by field, in the order of the form; without those with which the model is silent.
        participants: labelled training participants, whose values weight the curves; None where the card does not say.
    """

    present: Estimate
    category: Category
    threshold: float
    curves: tuple[FieldCurve, ...]
    participants: int | None

    @property
    def most_informative(self) -> FieldCurve | None:
        """The unknown field that would change the probability most on average; None where all are known."""
        unknown = [curve for curve in self.curves if curve.known is None]
        return max(unknown, key=lambda curve: curve.change, default=None)


def what_if(
    features: ScanFeatures | None, record: ClinicalRecord, predictor: Predictor, ventricles: Ventricles | None = None
) -> WhatIf:
    """Predict again with each field at each of its plausible values; the convolutions are not repeated.

    Args:
        ventricles: as Predictor.predict takes them.
    Raises:
        ClinicalRecordError: there is neither a scan nor a clinical field.
    """
    values_of = {spec.name: plausible_values(spec.name, predictor.card) for spec in FIELDS}
    scan = features is not None
    tried = {
        name: values
        for name, values in values_of.items()
        if predictor.can_answer(record.model_copy(update={name: values[0]}), scan)
    }
    records = [record.model_copy(update={name: value}) for name, values in tried.items() for value in values]
    present, *answers = predictor.answers(features, [record, *records], ventricles, mmse_error=True)
    in_turn = iter(answers)
    curves = tuple(
        _curve(name, values, [next(in_turn) for _ in values], present, record, scan, predictor) for name, values in tried.items()
    )
    participants = predictor.card.data.get("labelled_participants")
    return WhatIf(present.fused, present.category, predictor.card.threshold, curves, participants)


def _curve(
    field: str,
    values: tuple[Value, ...],
    answers: list[Answer],
    present: Answer,
    record: ClinicalRecord,
    scan: bool,
    predictor: Predictor,
) -> FieldCurve:
    shares = occurrence(field, values, predictor.card)
    inputs = inputs_of(record.model_copy(update={field: values[0]}), scan)
    return FieldCurve(
        field=field,
        known=getattr(record, field),
        values=values,
        estimates=tuple(answer.fused for answer in answers),
        categories=tuple(answer.category for answer in answers),
        shares=shares,
        counted=bool(predictor.card.field_values.get(field)),
        limits=predictor.card.conformal.get(inputs),
        change=sum(
            share * abs(answer.fused.probability - present.fused.probability)
            for share, answer in zip(shares, answers, strict=True)
        ),
        turns=sum(share for share, answer in zip(shares, answers, strict=True) if answer.category is not present.category),
    )
