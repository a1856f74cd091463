"""The report's part on one group of people: numbers, charts by inputs, metrics, subgroups, and the people themselves."""

from html import escape

import numpy as np
import pandas as pd

from adcore.charts import (
    ForestRow,
    confusion_chart,
    coverage_chart,
    forest_chart,
    precision_recall_chart,
    reliability_chart,
    roc_chart,
)
from adcore.evaluation.cohort.evaluated import Group
from adcore.evaluation.cohort.figures import Figures, best_inputs, known_chances
from adcore.evaluation.cohort.html import markup
from adcore.model.card import ModelCard
from adcore.model.card_schema import Coverage, Subgroup
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.metrics import Confusion
from adcore.statistics.names import BRANCHES, INPUTS, METRICS
from adcore.words import percent

FRACTIONS = ("probability", "low", "high", "training_distance")


def group_section(group: Group, card: ModelCard) -> str:
    """Everything on one group."""
    figures = group.figures
    parts = [f"<h2>{escape(group.title)}</h2>", markup.paragraph(group.note)]
    if group.loud:
        parts.append(markup.warning("Seen in training.", group.loud))
    parts.append(markup.tiles(_numbers(figures)))
    parts += [markup.paragraph(sentence) for sentence in figures.missing]
    for place, inputs in enumerate(inputs for inputs in best_inputs(group.participants) if inputs in figures.metrics):
        title = f"All branches together, given {INPUTS.get(inputs, inputs)}"
        parts.append(markup.details(title, _by_inputs(group, inputs, card.threshold), opened=place == 0))
    if figures.metrics:
        parts.append(markup.details("Every metric, by inputs and branch", _metrics(group)))
    return "".join(parts)


def _numbers(figures: Figures) -> dict[str, str]:
    numbers = {
        "participants": str(figures.participants),
        "with a label": str(figures.labelled),
        "of these impaired (CDR above 0)": str(figures.impaired),
    }
    numbers |= {str(answer): str(count) for answer, count in figures.answers.items()}
    if figures.right is not None:
        numbers["verbal answers that were right"] = percent(figures.right.value)
    return numbers


def _by_inputs(group: Group, inputs: str, threshold: float) -> str:
    labels, chances = known_chances(group.participants, inputs)
    counts = Confusion(**group.figures.confusion[inputs]["fused"])
    coverage = group.figures.coverage.get(inputs)
    drawn = []
    if labels.any() and not labels.all():
        drawn += [
            markup.chart("ROC", "Shaded: 95% of resamples of people.", roc_chart(labels, chances, threshold)),
            markup.chart(
                "Precision and recall",
                "Depends on how many are impaired here; another clinic has another curve.",
                precision_recall_chart(labels, chances, threshold),
            ),
        ]
    drawn.append(markup.chart("Confusion matrix", f"At the threshold of {threshold:g}.", confusion_chart(counts)))
    drawn.append(
        markup.chart("Calibration", "Numbers are people; bars are Wilson's 95% intervals.", reliability_chart(labels, chances))
    )
    drawn.append(
        markup.chart(
            "Coverage and accuracy",
            "How often the calls are right if only the surest people get one.",
            coverage_chart(labels, chances, threshold, _decided(coverage)),
        )
    )
    parts = group.figures.subgroups.get(inputs, {})
    rows = [
        ForestRow(name, part.auc.value, part.auc.low, part.auc.high, f"{part.impaired} of {part.participants} impaired")
        for name, part in parts.items()
        if part.auc is not None
    ]
    if rows:
        drawn.append(markup.chart("Subgroups", "AUC with 95% intervals.", forest_chart(rows, "AUC", 0.5)))
    body = markup.charts(drawn)
    if coverage is not None:
        body += markup.paragraph(_coverage_sentence(coverage))
    return body + (_subgroup_table(parts) if rows else "")


def _decided(coverage: Coverage | None) -> tuple[float, float] | None:
    if coverage is None or coverage.accuracy_decided is None:
        return None
    return coverage.decided.value, coverage.accuracy_decided.value


def _coverage_sentence(coverage: Coverage) -> str:
    decided = "" if coverage.accuracy_decided is None else f", {markup.interval(coverage.accuracy_decided)} of them rightly"
    return (
        f"The conformal limits promise {percent(coverage.stated)} and kept the true answer possible for a share of "
        f"{markup.interval(coverage.overall)}: {markup.interval(coverage.impaired)} of the impaired, "
        f"{markup.interval(coverage.unimpaired)} of the unimpaired. They decide a share of "
        f"{markup.interval(coverage.decided)}{decided}; for {coverage.both} people both answers stayed possible, "
        f"for {coverage.neither} neither."
    )


def _subgroup_table(parts: dict[str, Subgroup]) -> str:
    rows = [
        [
            name,
            str(part.participants),
            str(part.impaired),
            markup.interval(part.auc),
            markup.interval(part.sensitivity),
            markup.interval(part.specificity),
        ]
        for name, part in parts.items()
    ]
    return markup.table(["subgroup", "participants", "impaired", "AUC", "sensitivity", "specificity"], rows)


def _metrics(group: Group) -> str:
    rows = [
        [INPUTS.get(inputs, inputs), BRANCHES.get(branch, branch), *(markup.interval(found.get(name)) for name in METRICS)]
        for inputs in best_inputs(group.participants)
        for branch, found in group.figures.metrics.get(inputs, {}).items()
    ]
    return markup.table(["given", "branch", *METRICS.values()], rows)


def participants_section(participants: pd.DataFrame) -> str:
    """The people one by one, in a table that can be sorted."""
    columns = [name for name in participants.columns if name != "fold"]
    rows = [
        [_shown(name, value) for name, value in zip(columns, row, strict=True)] for row in participants[columns].to_numpy(object)
    ]
    names = [name.removeprefix(CHANCE).replace("_", " ") for name in columns]
    return markup.table(names, rows, sortable=True)


def _shown(name: str, value: object) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3f}" if name.startswith(CHANCE) or name in FRACTIONS else f"{value:g}"
