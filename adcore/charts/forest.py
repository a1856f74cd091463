"""Forest plots: values with their intervals for subgroups, baselines, controls."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from adcore.charts.theme import error_bars, framed
from adcore.palette import BLUE, GREY

LEAST_HEIGHT, ROW_HEIGHT, LINE_HEIGHT = 110, 30, 13
"""Pixels: the axis with its title, each row, and each further line of the row that has most."""

LINE, TITLE_LINE = 36, 24
"""Characters on a line of words beside the marks, and below them: on a phone both keep their room."""


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest plot.

    Attributes:
        label: its name.
        value, low, high: with its interval.
        note: beside the label, such as "41 of 80 impaired".
        main: whether it is the model itself rather than a comparison.
    """

    label: str
    value: float
    low: float
    high: float
    note: str = ""
    main: bool = True


def forest_chart(
    rows: Sequence[ForestRow], measure: str, reference: float | None = None, span: tuple[float, float] | None = None
) -> go.Figure:
    """Rows from top to bottom in the given order; comparisons are grey and hollow.

    Args:
        measure: what the values are, such as "AUC".
        reference: a dotted line, such as chance at 0.5 or no difference at 0.
        span: of the axis; fitted to the intervals where not given.
    """
    names = [_in_lines(row.label) + _small(_in_lines(row.note)) for row in rows]
    row_height = ROW_HEIGHT + LINE_HEIGHT * max((name.count("<br>") for name in names), default=0)
    figure = go.Figure(
        go.Scatter(
            x=[row.value for row in rows],
            y=names,
            mode="markers",
            marker={
                "size": 10,
                "symbol": ["circle" if row.main else "circle-open" for row in rows],
                "color": [BLUE if row.main else GREY for row in rows],
                "line": {"width": 2, "color": [BLUE if row.main else GREY for row in rows]},
            },
            error_x=error_bars([row.value for row in rows], [row.low for row in rows], [row.high for row in rows])
            | {"thickness": 1.6, "width": 4},
            customdata=[[row.low, row.high] for row in rows],
            hovertemplate="%{y}: %{x:.2f} (%{customdata[0]:.2f} to %{customdata[1]:.2f})<extra></extra>",
            showlegend=False,
        )
    )
    if reference is not None:
        figure.add_vline(x=reference, line={"dash": "dot", "color": GREY, "width": 1.5})
    framed(figure, _in_lines(measure, TITLE_LINE), "", LEAST_HEIGHT + row_height * len(rows))
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], automargin=True, showgrid=False, ticks="")
    if span is not None:
        figure.update_xaxes(range=list(span))
    return figure


def forest_in_words(rows: Sequence[ForestRow], title: str) -> str:
    """The rows as text, for those who can't see the chart: 'AUC. women 0.81 (0.70 to 0.90); ...'."""
    return f"{title}. " + "; ".join(f"{row.label} {row.value:.2f} ({row.low:.2f} to {row.high:.2f})" for row in rows) + "."


def _in_lines(words: str, line: int = LINE) -> str:
    return "<br>".join(textwrap.wrap(words, line, break_long_words=False))


def _small(words: str) -> str:
    return f"<br><span style='font-size:11px'>{words}</span>" if words else ""
