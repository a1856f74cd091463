"""What each part of the model adds to the answer: bars from one probability to the next, and the same in words."""

import plotly.graph_objects as go
import streamlit as st

from adcore.analysis import Analysis
from adcore.charts.theme import GRID
from adcore.explain.contributions import Contributions
from adcore.model.calibration import log_odds
from adcore.palette import BLUE, CLEAR, GREY, ORANGE
from adcore.report.wording import PARTS_NOTE, part_label, part_sentence
from adcore.words import points
from app.shared.widgets import show_chart

START, ANSWER = "Start, no input", "<b>Answer</b>"
ROW_HEIGHT, AXIS_HEIGHT = 30, 56
TICKS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
MARGIN = 0.6
"""Log-odds left free on both sides of the bars, for their numbers."""


def show_parts(analysis: Analysis) -> None:
    """Show the bars and the sentence; nothing where there is no base to begin from."""
    found = analysis.contributions
    if found is None:
        return
    st.markdown("### What each part adds to the answer")
    st.markdown(part_sentence(found))
    show_chart(parts_chart(found), "parts", part_sentence(found))
    st.caption(PARTS_NOTE)


def parts_chart(found: Contributions) -> go.Figure:
    """One bar a part, from the probability before it to the one after; as long as its log-odds, so that lengths add up."""
    names = [START, *(part_label(one) for one in found.parts), ANSWER]
    reached = [found.base, *found.steps]
    before, after = [log_odds(chance) for chance in reached[:-1]], [log_odds(chance) for chance in reached[1:]]
    figure = go.Figure(
        go.Bar(
            y=names[1:-1],
            base=before,
            x=[one.log_odds for one in found.parts],
            orientation="h",
            marker={"color": [ORANGE if one.log_odds > 0 else BLUE for one in found.parts]},
            text=[f"{points(chance)}%" for chance in found.steps],
            textposition="outside",
            textfont={"size": 12},
            constraintext="none",
            cliponaxis=False,
            customdata=[[points(reached[place]), points(chance)] for place, chance in enumerate(found.steps)],
            hovertemplate="%{y}: from %{customdata[0]}% to %{customdata[1]}%, %{x:+.2f} log-odds<extra></extra>",
            showlegend=False,
        )
    )
    marks = {"mode": "markers+text", "textposition": "middle right", "hoverinfo": "skip", "showlegend": False}
    for name, chance in ((START, found.base), (ANSWER, reached[-1])):
        text = f" {points(chance)}%"
        figure.add_scatter(x=[log_odds(chance)], y=[name], text=[text], marker={"color": GREY, "size": 10}, **marks)
    for upper, lower, place in zip(names[:-1], names[1:], [before[0], *after], strict=True):
        figure.add_scatter(
            x=[place, place], y=[upper, lower], mode="lines", line={"color": GREY, "width": 1}, hoverinfo="skip", showlegend=False
        )
    every = [*before, *after]
    figure.update_layout(
        height=AXIS_HEIGHT + ROW_HEIGHT * len(names),
        margin={"l": 0, "r": 12, "t": 6, "b": 0},
        bargap=0.35,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
    )
    figure.update_xaxes(
        range=[min(every) - MARGIN, max(every) + MARGIN],
        tickvals=[log_odds(chance) for chance in TICKS],
        ticktext=[f"{100 * chance:.0f}%" for chance in TICKS],
        title="probability of impairment, on the scale of log-odds",
        gridcolor=GRID,
        zeroline=False,
    )
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], automargin=True, showgrid=False)
    return figure
