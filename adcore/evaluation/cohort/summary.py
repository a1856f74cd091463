"""An evaluation in a few lines of text, for a terminal: the cohort's own result first, the check of the card last."""

from collections.abc import Iterator

from adcore.cohorts.target import labelled_words
from adcore.evaluation.cohort.answers import wrong_sentences
from adcore.evaluation.cohort.beside import Beside, BesideCard, Rival
from adcore.evaluation.cohort.evaluated import Evaluation, Group
from adcore.evaluation.cohort.figures import Figures, best_inputs
from adcore.model.card_schema import CDR, MetricInterval
from adcore.statistics.names import INPUTS, METRICS
from adcore.words import interval


def sentences(evaluation: Evaluation) -> list[str]:
    """An evaluation in lines of text."""
    target = evaluation.target
    lines = [] if target == CDR else [f"Label: {target.positive_words}, called impaired below; {labelled_words(target)}."]
    lines += [line for group in evaluation.groups for line in _group(group)]
    if evaluation.left_out:
        lines.append(f"{len(evaluation.left_out)} sessions were left out, first: {evaluation.left_out[0]}")
    lines.append("The card against its stored predictions:")
    return lines + [
        f"  {found.section.replace('_', ' '):19} {found.verdict.value:15} {found.detail}" for found in evaluation.findings
    ]


def difference_from_card(one: BesideCard) -> str:
    """'AUC 0.83 (0.70 to 0.93), on the card 0.87 (0.81 to 0.92), difference -0.04 (-0.18 to 0.07)'."""
    name = METRICS[one.metric]
    return f"{name} {_told(one.here)}, on the card {_told(one.card)}, difference {_told(one.difference, '+.2f')}"


def difference_from_rival(rival: Rival) -> str:
    """'AUC 0.83 (...) beside 0.80 (...) of MMSE alone on the same 48 participants, difference +0.03 (...), in log loss ...'."""
    loss = rival.comparison.log_loss
    text = (
        f"AUC {_told(rival.fused)} beside {_told(rival.auc)} of {rival.name} on the same {rival.participants} participants, "
        f"difference {_told(rival.comparison.difference, '+.2f')}"
    )
    return text if loss is None else f"{text}, in log loss {_told(loss, '+.2f')}"


def reliability_sentence(figures: Figures, inputs: str) -> str:
    """How far the fused probabilities can be taken at their word; empty where they were not measured."""
    found = figures.reliability.get(inputs)
    if found is None:
        return ""
    error = figures.metrics[inputs]["fused"]["ece"]
    chance = found.ece_by_chance
    return (
        f"calibration: slope {_told(found.slope)}, intercept {_told(found.intercept, '+.2f')}, error (ECE) {_told(error)}, where "
        f"exact probabilities would show {chance.value:.2f} ({chance.low:.2f} to {chance.high:.2f}) by chance"
    )


def _group(group: Group) -> Iterator[str]:
    figures = group.figures
    loud = "SEEN IN TRAINING, no measure of quality" if group.loud else ""
    counts = f"{figures.participants} participants, {figures.labelled} labelled, {figures.impaired} impaired"
    yield f"{group.title}: {counts}. {loud}".strip()
    yield from (f"  {sentence}" for sentence in figures.missing)
    yield from (f"  {sentence}" for sentence in wrong_sentences(figures.answers_by_label))
    for inputs in [name for name in best_inputs(group.participants) if name in figures.metrics]:
        yield f"  Given {INPUTS[inputs]}:"
        yield from (f"    {line}" for line in _fused(figures, inputs, group.beside))
        for branch, found in figures.metrics[inputs].items():
            if "auc" in found and branch != "fused":
                yield f"    {branch:10} AUC {_told(found['auc'])}"


def _fused(figures: Figures, inputs: str, beside: Beside | None) -> Iterator[str]:
    compared = [] if beside is None else [one for one in beside.card if one.inputs == inputs]
    yield from (difference_from_card(one) for one in compared)
    found = figures.metrics[inputs].get("fused", {})
    if not compared and "auc" in found:
        yield f"AUC {_told(found['auc'])}"
    sentence = reliability_sentence(figures, inputs)
    if sentence:
        yield sentence
    yield from (difference_from_rival(rival) for rival in (beside.rivals if beside else []) if rival.comparison.inputs == inputs)


def _told(found: MetricInterval, digits: str = ".2f") -> str:
    return interval(found.value, found.low, found.high, digits)
