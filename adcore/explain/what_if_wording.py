"""The effect of each field on the answer, in sentences for a clinician."""

from adcore.answer.prediction import Category
from adcore.case.clinical import FIELDS, Sex
from adcore.explain.what_if import FieldCurve, WhatIf
from adcore.explain.what_if_values import Value
from adcore.words import points

LABELS = {spec.name: spec.label for spec in FIELDS}
UNITS = {spec.name: spec.unit for spec in FIELDS}


def summary(curves: WhatIf) -> str:
    """Which unknown field would change the answer most, how far, and whether it could change the category."""
    curve = curves.most_informative
    if curve is None:
        return "Every clinical field is known: no missing field could change this answer."
    most = f"Of the unknown fields, {in_text(curve.field)} would be the most informative."
    return f"{most} {span(curve)} {turn(curve, curves.category)}"


def span(curve: FieldCurve) -> str:
    """The range of the probability over the field's plausible values, and its mean change."""
    places = sorted(range(len(curve.values)), key=lambda place: curve.estimates[place].probability)
    least, most = (_place(curve, place) for place in (places[0], places[-1]))
    weighting = "weighted by the values in training" if curve.counted else "with equal weights"
    return (
        f"Over its plausible values the probability would lie between {least} and {most}; "
        f"on average, {weighting}, it would change by {100 * curve.change:.0f} points."
    )


def turn(curve: FieldCurve, category: Category) -> str:
    """Whether knowing the field could change the category, and at which values."""
    if all(other is category for other in curve.categories):
        return f"At each of them the answer would remain '{category}'."
    listed = "; ".join(f"{_range(curve.field, first, last)}: {other}" for first, last, other in curve.runs)
    return f"By value: {listed}."


def in_words(field: str, value: Value) -> str:
    """'MMSE 26', 'age 74 years', 'female'."""
    if isinstance(value, Sex):
        return value.word
    return f"{in_text(field)} {value:g}{' ' + UNITS[field] if UNITS[field] == 'years' else ''}"


def in_text(field: str) -> str:
    """A field's label inside a sentence: 'age', but 'MMSE'."""
    label = LABELS[field]
    return label if label.isupper() else label[0].lower() + label[1:]


def _range(field: str, first: Value, last: Value) -> str:
    if isinstance(first, Sex):
        return first.word if first == last else "either"
    return f"{first:g}" if first == last else f"{first:g} to {last:g}"


def _place(curve: FieldCurve, place: int) -> str:
    """'12% (MMSE 30)'."""
    return f"{points(curve.estimates[place].probability)}% ({in_words(curve.field, curve.values[place])})"
