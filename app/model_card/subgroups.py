"""Section 9: performance in subgroups, and negative controls."""

import pandas as pd
import streamlit as st

from adcore.charts import ForestRow, forest_chart, forest_in_words
from adcore.model.card import ModelCard
from adcore.model.card_schema import Subgroup
from adcore.statistics.names import INPUTS
from app.model_card.wording import interval, not_known, origin, table
from app.shared.widgets import chart_row, show_chart


def show_subgroups(card: ModelCard) -> None:
    """Show the fused AUC in each subgroup, for each set of inputs."""
    if not card.subgroups:
        not_known(
            "How it performs by age, sex and severity: not measured for this version. If the cohort's table is available, the "
            "errors page shows it for each participant."
        )
        return
    known = [inputs for inputs in INPUTS if inputs in card.subgroups]
    for column, inputs in zip(chart_row(len(known), "subgroups"), known, strict=True):
        with column:
            st.markdown(f"**Given: {INPUTS[inputs]}**")
            rows = [
                ForestRow(name, one.auc.value, one.auc.low, one.auc.high, f"{one.impaired} of {one.participants} impaired")
                for name, one in card.subgroups[inputs].items()
                if one.auc is not None
            ]
            show_chart(forest_chart(rows, "AUC", 0.5, (0, 1)), f"card_subgroups_{inputs}", forest_in_words(rows, "AUC"))
    origin(card, "subgroups")
    rows_of_all = [
        {"Inputs": INPUTS.get(inputs, inputs), "Subgroup": name, **_figures(one)}
        for inputs, groups in card.subgroups.items()
        for name, one in groups.items()
    ]
    table("Subgroups with sensitivity and specificity", pd.DataFrame(rows_of_all).set_index(["Inputs", "Subgroup"]))
    not_known("Other subgroups: ancestry, first language, schooling abroad, other brain diseases.")


def show_controls(card: ModelCard) -> None:
    """Show the negative controls: experiments that would expose a shortcut or a leak."""
    if not card.controls:
        not_known("Negative controls (shuffled labels, outline only, mirrored brains, repeated scans): not run for this version.")
        return
    for metric in dict.fromkeys(control.metric for control in card.controls.values()):
        rows = [
            ForestRow(name, one.result.value, one.result.low, one.result.high)
            for name, one in card.controls.items()
            if one.metric == metric and one.result is not None
        ]
        if rows:
            reference = 0.5 if metric == "AUC" else None
            show_chart(forest_chart(rows, metric, reference), f"card_controls_{metric}", forest_in_words(rows, metric))
    for name, one in card.controls.items():
        outcome = f"{one.metric} {interval(one.result)}" if one.result else "could not be run"
        st.markdown(f"- **{name}**: {one.done} Expected: {one.expected} Result: {outcome}.")
    origin(card, "controls")


def _figures(one: Subgroup) -> dict[str, object]:
    return {
        "N": one.participants,
        "Impaired": one.impaired,
        "AUC": interval(one.auc),
        "Sensitivity": interval(one.sensitivity),
        "Specificity": interval(one.specificity),
    }
