"""Where each network's evidence lies, structure by structure: left, right, and what lies outside the brain."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.charts.theme import GRID
from adcore.explain.explanation import StructureSaliency
from adcore.explain.sides import outside_brain
from adcore.palette import BLUE, CLEAR, GREY, MAUVE, PALE_BLUE
from adcore.words import percent

SHOWN = 6
LEFT, RIGHT, NEITHER = BLUE, MAUVE, PALE_BLUE
MEASURE_OF = {"hippocampus": "hippocampi", "lateral ventricle": "lateral ventricles", "inferior horn": "lateral ventricles"}
"""Structures whose volume, both sides together, has a norm."""


def show_regions(analysis: Analysis) -> None:
    """A chart and a table for each network; what lies outside the brain is always said."""
    if analysis.explanation is None:
        return
    tabs = st.tabs([branch.label for branch in IMAGE_BRANCHES])
    for tab, branch in zip(tabs, IMAGE_BRANCHES, strict=True):
        with tab:
            _show_network(branch, analysis.explanation.structures_of(branch), analysis)


def outside_sentence(rows: Sequence[StructureSaliency]) -> str:
    """How much of the evidence lies outside the brain, beside what chance would put there."""
    outside = outside_brain(rows)
    share = outside.share if outside else 0.0
    even = f"; evenly spread it would be {percent(outside.even)}" if outside else ""
    return f"**{percent(share, 1)}** of this network's positive evidence lies **outside the brain**{even}."


def side_chart(rows: Sequence[StructureSaliency]) -> go.Figure:
    """Shares of evidence by structure: the patient's left goes left of zero, the right goes right; grey has no sides."""
    shown = rows[:SHOWN][::-1]
    names = [row.structure for row in shown]
    figure = go.Figure()
    for name, colour, values in (
        ("patient's left", LEFT, [None if row.left is None else -100 * row.left for row in shown]),
        ("patient's right", RIGHT, [None if row.right is None else 100 * row.right for row in shown]),
        ("no sides", NEITHER, [100 * row.share if row.left is None else None for row in shown]),
    ):
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


def region_table(rows: Sequence[StructureSaliency], z_scores: dict[str, float]) -> pd.DataFrame:
    """Every structure: its share, what an even map would give, and the z-score of its volume where it has a norm.

    The sides stand in the chart, and with asymmetry and millilitres in the viewer's table.

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


def _cell_mm(branch: Branch, analysis: Analysis) -> float:
    planes = analysis.prepared.config.slices
    cells = analysis.explanation.slice_maps[branch].shape[-1] if analysis.explanation else planes.size
    return planes.size * planes.spacing_mm / cells


def _show_network(branch: Branch, rows: Sequence[StructureSaliency], analysis: Analysis) -> None:
    if not rows:
        st.markdown(f"{branch.label} found no positive evidence: nothing in this scan spoke to it for impairment.")
        return
    st.markdown(outside_sentence(rows))
    st.plotly_chart(side_chart(rows), config={"displayModeBar": False}, key=f"regions_{branch.value}")
    st.caption(
        f"Where the network looked, not where disease is. One cell of its map is {_cell_mm(branch, analysis):.0f} mm wide, far "
        "larger than a hippocampus: its evidence is spread evenly over the parts beneath it."
    )
    z_scores = {volume.measure: volume.score.z for volume in analysis.volumes if volume.score}
    with st.expander("Every structure beside chance and its volume"):
        st.dataframe(region_table(rows, z_scores), width="stretch")
        st.caption(
            "Share: of this network's positive evidence on the planes, both sides together. Even: what a map without any "
            "preference would give. Volume z: beside healthy adults; the inferior horn belongs to the lateral ventricles. Left, "
            "right, asymmetry and millilitres stand in the table Regions under the scan, where a click leads to each part."
        )


def _z(structure: str, z_scores: dict[str, float]) -> str:
    z = z_scores.get(MEASURE_OF.get(structure, ""))
    return "" if z is None else f"{z:+.1f}"
