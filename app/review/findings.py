"""The findings card: volumes right and left with their percentiles for age and sex; a click takes the viewer there."""

import html

import streamlit as st

from adcore.analysis import Analysis
from adcore.report.wording import COMPUTED, SCOPE, norm_cohort, scale_number, scale_range, scale_rows
from adcore.volumetry import OverviewRow, Scale, ScaleValue, overview
from adcore.volumetry.cautions import cautions
from adcore.volumetry.norms import NormScore
from adcore.words import millilitres, percentile, percentile_interval

SLICE_KIND = "hippocampus"
"""The structure whose middle lies on the coronal slice that a rater of the medial temporal lobe looks at."""

BAND_OF_90, BAND_OF_50 = (5, 95), (25, 75)
"""Percentiles between which the middle 90% and 50% of healthy adults lie."""


def show_findings(analysis: Analysis, *, radiological: bool) -> None:
    """Show the card; nothing where no volume was measured."""
    rows = overview(analysis.volumes, analysis.sides, analysis.structure_volumes)
    if rows:
        st.html(findings_html(analysis, rows, radiological=radiological))


def findings_html(analysis: Analysis, rows: tuple[OverviewRow, ...], *, radiological: bool = True) -> str:
    """The card: a table whose columns lie as the viewer's planes do, in radiological display the patient's right first."""
    order = ("right", "left") if radiological else ("left", "right")
    known = analysis.prepared.scan.sides_known
    first, second = (side.capitalize() for side in order) if known else ("One side", "Other side")
    linked = analysis.explanation is not None  # without one, the viewer holds no structures to go to
    body = "".join(_row(row, order, linked=linked) for row in rows)
    body += "".join(_scale_row(scale, name, found, order, linked=linked) for scale, name, found in scale_rows(analysis.scales))
    return (
        '<section class="adcore-findings" aria-label="Findings"><table>'
        f'<thead><tr><th scope="col">Volume, ml</th><th scope="col">{first}</th><th scope="col">{second}</th>'
        f'<th scope="col">Percentile for age and sex</th></tr></thead><tbody>{body}</tbody></table>'
        f"<p>{_beneath(rows)} {html.escape(' '.join(cautions(analysis.prepared)))}</p>"
        f"<p>{f'{COMPUTED} ' if analysis.scales else ''}{SCOPE}</p></section>"
    )


def _row(row: OverviewRow, order: tuple[str, str], *, linked: bool) -> str:
    name = f'<th scope="row">{row.name.capitalize()}</th>'
    if row.right_ml is None or row.left_ml is None:
        sides = f'<td colspan="2">{millilitres(row.millilitres)}</td>'
    else:
        volumes = {"right": row.right_ml, "left": row.left_ml}
        sides = "".join(f"<td>{_side(row.kind, side, volumes[side], linked=linked)}</td>" for side in order)
    return f'<tr>{name}{sides}<td><div class="place">{_place(row, order)}</div></td></tr>'


def _scale_row(scale: Scale, name: str, found: dict[str, ScaleValue], order: tuple[str, str], *, linked: bool) -> str:
    """A scale's values by side, or one for the whole brain; a click on a side's takes the viewer to a rater's slice."""
    shown = [(side, found[side]) for side in order if side in found] or list(found.items())
    values = [_link(SLICE_KIND, side, scale_number(one), linked=linked and side in order) for side, one in shown]
    cells = f"<td>{values[0]}</td><td>{values[1]}</td>" if len(values) > 1 else f'<td colspan="2">{values[0]}</td>'
    ranges = f"({', '.join(scale_range(one) for _, one in shown)})"
    said = ranges if scale is Scale.INDEX else f"{ranges} computed"
    return f'<tr><th scope="row">{name}</th>{cells}<td><div class="place"><span>{said}</span></div></td></tr>'


def _side(kind: str, side: str, volume: float, *, linked: bool) -> str:
    return _link(kind, side, millilitres(volume), linked=linked, unit=" ml")


def _link(kind: str, side: str, text: str, *, linked: bool, unit: str = "") -> str:
    """A number that takes the viewer to a structure."""
    if not linked:
        return text
    return (
        f'<button type="button" data-go-to="{kind}" data-side="{side}" title="Show in the viewer" '
        f'aria-label="{side} {kind}, {text}{unit}: show in the viewer">{text}</button>'
    )


def _place(row: OverviewRow, order: tuple[str, str]) -> str:
    if row.finding is None or row.finding.score is None:
        return f"<span>{html.escape(row.sides_for_age(order)) or '–'}</span>"
    score = row.finding.score
    return f"{strip(score, row.name)}<span><b>{percentile(score.percentile)}</b> {row.for_age}</span>"


def strip(score: NormScore, name: str) -> str:
    """A percentile from 0 to 100 with its interval, over the bands of the middle 90% and 50% of healthy adults."""
    words = f"{name}: percentile {percentile_interval(score.percentile, score.percentile_low, score.percentile_high)}"
    bands = "".join(f'<i class="band" style="{_across(*ends)}"></i>' for ends in (BAND_OF_90, BAND_OF_50))
    interval = f'<i class="interval" style="{_across(score.percentile_low, score.percentile_high)}"></i>'
    mark = f'<i class="mark" style="left:{score.percentile:.1f}%"></i>'
    return f'<span class="strip" role="img" aria-label="{words}" title="{words}">{bands}{interval}{mark}</span>'


def _across(low: float, high: float) -> str:
    return f"left:{low:.1f}%;width:{high - low:.1f}%"


def _beneath(rows: tuple[OverviewRow, ...]) -> str:
    reasons = sorted({row.finding.reason for row in rows if row.finding is not None and row.finding.reason})
    return html.escape(" ".join(reasons)) or f"Among {norm_cohort()}; the bands hold the middle 50% and 90%."
