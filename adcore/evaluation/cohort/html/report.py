"""The whole report: what was judged and by what, each group of people, the model's own card, and the people one by one."""

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

import pandas as pd

from adcore.evaluation.cohort.evaluated import Evaluation, Group, Provenance
from adcore.evaluation.cohort.html import markup
from adcore.evaluation.cohort.html.card import card_section
from adcore.evaluation.cohort.html.group import group_section, participants_section
from adcore.model.card import ModelCard

NOBODY_NEW = "Everyone with a label here took part in the training of these weights."


def write_report(path: Path, card: ModelCard, evaluation: Evaluation, provenance: Provenance) -> None:
    """Write one HTML file that needs nothing else."""
    groups = evaluation.groups
    title = f"Evaluation: model {provenance.model}" + (f", cohort {provenance.cohort}" if provenance.cohort else "")
    body = [
        _opening(groups),
        *(group_section(group, card) for group in groups),
        card_section(card, evaluation.findings),
        "<h2>The people, one by one</h2>",
        _legend(evaluation.participants),
        participants_section(evaluation.participants),
        _left_out(evaluation.left_out),
        "<h2>How this was made</h2>",
    ]
    made = {name: value for name, value in asdict(provenance).items() if name != "weights" and value}
    weights = [[f"sha256 of {name}", value] for name, value in provenance.weights.items()]
    body.append(markup.table(["", ""], [*([name.replace("_", " "), str(value)] for name, value in made.items()), *weights]))
    path.write_text(markup.page(title, "".join(body)), encoding="utf-8")


def _opening(groups: Sequence[Group]) -> str:
    listed = "; ".join(f"{group.title.lower()}: {group.figures.participants}" for group in groups)
    text = markup.paragraph(
        "Everyone counts once. Figures are of people of 60 and over with a CDR; a person without a CDR gets a prediction, and is "
        f"never counted as unimpaired. In this report are {listed}. Intervals are 95%."
    )
    labelled = {group.key: group.figures.labelled for group in groups}
    if labelled.get("seen_in_training") and not labelled.get("new_people"):
        text += markup.warning(NOBODY_NEW, "What they say of people they learned from does not tell how well they do.")
    return text


def _legend(participants: pd.DataFrame) -> str:
    answer = "" if "category" not in participants else "'probability' with 'low' and 'high' is the answer by everything known. "
    return markup.paragraph(f"{answer}The last columns are calibrated probabilities by inputs and branch. Headings sort.", "soft")


def _left_out(sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return markup.details(f"{len(sentences)} sessions could not be judged", f"<ul>{items}</ul>", opened=True)
