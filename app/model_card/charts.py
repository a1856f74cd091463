"""The model card's own charts: the flow of participants, the folds, and predictive values by prevalence."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from adcore.charts.theme import framed
from adcore.evaluation.card.facts import values_at_prevalence
from adcore.palette import BLUE, CLEAR, GREY, ORANGE, PALE_BLUE, SLATE
from adcore.statistics.intervals import Interval

UNIMPAIRED, IMPAIRED = PALE_BLUE, BLUE


def participants_flow(data: dict[str, Any]) -> go.Figure:
    """All participants, from the sessions to the label.

    Args:
        data: of a card: participants, sessions, pretraining_participants, labelled_participants, cdr_counts.
    """
    grades = data["cdr_counts"]
    figure = go.Figure(
        go.Icicle(
            ids=["all", "labelled", "others", *grades],
            labels=[
                f"<b>{data['participants']} participants</b>, {data['sessions']} scans",
                f"<b>{data['labelled_participants']} with a label</b><br>training and evaluation",
                f"<b>{data['pretraining_participants']} without a label</b><br>pretraining only",
                *(f"<b>{count}</b><br>CDR {cdr}" for cdr, count in grades.items()),
            ],
            parents=["", "all", "all", *["labelled"] * len(grades)],
            values=[data["participants"], data["labelled_participants"], data["pretraining_participants"], *grades.values()],
            branchvalues="total",
            sort=False,
            leaf={"opacity": 1},
            tiling={"orientation": "v", "pad": 3},
            marker={
                "colors": [SLATE, BLUE, SLATE, *(UNIMPAIRED if float(cdr) == 0 else BLUE for cdr in grades)],
                "line": {"width": 0},
            },
            textfont={
                "size": 14,
                "color": ["white", "white", "white", *("black" if float(cdr) == 0 else "white" for cdr in grades)],
            },
            hovertemplate="%{label}<extra></extra>",
            pathbar={"visible": False},
        )
    )
    figure.update_layout(height=230, margin={"l": 0, "r": 0, "t": 4, "b": 4}, paper_bgcolor=CLEAR)
    return figure


def fold_chart(counts: pd.DataFrame) -> go.Figure:
    """Participants tested in each fold.

    Args:
        counts: from fold_counts.
    """
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                x=[f"fold {fold}" for fold in counts.index],
                y=counts[name],
                marker_color=colour,
                text=counts[name],
                textposition="inside",
            )
            for name, colour in (("unimpaired", UNIMPAIRED), ("impaired", IMPAIRED))
        ]
    )
    framed(figure, "", "Participants tested", 300)
    figure.update_layout(barmode="stack", bargap=0.35)
    return figure


def prevalence_chart(sensitivity: Interval, specificity: Interval, chosen: float) -> go.Figure:
    """Predictive values by the prevalence of impairment, with a line at the prevalence chosen."""
    shares = np.linspace(0.01, 0.99, 99)
    values = [values_at_prevalence(sensitivity, specificity, float(one)) for one in shares]
    figure = go.Figure()
    for name, colour, curve in (
        ("impaired if classified impaired (PPV)", BLUE, [one.positive for one in values]),
        ("unimpaired if classified unimpaired (NPV)", ORANGE, [one.negative for one in values]),
    ):
        points = [100 * value.value for value in curve if value is not None]
        figure.add_scatter(x=100 * shares, y=points, mode="lines", name=name, line={"color": colour, "width": 2.5})
    figure.add_vline(x=100 * chosen, line={"dash": "dot", "color": GREY})
    framed(figure, "Prevalence of impairment", "Predictive value")
    figure.update_xaxes(range=[0, 100], ticksuffix="%", dtick=25)
    figure.update_yaxes(range=[0, 102], ticksuffix="%", dtick=20)
    return figure
