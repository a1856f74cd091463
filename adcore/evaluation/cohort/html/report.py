"""The whole report: each group of participants, the model's card, the participants one by one, and the provenance."""

from dataclasses import asdict
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from adcore.atomic import write_atomically
from adcore.cohorts.target import labelled_words
from adcore.evaluation.cohort.answers import wrong_sentences
from adcore.evaluation.cohort.evaluated import Evaluation, Provenance
from adcore.evaluation.cohort.figures import best_inputs
from adcore.evaluation.cohort.html import charts, tables
from adcore.evaluation.cohort.summary import reliability_sentence
from adcore.model.card import ModelCard
from adcore.statistics.names import BRANCHES, INPUTS, METRICS
from adcore.words import DISCLAIMER, percent


def write_report(path: Path, card: ModelCard, evaluation: Evaluation, provenance: Provenance) -> None:
    """Write one self-contained HTML file."""
    page = _environment().get_template("report.html").render(_content(card, evaluation, provenance))
    write_atomically(path, lambda file: file.write(page.encode()))


def _environment() -> Environment:
    """Templates with everything escaped, and a name that is missing an error."""
    environment = Environment(
        loader=PackageLoader("adcore.evaluation.cohort.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "hashed": tables.hashed,
        "interval": tables.interval,
        "percent": percent,
        "spaced": lambda name: name.replace("_", " "),
    }
    environment.globals |= {
        "BRANCHES": BRANCHES,
        "WRONG_MARK": tables.WRONG_MARK,
        "answer_table": tables.answer_table,
        "beside_card_table": tables.beside_card_table,
        "decision_chart": charts.decision_curve,
        "reliability_sentence": reliability_sentence,
        "rivals_table": tables.rivals_table,
        "wrong_sentences": wrong_sentences,
        "INPUTS": INPUTS,
        "METRICS": METRICS,
        "baselines_chart": charts.baselines_chart,
        "best_inputs": best_inputs,
        "controls_charts": charts.controls_charts,
        "group_charts": charts.group_charts,
        "intervals": tables.intervals,
        "spread_texts": tables.spread_texts,
        "tiles": tables.tiles,
    }
    return environment


def _content(card: ModelCard, evaluation: Evaluation, provenance: Provenance) -> dict[str, object]:
    labelled = {group.key: group.figures.labelled for group in evaluation.groups}
    made = {name: value for name, value in asdict(provenance).items() if name != "weights" and value}
    repeats = [one.repeats for branches in card.repeats.values() for found in branches.values() for one in found.values()]
    return {
        "title": f"Evaluation: model {provenance.model}" + (f", cohort {provenance.cohort}" if provenance.cohort else ""),
        "disclaimer": DISCLAIMER,
        "labelled": labelled_words(evaluation.target),
        "positive": evaluation.target.positive_words,
        "truth": evaluation.target.truth,
        "plotly": get_plotlyjs(),
        "card": card,
        "repeats": max(repeats, default=0),
        "findings": evaluation.findings,
        "groups": evaluation.groups,
        "only_seen_in_training": labelled.get("seen_in_training") and not labelled.get("new_participants"),
        "participants": tables.participants_table(evaluation.participants),
        "answered": "category" in evaluation.participants,
        "left_out": evaluation.left_out,
        "made": made,
        "weights": provenance.weights,
    }
