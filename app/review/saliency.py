"""Where the networks looked: the quality of the saliency maps, and each map by structure, left, right and outside the brain."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.charts.theme import GRID
from adcore.errors import AdcoreError
from adcore.explain import Explanation, Quality, SaliencyMethod
from adcore.explain.explanation import StructureSaliency
from adcore.explain.maps import available_methods, methods_that_show
from adcore.explain.sides import outside_brain
from adcore.model.card import ModelCard
from adcore.palette import BLUE, CLEAR, GREY, MAUVE, PALE_BLUE
from adcore.words import percent, z_score
from app.runtime import runtime
from app.shared.widgets import show_chart
from app.state.keys import SALIENCY_KEY, TEST_MAPS_KEY
from app.state.session import Session

SHOWN_ROWS = 6
SHOWN_REGIONS = 3
LEFT, RIGHT, MIDLINE = BLUE, MAUVE, PALE_BLUE
MEASURE_OF = {"hippocampus": "hippocampi", "lateral ventricle": "lateral ventricles", "inferior horn": "lateral ventricles"}
"""The measure of adcore.volumetry for structures whose volume, both sides together, has a norm."""


def show_saliency(analysis: Analysis, card: ModelCard, session: Session) -> None:
    """Show the method and the checks of the maps, the regions with most saliency, a chart and a table for each network."""
    explanation = analysis.explanation
    if explanation is None:
        return
    st.markdown("### Where the networks looked")
    if card.reference_maps is not None:
        _choose(explanation.method, available_methods(card), session)
    _show_quality(explanation.quality)
    if card.reference_maps is not None and not explanation.quality.tested:
        st.button(
            "Test these maps on this scan",
            key=TEST_MAPS_KEY,
            on_click=_explain_again,
            args=(session, explanation.method, True),
            help="Some seconds: cells of the slices are exchanged for the average unimpaired participant's.",
        )
    st.markdown(saliency_sentences(explanation))
    tabs = st.tabs([branch.label for branch in IMAGE_BRANCHES])
    for tab, branch in zip(tabs, IMAGE_BRANCHES, strict=True):
        with tab:
            _show_network(branch, explanation.structures_of(branch), analysis, card, radiological=session.radiological)


def saliency_sentences(explanation: Explanation) -> str:
    """The regions with the largest shares of each network's positive saliency, as a list; without sides where none is told."""
    lines = []
    for branch in IMAGE_BRANCHES:
        sided = [(region.region, region.share) for region in explanation.regions if region.branch == branch.value]
        whole = [(row.structure, row.share) for row in explanation.structures_of(branch)]
        regions = whole if explanation.quality.untold_side(branch) else sided
        named = ", ".join(f"{name} {percent(share)}" for name, share in regions[:SHOWN_REGIONS])
        lines.append(f"- {branch.label}: {named or explanation.why_empty(branch)}")
    return "\n".join(lines)


def outside_sentence(rows: Sequence[StructureSaliency]) -> str:
    """The share of saliency outside the brain, and the share that an even map would have there."""
    outside = outside_brain(rows)
    share = outside.share if outside else 0.0
    even = f"; an even map would have {percent(outside.even)} there" if outside else ""
    return f"**{percent(share, 1)}** of this network's positive saliency lies **outside the brain**{even}."


