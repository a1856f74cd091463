"""What would change the answer: the unknown field with the largest effect, and the answer over the values of any field."""

import plotly.graph_objects as go
import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import Sex
from adcore.charts.theme import BAND, GRID
from adcore.explain.what_if import FieldCurve, WhatIf
from adcore.explain.what_if_wording import LABELS, span, summary, turn
from adcore.palette import BLUE, CLEAR, GREY, ORANGE, transparent
from adcore.report.wording import with_interval
from adcore.words import points
from app.shared.widgets import show_chart
from app.state.keys import WHAT_IF_KEY

INCONCLUSIVE_BAND = transparent(GREY, 0.16)
FEW = 5
"""Up to this many values are drawn as points with whiskers, more as a line with a band."""


def show_what_would_change(analysis: Analysis) -> None:
    """Show the sentence, a choice of fields, and the curve of the chosen field."""
    found = analysis.what_if
    if found is None:
        return
    st.markdown("### What would change the answer")
    st.markdown(summary(found))
    curve = _choose(found)
    if curve is None:
        return
    if curve is not found.most_informative:
        st.markdown(f"{span(curve)} {turn(curve, found.category)}")
    show_chart(curve_chart(found, curve), "what_if", f"{span(curve)} {turn(curve, found.category)}")
    st.caption(curve_caption(found, curve))


def curve_chart(found: WhatIf, curve: FieldCurve) -> go.Figure:
    """Probability with its interval over a field's values, with the threshold, the inconclusive band and the patient's value."""
    x = [_tick(value) for value in curve.values]
    middle = [100 * estimate.probability for estimate in curve.estimates]
    low, high = ([100 * getattr(estimate, end) for estimate in curve.estimates] for end in ("low", "high"))
    few = len(x) <= FEW
    figure = go.Figure()
    if not few:
        figure.add_scatter(x=[*x, *x[::-1]], y=[*high, *low[::-1]], fill="toself", fillcolor=BAND, line_width=0, hoverinfo="skip")
    figure.add_scatter(
        x=x,
        y=middle,
        mode="markers" if few else "lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"color": BLUE, "size": 9 if few else 5},
        error_y=_whiskers(middle, low, high) if few else None,
        customdata=[
            [with_interval(estimate), category.value, 100 * share]
            for estimate, category, share in zip(curve.estimates, curve.categories, curve.shares, strict=True)
        ],
        hovertemplate=(
            f"{LABELS[curve.field]}%{{x}}: %{{customdata[0]}}, %{{customdata[1]}}"
            + ("<br>%{customdata[2]:.0f}% of training participants" if curve.counted else "")
            + "<extra></extra>"
        ),
    )
    if curve.known is not None:
        figure.add_scatter(
            x=[_tick(curve.known)],
            y=[100 * found.present.probability],
            mode="markers",
            marker={"color": ORANGE, "size": 13, "symbol": "diamond"},
            hovertemplate=f"as entered: %{{x}}, {points(found.present.probability)}%<extra></extra>",
        )
    if curve.limits is not None and curve.limits.impaired_from < curve.limits.unimpaired_to:
        figure.add_hrect(
            y0=100 * curve.limits.impaired_from,
            y1=100 * curve.limits.unimpaired_to,
            fillcolor=INCONCLUSIVE_BAND,
            line_width=0,
            layer="below",
            annotation={"text": "both classes possible", "font": {"size": 11}},
            annotation_position="top left",
        )
    figure.add_hline(
        y=100 * found.threshold,
        line={"dash": "dot", "width": 1.5, "color": GREY},
        annotation={"text": "threshold", "font": {"size": 11}},
        annotation_position="top right",
    )
    figure.update_layout(
        height=240, margin={"l": 0, "r": 8, "t": 8, "b": 0}, showlegend=False, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR
    )
    figure.update_xaxes(title=LABELS[curve.field], gridcolor=GRID, type="category" if isinstance(curve.values[0], Sex) else None)
    figure.update_yaxes(range=[-3, 103], ticksuffix="%", dtick=25, gridcolor=GRID)
    return figure


def curve_caption(found: WhatIf, curve: FieldCurve) -> str:
    """What is drawn, how values are weighted, and what the curve is not."""
    drawn = "Whiskers" if len(curve.values) <= FEW else "Band"
    weights = (
        f"Values are weighted by their frequency among the {found.participants} training participants, whatever else is known."
        if curve.counted and found.participants
        else "The card does not hold the frequency of values, so all have equal weight."
    )
    entered = " The diamond is the value entered." if curve.known is not None else ""
    return (
        f"{drawn}: 90% interval.{entered} All other inputs stay fixed, including the scan. {weights} The curve shows what "
        "the model would answer, not what a change in the patient would do."
    )


def _choose(found: WhatIf) -> FieldCurve | None:
    by_field = {curve.field: curve for curve in found.curves}
    first = found.most_informative or max(found.curves, key=lambda curve: curve.change, default=None)
    if first is None:
        return None
    fields = list(by_field)
    entered = {field: " (entered)" if by_field[field].known is not None else " (unknown)" for field in fields}
    chosen = st.selectbox(
        "Answer by the values of",
        fields,
        index=fields.index(first.field),
        format_func=lambda field: LABELS[field] + entered[field],
        key=WHAT_IF_KEY,
    )
    return by_field[chosen]


def _whiskers(middle: list[float], low: list[float], high: list[float]) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [end - value for end, value in zip(high, middle, strict=True)],
        "arrayminus": [value - end for end, value in zip(low, middle, strict=True)],
        "color": GREY,
        "thickness": 1.5,
    }


def _tick(value: float | Sex) -> float | str:
    return value.word if isinstance(value, Sex) else value
