"""The report's part on the model itself: whether its figures can be computed again, baselines, controls, certificate, limits."""

from collections.abc import Sequence
from html import escape

from adcore.charts import ForestRow, forest_chart
from adcore.evaluation.card.verify import Finding
from adcore.evaluation.cohort.html import markup
from adcore.model.card import ModelCard
from adcore.model.card_schema import Certificate, Comparison, Control, MetricInterval, Spread
from adcore.statistics.names import BRANCHES, INPUTS, METRICS
from adcore.words import percent


def card_section(card: ModelCard, findings: Sequence[Finding]) -> str:
    """What the model's card says, and whether its stored predictions bear it out."""
    parts = [
        "<h2>The model</h2>",
        markup.paragraph(card.intended_use),
        markup.paragraph(f"Not for: {' '.join(card.not_for)}"),
        markup.paragraph(f"Reference standard: {card.reference_standard}"),
        "<h3>Its figures, computed again from the stored predictions</h3>",
        markup.table(
            ["section of the card", "computed again", "detail"],
            [[finding.section.replace("_", " "), finding.verdict.value, finding.detail] for finding in findings],
        ),
        "<h3>Beside simple models, out of fold</h3>",
        _rivals(card),
    ]
    if card.comparisons:
        parts += [_comparisons(card.comparisons), markup.paragraph(card.origins.get("comparisons", ""), "soft")]
    if card.repeats:
        parts += ["<h3>Over repeats of the cross-validation</h3>", _repeats(card.repeats)]
    parts += ["<h3>Controls</h3>", _controls(card.controls)]
    parts += ["<h3>Leakage certificate</h3>", _certificate(card.certificate)]
    limits = "".join(f"<li>{escape(limit)}</li>" for limit in card.limits)
    parts += ["<h3>Known limits</h3>", f"<ul>{limits}</ul>"]
    return "".join(parts)


def _rivals(card: ModelCard) -> str:
    fused = [
        _row(f"all together, given {INPUTS.get(inputs, inputs)}", branches["fused"]["auc"])
        for inputs, branches in card.metrics.items()
        if "fused" in branches
    ]
    simple = [_row(f"logistic regression on {name}", found["auc"], main=False) for name, found in card.baselines.items()]
    note = f"Filled: this model. Hollow: simple models on the same people and folds. {card.metrics_origin}"
    return markup.charts([markup.chart("AUC", note, forest_chart([*fused, *simple], "AUC", 0.5))])


def _row(name: str, found: MetricInterval, main: bool = True) -> ForestRow:
    return ForestRow(name, found.value, found.low, found.high, main=main)


def _comparisons(comparisons: Sequence[Comparison]) -> str:
    rows = [
        [
            INPUTS.get(one.inputs, one.inputs),
            BRANCHES.get(one.first, one.first),
            BRANCHES.get(one.second, one.second),
            markup.interval(one.difference),
            percent(one.above, 1),
        ]
        for one in comparisons
    ]
    return markup.table(["given", "first", "second", "difference in AUC", "first ahead in"], rows)


def _repeats(repeats: dict[str, dict[str, dict[str, Spread]]]) -> str:
    rows = [
        [
            INPUTS.get(inputs, inputs),
            BRANCHES.get(branch, branch),
            *(_spread(found[name]) for name in METRICS),
        ]
        for inputs, branches in repeats.items()
        for branch, found in branches.items()
    ]
    count = max(spread.repeats for branches in repeats.values() for found in branches.values() for spread in found.values())
    note = markup.paragraph(f"{count} repeats: mean ± standard deviation, least to greatest.", "soft")
    return note + markup.table(["given", "branch", *METRICS.values()], rows)


def _spread(spread: Spread) -> str:
    return f"{spread.mean:.2f} ± {spread.sd:.2f} ({spread.least:.2f} to {spread.greatest:.2f})"


def _controls(controls: dict[str, Control]) -> str:
    if not controls:
        return markup.paragraph("The card reports no controls.")
    areas = [_row(name, found.result) for name, found in controls.items() if found.metric == "auc" and found.result]
    drawn = markup.charts([markup.chart("Controls", "AUC with 95% intervals.", forest_chart(areas, "AUC", 0.5))]) if areas else ""
    rows = [
        [name, found.done, METRICS.get(found.metric, found.metric), markup.interval(found.result), found.expected]
        for name, found in controls.items()
    ]
    return drawn + markup.table(["control", "what was done", "measure", "result", "what one would expect"], rows)


def _certificate(certificate: Certificate | None) -> str:
    if certificate is None:
        return markup.paragraph("The card carries no certificate: it was made before there was one.")
    rows = [
        [
            str(split.repeat),
            str(split.fold),
            *(f"{side.participants} ({side.sha256[:12]})" for side in (split.fit, split.stop, split.test)),
            str(split.shared),
        ]
        for split in certificate.splits
    ]
    linked = f"{certificate.links} pairs of identifiers are known to be one person." if certificate.links else "No linked people."
    sentences = (
        f"{certificate.statement} {linked} Pretrained on: {certificate.pretraining.participants} people, "
        f"{certificate.pretraining_shared} of them tested."
    )
    headings = ["repeat", "fold", "learned from", "early stopping", "tested", "on two sides"]
    return markup.paragraph(sentences) + markup.details(
        "People of each split, with the hash of their list", markup.table(headings, rows)
    )
