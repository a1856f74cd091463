"""Charts of the course: probability with its rescan variability, MMSE, and volumes on the curves of healthy adults."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from adcore.case.clinical import Sex
from adcore.longitudinal.course import Course
from adcore.model.calibration import chance_of
from adcore.palette import BLUE, MAUVE, ORANGE, SLATE, transparent
from adcore.predict import Estimate
from adcore.report.wording import with_interval
from adcore.volumetry.norms import Norms
from adcore.words import percent
from app.shared.volume_charts import NormShares, add_bands

ALONE_COLOUR = MAUVE
REPEAT_COLOUR = transparent(MAUVE, 0.18)
WHISKER = SLATE
MARGIN_YEARS = 4.0
"""Years of the normative curve shown on either side of the visits: few, so that a change of 1% a year is visible."""


def probability_chart(course: Course) -> go.Figure:
    """Probability of impairment by years since the first visit: from all inputs, and from the scan alone."""
    years = list(course.years)
    figure = go.Figure()
    low, high = (chance_of(course.visits[0].log_odds + sign * course.log_odds_limit) for sign in (-1, 1))
    figure.add_scatter(
        x=[years[0], years[-1], years[-1], years[0]],
        y=[100 * value for value in (low, low, high, high)],
        mode="lines",
        fill="toself",
        fillcolor=REPEAT_COLOUR,
        line_width=0,
        name="scan alone: 95% of rescans",
        hoverinfo="skip",
    )
    answers = [visit.analysis.prediction for visit in course.visits]
    figure.add_scatter(**_line(years, [answer.fused for answer in answers if answer], "all inputs", ORANGE))
    figure.add_scatter(**_line(years, [visit.scan_alone for visit in course.visits], "scan alone", ALONE_COLOUR))
    threshold = next(answer.threshold for answer in answers if answer)
    figure.add_hline(
        y=100 * threshold,
        line={"dash": "dot", "width": 1.5, "color": WHISKER},
        annotation={"text": f"threshold {percent(threshold)}", "font": {"size": 11}},
        annotation_position="top left",  # a course tends to rise: there is room above its beginning
    )
    figure.update_layout(height=300, margin={"l": 0, "r": 8, "t": 8, "b": 0}, legend={"orientation": "h", "y": 1.14, "x": 0})
    figure.update_xaxes(title="years since the first visit")
    figure.update_yaxes(range=[0, 100], ticksuffix="%", title="probability of impairment")
    return figure


def mmse_chart(course: Course) -> go.Figure | None:
    """MMSE by years since the first visit; None if fewer than two are known."""
    known = [
        (year, visit.analysis.record.mmse)
        for year, visit in zip(course.years, course.visits, strict=True)
        if visit.analysis.record.mmse is not None
    ]
    if len(known) < 2:
        return None
    figure = go.Figure(
        go.Scatter(
            x=[year for year, _ in known],
            y=[points for _, points in known],
            mode="lines+markers",
            line_color=ORANGE,
            marker={"size": 9, "symbol": "diamond"},
            hovertemplate="MMSE %{y:g} at %{x:.1f} years<extra></extra>",
        )
    )
    figure.update_layout(height=300, margin={"l": 0, "r": 8, "t": 8, "b": 0}, showlegend=False)
    figure.update_xaxes(title="years since the first visit")
    figure.update_yaxes(range=[min(10, *(points for _, points in known)) - 0.5, 30.5], title="MMSE, points of 30")
    return figure


def course_volumes_chart(course: Course, norms: Norms) -> go.Figure:
    """Shares of the intracranial volume by age on the curves of healthy adults, or by years if age or sex is unknown."""
    titles = [trend.measure.capitalize() for trend in course.volumes]
    figure = make_subplots(cols=len(titles), subplot_titles=titles, horizontal_spacing=0.1)
    record = course.visits[0].analysis.record
    start, sex = record.age_years, record.sex
    times = np.array(course.years) + (start or 0.0)
    for column, trend in enumerate(course.volumes, start=1):
        if start is not None and sex is not None and trend.expected is not None:
            _add_norms(figure, column, norms, trend.measure, times, sex, course.intracranial_ml[0])
        figure.add_scatter(
            x=times,
            y=[100 * share for share in trend.shares],
            mode="lines+markers",
            line_color=ORANGE,
            marker={"size": 9, "symbol": "diamond"},
            customdata=trend.millilitres,
            hovertemplate="%{y:.2f}% (%{customdata:.1f} ml) at %{x:.1f} years<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_layout(height=260, margin={"l": 0, "r": 8, "t": 28, "b": 0}, showlegend=False)
    figure.update_annotations(font_size=12)
    figure.update_xaxes(title="years since the first visit" if start is None else "age", nticks=5)
    figure.update_yaxes(ticksuffix="%", nticks=5)
    return figure


def _add_norms(
    figure: go.Figure, column: int, norms: Norms, measure: str, times: np.ndarray, sex: Sex, intracranial_ml: float
) -> None:
    youngest, oldest = norms.age_years
    ages = np.linspace(max(youngest, times[0] - MARGIN_YEARS), min(oldest, times[-1] + MARGIN_YEARS), 40)
    shares = NormShares(norms.curves[measure], ages, sex, intracranial_ml)
    add_bands(figure, column, shares, showlegend=False)
    figure.add_scatter(x=ages, y=shares.at(0.0), line_color=BLUE, hoverinfo="skip", row=1, col=column)


def _line(years: list[float], estimates: list[Estimate], name: str, colour: str) -> dict[str, object]:
    return {
        "x": years,
        "y": [100 * one.probability for one in estimates],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (one.high - one.probability) for one in estimates],
            "arrayminus": [100 * (one.probability - one.low) for one in estimates],
            "thickness": 1.5,
            "width": 5,
        },
        "mode": "lines+markers",
        "name": name,
        "line": {"color": colour},
        "marker": {"size": 9},
        "customdata": [with_interval(one) for one in estimates],
        "hovertemplate": "%{customdata}<extra>%{fullData.name}</extra>",
    }
