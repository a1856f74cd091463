"""The answer's charts: the branches with their intervals, and each network's attention to each slice."""

import plotly.graph_objects as go

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.palette import BLUE, MAUVE, PALE_BLUE, SLATE
from adcore.predict import Estimate, Prediction
from adcore.report.wording import FUSED as ALL_TOGETHER
from adcore.report.wording import with_interval
from adcore.words import percent

FUSED = f"<b>{ALL_TOGETHER}</b>"
BRANCH_COLOUR = PALE_BLUE
NETWORK_COLOURS = {Branch.VGG16: BLUE, Branch.RESNET50: MAUVE}
WHISKER = SLATE


def branch_chart(prediction: Prediction) -> go.Figure:
    """Probability of impairment by branch, with 90% intervals and the decision threshold."""
    rows: dict[str, Estimate | None] = {branch.label: prediction.branches[branch] for branch in reversed(Branch)}
    rows[FUSED] = prediction.fused
    known = [(name, estimate) for name, estimate in rows.items() if estimate is not None]
    figure = go.Figure(
        go.Bar(
            y=[name for name, _ in known],
            x=[100 * estimate.probability for _, estimate in known],
            orientation="h",
            marker_color=[BLUE if name == FUSED else BRANCH_COLOUR for name, _ in known],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (estimate.high - estimate.probability) for _, estimate in known],
                "arrayminus": [100 * (estimate.probability - estimate.low) for _, estimate in known],
                "color": WHISKER,
                "thickness": 1.5,
                "width": 5,
            },
            customdata=[with_interval(estimate) for _, estimate in known],
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    )
    silent = {branch.label for branch in prediction.silent}
    for name, estimate in rows.items():
        if estimate is None:
            text = "silent" if name in silent else "no clinical data"
            figure.add_annotation(x=1, y=name, text=text, showarrow=False, xanchor="left")
    figure.add_vline(
        x=100 * prediction.threshold,
        line={"dash": "dot", "width": 1.5, "color": WHISKER},
        annotation={"text": f"threshold {percent(prediction.threshold)}", "font": {"size": 11}},
        annotation_position="top",
    )
    figure.update_layout(height=210, margin={"l": 0, "r": 28, "t": 24, "b": 0}, bargap=0.35, showlegend=False)
    figure.update_xaxes(range=[0, 100], ticksuffix="%", dtick=25, title=None)
    figure.update_yaxes(categoryorder="array", categoryarray=list(rows))
    return figure


def branches_in_words(prediction: Prediction) -> str:
    """The branches' probabilities and the fused one as text."""
    known = [(branch.label, estimate) for branch, estimate in prediction.branches.items() if estimate is not None]
    listed = "; ".join(f"{name} {with_interval(estimate)}" for name, estimate in (*known, (ALL_TOGETHER, prediction.fused)))
    return f"Probability of impairment by branch: {listed}."


def attention_chart(prediction: Prediction, y_mm: tuple[float, ...]) -> go.Figure:
    """Attention weight of each coronal slice by network, from posterior to anterior."""
    figure = go.Figure(
        [
            go.Bar(
                name=branch.label,
                x=[f"{y:.0f}" for y in y_mm],
                y=[100 * float(weight) for weight in prediction.attention[branch]],
                marker_color=NETWORK_COLOURS[branch],
                hovertemplate="y = %{x} mm: %{y:.0f}%<extra>%{fullData.name}</extra>",
            )
            for branch in IMAGE_BRANCHES
        ]
    )
    figure.update_layout(
        height=190,
        margin={"l": 0, "r": 12, "t": 8, "b": 0},
        bargap=0.3,
        legend={"orientation": "h", "y": 1.18, "x": 0},
    )
    figure.update_xaxes(title="MNI y, mm (posterior to anterior)", type="category")
    figure.update_yaxes(ticksuffix="%", nticks=4, rangemode="tozero")
    return figure


def top_slices(prediction: Prediction, y_mm: tuple[float, ...]) -> str:
    """The slice with the highest attention in each network, and what equal weights would be."""
    sentences = []
    for branch in IMAGE_BRANCHES:
        weights = prediction.attention[branch]
        top = int(weights.argmax())
        sentences.append(f"{branch.label} gives most weight to y = {y_mm[top]:.0f} mm ({percent(weights[top])})")
    return f"{'; '.join(sentences)}. Equal weights would be {percent(1 / len(y_mm))} each."
