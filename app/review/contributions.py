"""The contributions of the scan and each clinical field to the answer: signed bars, and the same in words."""

import plotly.graph_objects as go
import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.charts.theme import GRID
from adcore.explain.contributions import SCAN, Contribution, Contributions
from adcore.explain.what_if_wording import in_words
from adcore.palette import BLUE, CLEAR, GREY, ORANGE
from adcore.words import percent
from app.shared.widgets import show_chart

RAISES, LOWERS = ORANGE, BLUE
ROW_HEIGHT, AXIS_HEIGHT = 34, 74
UNMOVED = 0.05
"""Log-odds below which a contribution is called negligible: less than 1.3 points of probability."""


def show_contributions(analysis: Analysis) -> None:
    """Show the bars, their baseline, and what they do not show."""
    shared = analysis.contributions
    if shared is None:
        return
    st.markdown("### Contributions to the answer")
    st.markdown(contribution_sentence(shared, analysis.record))
    show_chart(contribution_chart(shared, analysis.record), "contributions", contribution_sentence(shared, analysis.record))
    st.caption(
        f"Exact Shapley values in log-odds: from the baseline of {percent(shared.base)} (the share of impaired participants in "
        "training), the filled bars add up to the answer. Each is the change in the prediction when the input is added, averaged "
        "over the orders in which the fields join before or after the scan; together the fields are the part of the clinical "
        "fields. They show what the model used, not what causes impairment; unknown fields contribute nothing."
    )


def contribution_sentence(shared: Contributions, record: ClinicalRecord) -> str:
    """'From a baseline of 51%, in log-odds: the scan lowers it (-1.28), MMSE 26 raises it (+0.49).'"""
    ordered = _ordered(shared.fused)
    moving = [f"{_name(one, record)} {_verb(one)} it ({one.log_odds:+.2f})" for one in ordered if abs(one.log_odds) >= UNMOVED]
    still = [_name(one, record) for one in ordered if abs(one.log_odds) < UNMOVED]
    clauses = [", ".join(moving), f"{_listed(still)} hardly {'changes' if len(still) == 1 else 'change'} it" if still else ""]
    return f"From a baseline of {percent(shared.base)}, in log-odds: {'; '.join(clause for clause in clauses if clause)}."


def contribution_chart(shared: Contributions, record: ClinicalRecord) -> go.Figure:
    """Signed bars in log-odds, largest first; hollow bars are the clinical fields without the scan."""
    ordered = _ordered(shared.fused)[::-1]
    names = [_label(one, record) for one in ordered]
    alone = {one.of: one.log_odds for one in shared.clinical}
    figure = go.Figure()
    if alone:
        figure.add_bar(
            y=names,
            x=[alone.get(one.of) for one in ordered],
            orientation="h",
            name="clinical branch alone",
            marker={"color": CLEAR, "line": {"color": GREY, "width": 1.5}},
            hovertemplate="%{y}, clinical branch alone: %{x:+.2f} log-odds<extra></extra>",
        )
    figure.add_bar(
        y=names,
        x=[one.log_odds for one in ordered],
        orientation="h",
        name="all inputs",
        marker={"color": [RAISES if one.log_odds > 0 else LOWERS for one in ordered]},
        showlegend=False,  # its colours show the sign; the legend would take the first bar's for all
        text=[f"{one.log_odds:+.2f}" for one in ordered],
        textposition="outside",
        textfont={"size": 11},
        constraintext="none",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:+.2f} log-odds<extra></extra>",
    )
    swatch = {"symbol": "square", "size": 12, "color": GREY}
    figure.add_scatter(x=[None], y=[None], mode="markers", marker=swatch, name="all inputs", hoverinfo="skip")
    reach = 1.25 * max(0.4, *(abs(value) for value in (*alone.values(), *(one.log_odds for one in ordered))))
    figure.add_vline(x=0, line={"color": GREY, "width": 1.5})
    figure.update_layout(
        height=AXIS_HEIGHT + ROW_HEIGHT * len(ordered),
        margin={"l": 0, "r": 8, "t": 30, "b": 0},
        bargap=0.3,
        bargroupgap=0.08,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "traceorder": "reversed"},
    )
    figure.update_xaxes(
        range=[-reach, reach], title="lowers the probability  ←  log-odds  →  raises it", gridcolor=GRID, zeroline=False
    )
    figure.update_yaxes(automargin=True, showgrid=False)
    return figure


def _ordered(contributions: tuple[Contribution, ...]) -> list[Contribution]:
    return sorted(contributions, key=lambda one: -abs(one.log_odds))


def _name(one: Contribution, record: ClinicalRecord) -> str:
    if one.of == SCAN:
        return "the scan"
    if one.of in record.measures:
        return f"{one.of} {record.measures[one.of]:g}"
    value = getattr(record, one.of)
    return f"sex {in_words(one.of, value)}" if one.of == "sex" else in_words(one.of, value)


def _label(one: Contribution, record: ClinicalRecord) -> str:
    name = _name(one, record).replace("socio-economic status", "SES")
    return name[0].upper() + name[1:]


def _verb(one: Contribution) -> str:
    return "raises" if one.log_odds > 0 else "lowers"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
