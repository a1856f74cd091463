"""Confusion matrices."""

import plotly.graph_objects as go

from adcore.charts.theme import framed
from adcore.palette import BLUE, CLEAR, GREY, LIGHTEST_BLUE
from adcore.statistics.metrics import Confusion
from adcore.words import percent

SHADES = [[0, LIGHTEST_BLUE], [1, BLUE]]
"""Opaque: plotly picks dark or light text by the cell's own colour, and cannot see what shines through."""


def confusion_in_words(counts: Confusion) -> str:
    """The matrix as text, for those who can't see the chart."""
    return (
        f"True positive {counts.true_positive}, false negative {counts.false_negative}, "
        f"true negative {counts.true_negative}, false positive {counts.false_positive}."
    )


def confusion_chart(counts: Confusion, truth: str) -> go.Figure:
    """Confusion matrix: rows are the reference standard, columns the model's answer; shaded by the share of the row.

    Args:
        truth: the reference standard, as the axis' title.
    """
    rows = [[counts.true_negative, counts.false_positive], [counts.false_negative, counts.true_positive]]
    totals = [sum(row) for row in rows]
    fractions = [[count / total if total else 0.0 for count in row] for row, total in zip(rows, totals, strict=True)]
    text = [
        [f"{count}<br>{percent(share)}" for count, share in zip(row, of, strict=True)]
        for row, of in zip(rows, fractions, strict=True)
    ]
    answers = ["predicted<br>unimpaired", "predicted<br>impaired"]
    truths = [f"unimpaired ({totals[0]})", f"impaired ({totals[1]})"]
    figure = go.Figure(
        go.Heatmap(
            z=fractions,
            x=answers,
            y=truths,
            text=text,
            texttemplate="%{text}",
            textfont={"size": 16},
            colorscale=SHADES,
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=3,
            ygap=3,
            customdata=rows,
            hovertemplate="%{y}, %{x}: %{customdata} participants<extra></extra>",
        )
    )
    framed(figure, "", truth, 300)
    figure.update_xaxes(showgrid=False, side="top", ticks="", tickangle=0, linecolor=CLEAR)
    figure.update_yaxes(showgrid=False, autorange="reversed", ticks="", linecolor=CLEAR, tickcolor=GREY)
    return figure
