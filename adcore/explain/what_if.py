"""The answer over the plausible values of each field, and which unknown field has the most to say."""

from dataclasses import dataclass

from adcore.answer.prediction import Answer, Category
from adcore.case.clinical import FIELDS, ClinicalRecord
from adcore.explain.what_if_values import Value, occurrence, plausible_values
from adcore.model.calibration import Estimate
from adcore.model.card_schema import ConformalLimits
from adcore.networks.late_fusion import ScanFeatures
from adcore.predict import Predictor, inputs_of


@dataclass(frozen=True)
class FieldCurve:
    """The answer at each plausible value of one field, all else as it is.

    Attributes:
        field: its name; `known` is what it is, None where it is unknown.
        values, estimates, categories: what it is tried at, in order, and what the model then says.
        shares: of the people trained on, at each value; alike where `counted` is False, since the card does not say.
        limits: the conformal limits that apply once the field is known; None where the card has none.
        change: mean distance of the probability from the present one, weighted by `shares`.
        turns: share of people at whose value the category would be another than it is.
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
        found: list[tuple[Value, Value, Category]] = []
        for value, category in zip(self.values, self.categories, strict=True):
            if found and found[-1][2] is category:
                found[-1] = (found[-1][0], value, category)
            else:
                found.append((value, value, category))
        return tuple(found)


@dataclass(frozen=True)
class WhatIf:
    """Every field's curve around one answer.

    Attributes:
        present, category: the answer as it is.
        threshold: of the verbal answer.
        curves: by field, in the order of the form.
        people: labelled people of the training, whose values weigh the curves; None where the card does not say.
    """

    present: Estimate
    category: Category
    threshold: float
    curves: tuple[FieldCurve, ...]
    participants: int | None

    @property
    def most_informative(self) -> FieldCurve | None:
        """The unknown field that would move the probability most on average; None where all are known."""
        unknown = [curve for curve in self.curves if curve.known is None]
        return max(unknown, key=lambda curve: curve.change, default=None)


def what_if(features: ScanFeatures | None, record: ClinicalRecord, predictor: Predictor) -> WhatIf:
    """Judge a person again with each field at each of its plausible values; the convolutions are not run again.

    Raises:
        ClinicalRecordError: there is neither a scan nor a field.
    """
    tried = {spec.name: plausible_values(spec.name, predictor.card) for spec in FIELDS}
    records = [record.model_copy(update={name: value}) for name, values in tried.items() for value in values]
    present, *answers = predictor.answers(features, [record, *records])
    said = iter(answers)
    curves = tuple(
        _curve(name, values, [next(said) for _ in values], present, record, features is not None, predictor)
        for name, values in tried.items()
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
    with_it = inputs_of(record.model_copy(update={field: values[0]}), scan)
    return FieldCurve(
        field=field,
        known=getattr(record, field),
        values=values,
        estimates=tuple(answer.fused for answer in answers),
        categories=tuple(answer.category for answer in answers),
        shares=shares,
        counted=bool(predictor.card.field_values.get(field)),
        limits=predictor.card.conformal.get(with_it),
        change=sum(
            share * abs(answer.fused.probability - present.fused.probability)
            for share, answer in zip(shares, answers, strict=True)
        ),
        turns=sum(share for share, answer in zip(shares, answers, strict=True) if answer.category is not present.category),
    )
