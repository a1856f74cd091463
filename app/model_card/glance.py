"""The card in short: one paragraph for the top of the page, and its main figures for the head of the performance."""

import streamlit as st

from adcore.answer.prediction import Branch
from adcore.evaluation.card.facts import baselines_beside
from adcore.evaluation.cases.cases import FUSED
from adcore.model.card import ModelCard
from adcore.model.card_schema import CHANCE_ERROR, MetricInterval
from app.model_card.wording import interval

SHOWN = {"all": "AUC, all inputs", "no_mmse": "AUC, without MMSE", "images": "AUC, scan alone"}


def in_short(card: ModelCard) -> str:
    """What the model is for, whom it learned from, how well it separates, and what it must not be used for, in one paragraph."""
    youngest, oldest = card.age_years
    people = card.data.get("labelled_participants")
    trained = f"It learned from {people or 'an unknown number of'} participants of {youngest:.0f} to {oldest:.0f} years."
    known = {inputs: card.metrics[inputs][FUSED]["auc"] for inputs in SHOWN if FUSED in card.metrics.get(inputs, {})}
    figures = "; ".join(f"{SHOWN[inputs]} {interval(value)}" for inputs, value in known.items())
    best = f"To compare with the first: {_simple_model(card, next(iter(known)))}" if known else ""
    measured = f"Out of fold: {figures}. {best}" if figures else "Its performance was not measured."
    return " ".join((card.intended_use, trained, measured, "Not for: " + " ".join(card.not_for)))


def show_glance(card: ModelCard) -> None:
    """Show the fused AUC for each set of inputs, the best simple model under each, and the calibration error."""
    known = {inputs: words for inputs, words in SHOWN.items() if FUSED in card.metrics.get(inputs, {})}
    if not known:
        return
    *columns, last = st.columns(len(known) + 1, gap="medium")
    for column, (inputs, words) in zip(columns, known.items(), strict=True):
        column.metric(words, interval(card.metrics[inputs][FUSED]["auc"]))
        column.caption(_simple_model(card, inputs))
    first = next(iter(known))
    last.metric("ECE, all inputs", f"{card.metrics[first][FUSED]['ece'].value:.2f}")
    participants = card.data.get("labelled_participants", "An unknown number of")
    last.caption(f"Calibration error. {participants} participants, each predicted out of fold. {_chance_error(card)}")


def _chance_error(card: ModelCard) -> str:
    """The error that exact probabilities would show on so few participants; empty if it was not measured."""
    control = card.controls.get(CHANCE_ERROR)
    if control is None or control.result is None:
        return ""
    return f"Chance alone would give {interval(control.result)} if every probability were exact."


def _simple_model(card: ModelCard, inputs: str) -> str:
    simple = [(f"Logistic regression on {name}", card.baselines[name]["auc"]) for name in baselines_beside(card, inputs)]
    structures = card.metrics[inputs].get(Branch.STRUCTURES)
    if structures is not None and inputs == "images":
        simple.append(("Logistic regression on three structures", structures["auc"]))
    best: tuple[str, MetricInterval] | None = max(simple, key=lambda one: one[1].value, default=None)
    return "No simple model for comparison." if best is None else f"{best[0]}: {interval(best[1])}."