def side_chart(rows: Sequence[StructureSaliency], *, radiological: bool = True) -> go.Figure:
    """Shares of saliency by structure, one side of the patient to each side, as the viewer's planes lie; the rest is midline."""
    shown = rows[:SHOWN_ROWS][::-1]
    names = [row.structure for row in shown]
    to_left = 1 if radiological else -1
    figure = go.Figure()
    sides = (
        ("patient's right", RIGHT, [None if row.right is None else -to_left * 100 * row.right for row in shown]),
        ("patient's left", LEFT, [None if row.left is None else to_left * 100 * row.left for row in shown]),
    )
    midline = ("midline or outside", MIDLINE, [100 * row.share if row.left is None else None for row in shown])
    for name, colour, values in (*sides[::to_left], midline):
        figure.add_bar(
            y=names,
            x=values,
            orientation="h",
            name=name,
            marker_color=colour,
            customdata=[abs(value) if value is not None else 0 for value in values],
            hovertemplate=f"%{{y}}, {name}: %{{customdata:.0f}}%<extra></extra>",
        )
    reach = 10 * (1 + int(max(abs(value) for trace in figure.data for value in trace.x if value is not None) / 10))
    ticks = [-reach, -reach / 2, 0, reach / 2, reach]
    figure.add_vline(x=0, line={"color": GREY, "width": 1.5})
    figure.update_layout(
        barmode="overlay",
        height=64 + 28 * len(shown),
        margin={"l": 0, "r": 26, "t": 28, "b": 0},
        bargap=0.3,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(range=[-reach, reach], tickvals=ticks, ticktext=[f"{abs(tick):g}%" for tick in ticks], gridcolor=GRID)
    figure.update_yaxes(automargin=True, showgrid=False)
    return figure


def sides_in_words(branch: Branch, rows: Sequence[StructureSaliency]) -> str:
    """The chart's largest rows as text."""
    listed = "; ".join(f"{row.structure} {percent(row.share)}{_by_side(row)}" for row in rows[:SHOWN_ROWS])
    return f"Share of {branch.label}'s positive saliency by structure: {listed}."


def _by_side(row: StructureSaliency) -> str:
    return "" if row.left is None or row.right is None else f" (right {percent(row.right)}, left {percent(row.left)})"


def region_table(rows: Sequence[StructureSaliency], z_scores: dict[str, float]) -> pd.DataFrame:
    """Every structure: its share, the share of an even map, and the z-score of its volume if there is a norm.

    Left and right are in the chart; the viewer's table has them with asymmetry and millilitres.

    Args:
        z_scores: by measure of adcore.volumetry.
    """
    return pd.DataFrame(
        [
            {
                "Structure": row.structure,
                "Share": percent(row.share),
                "Even": percent(row.even),
                "Volume z": _z(row.structure, z_scores),
            }
            for row in rows
        ]
    ).set_index("Structure")


def _choose(shown: SaliencyMethod, methods: Sequence[SaliencyMethod], session: Session) -> None:
    """The choice of the method; maps by another one are computed at once."""

    def changed() -> None:
        _explain_again(session, SaliencyMethod(st.session_state[SALIENCY_KEY]), False)

    st.session_state[SALIENCY_KEY] = shown.value
    st.selectbox(
        "Saliency method",
        [method.value for method in methods],
        key=SALIENCY_KEY,
        format_func=lambda value: SaliencyMethod(value).label,
        on_change=changed,
    )


def _explain_again(session: Session, method: SaliencyMethod, tested: bool) -> None:
    """Queue other maps, or their test; the page follows them as it follows an analysis."""
    if session.result is None or session.busy:
        return
    session.notice = None
    try:
        session.job = runtime().explain(session.id, session.result.key, session.result.analysis, method, tested=tested)
    except AdcoreError as error:
        session.notice = str(error)


def _show_quality(quality: Quality) -> None:
    st.html(f'<p class="adcore-badge">{quality}</p>')
    if quality.checks:
        with st.expander("Checks of the maps"):
            st.markdown("\n".join(f"- {'Passed' if check.holds else 'Not passed'}: {check.sentence}" for check in quality.checks))
            st.caption(
                "The checks ask whether the maps reflect what the networks used. A wrong answer can pass all of them, and none "
                "of them shows that disease is where the networks looked."
            )


def _cell_mm(branch: Branch, analysis: Analysis) -> float:
    """Width of one cell of a network's map."""
    slices = analysis.prepared.config.slices
    cells = analysis.explanation.slice_maps[branch].shape[-1] if analysis.explanation else slices.size
    return slices.size * slices.spacing_mm / cells


def _show_network(
    branch: Branch, rows: Sequence[StructureSaliency], analysis: Analysis, card: ModelCard, *, radiological: bool
) -> None:
    withheld = analysis.explanation.withheld.get(branch) if analysis.explanation else None
    if withheld is not None:
        others = " or ".join(method.label for method in methods_that_show(card, branch))
        choice = f" Its map by {others} passed: choose that method above." if others else ""
        st.markdown(f"{withheld} So no map of {branch.label} is shown.{choice}")
        return
    if not rows:
        st.markdown(f"{branch.label} has no positive saliency: no part of this scan raised its probability of impairment.")
        return
    st.markdown(outside_sentence(rows))
    if analysis.explanation and (sides := analysis.explanation.quality.untold_side(branch)):
        st.markdown(sides)
    show_chart(side_chart(rows, radiological=radiological), f"regions_{branch.value}", sides_in_words(branch, rows))
    st.caption(
        f"Where the network looked, not where disease is. One cell of the map is {_cell_mm(branch, analysis):.0f} mm wide, far "
        "larger than a hippocampus; its saliency is divided evenly among the structures beneath it."
    )
    z_scores = {volume.measure: volume.score.z for volume in analysis.volumes if volume.score}
    with st.expander("All structures: share, even map and volume z-score"):
        st.dataframe(region_table(rows, z_scores), width="stretch")
        st.caption(
            "Share: of this network's positive saliency on the slices, both sides together. Even: the share if the map were "
            "uniform. Volume z: compared with healthy adults; the inferior horn counts with the lateral ventricles. Left, right, "
            "asymmetry and millilitres are in the table Regions under the scan, where a click goes to each structure."
        )


def _z(structure: str, z_scores: dict[str, float]) -> str:
    z = z_scores.get(MEASURE_OF.get(structure, ""))
    return "" if z is None else z_score(z)
