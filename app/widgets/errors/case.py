"""One case opened: what every branch said with and without MMSE, and where the image networks looked."""

import pandas as pd
import streamlit as st

from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.errors import AdcoreError
from adcore.evaluation.case_picture import draw_case, has_evidence
from adcore.evaluation.cases import Cases, Judged, Outcome
from adcore.evaluation.cross_validation import CHANCE
from adcore.evaluation.names import BRANCHES, BRIEFLY
from adcore.explain.planes_only import PlaneExplanation, explain_planes
from adcore.prepare.planes import PlaneConfig
from app.failures import as_refusal
from app.runtime import runtime
from app.state import OVERLAY_KEY, Explorer
from app.widgets.chart_row import chart_row
from app.widgets.errors.case_chart import case_chart
from app.widgets.errors.source import Source

PLOT = {"displayModeBar": False}
BARE = "off"
WORDS = {
    Outcome.RIGHT: "answered rightly",
    Outcome.MISSED: "missed: impaired, called unimpaired",
    Outcome.FALSE_ALARM: "a false alarm: unimpaired, called impaired",
    Outcome.UNKNOWN: "no label or no answer to compare",
}


def show_case(source: Source, judged: Judged, subject: str, explorer: Explorer) -> None:
    """Show one person's answers and planes."""
    row = judged.table.set_index("subject").loc[subject]
    left, right = chart_row([2, 3], "case")
    with left:
        st.markdown(f"#### {subject}: {WORDS[Outcome(row['outcome'])]}")
        st.caption(_facts(source, row))
        chances = case_chances(source.cases, row)
        st.markdown("**Probability of impairment**")
        st.plotly_chart(case_chart(chances, judged.threshold), config=PLOT, key="errors_case")
        st.table(_percent(chances))
        if isinstance(row["reasons"], str) and row["reasons"]:
            st.markdown(row["reasons"])
    with right:
        _pictures(source, row, subject, explorer)


def case_chances(cases: Cases, row: pd.Series) -> pd.DataFrame:
    """Probabilities of one person: a row for each part of the model, a column for each inputs; NaN where there is none."""
    shown = {inputs: [row.get(f"{CHANCE}{inputs}_{branch}") for branch in BRANCHES] for inputs in cases.inputs()}
    return pd.DataFrame(shown, index=list(BRANCHES.values()), dtype=float)


def _percent(chances: pd.DataFrame) -> pd.DataFrame:
    words = chances.map(lambda value: "no answer" if pd.isna(value) else f"{100 * value:.0f} %")
    return words.rename(columns=BRIEFLY)


def _facts(source: Source, row: pd.Series) -> str:
    known = {
        "CDR": None if pd.isna(row["cdr"]) else f"CDR {row['cdr']:g}",
        "label": None if pd.isna(row["label"]) else ("counts as impaired" if row["label"] else "counts as unimpaired"),
        "age": None if pd.isna(row["age_years"]) else f"{row['age_years']:.0f} years",
        "sex": {"F": "female", "M": "male"}.get(row["sex"]),
        "session": None if pd.isna(row["session"]) else f"session {row['session']}",
        "fold": None if pd.isna(row["fold"]) else f"fold {row['fold']:.0f}",
        "origin": "synthetic" if source.cohort is not None and source.cohort.synthetic else None,
    }
    return " · ".join(fact for fact in known.values() if fact)


def _pictures(source: Source, row: pd.Series, subject: str, explorer: Explorer) -> None:
    if source.cohort is None:
        st.info(
            "No images at hand. Give the data folder above, and this person's planes appear with Grad-CAM; the synthetic people "
            "have theirs with them.",
            icon=None,
        )
        return
    if pd.isna(row["session"]):
        st.info("This person is not in the data folder, so there are no planes to show.", icon=None)
        return
    try:
        with st.spinner("Reading the planes, and where the networks looked"):
            explanation = _look(source, str(row["session"]), explorer)
    except (AdcoreError, OSError) as error:
        st.warning(str(as_refusal(error)), icon=None)
        return
    options = {BARE: "off"} | {branch.value: branch.label for branch in IMAGE_BRANCHES}
    st.session_state.setdefault(OVERLAY_KEY, BARE)
    overlay = st.segmented_control(
        "Grad-CAM overlay", list(options), format_func=options.__getitem__, key=OVERLAY_KEY, required=True
    )
    overlay = overlay or BARE
    branch = None if overlay == BARE else Branch(overlay)
    title = f"{subject} (synthetic)" if source.cohort.synthetic else subject
    if overlay not in explorer.pictures:
        explorer.pictures[overlay] = draw_case(explanation, title, branch)
    st.image(explorer.pictures[overlay], width="stretch")
    if branch is not None and not has_evidence(explanation, branch):
        st.markdown(f"{branch.label} finds no positive evidence on these planes, so there is no map to draw.")
    st.caption(
        "Ten coronal planes, back to front; the patient's right is on the left. The maps are Grad-CAM on its raw scale, the same "
        "for everyone, at its own coarse resolution."
        + (
            " They come from the network that ships, which has learned from this very person; the probabilities beside come "
            "from another one that never saw them."
            if source.cases.seen_in_training
            else ""
        )
    )


def _look(source: Source, session: str, explorer: Explorer) -> PlaneExplanation:
    """The planes of one session and the maps on them; kept while the case stays open."""
    assert source.cohort is not None
    key = f"{source.name} {session}"
    if explorer.looked_at is None or explorer.looked_at[0] != key:
        planes, config = source.cohort.planes(session), PlaneConfig()
        explorer.looked_at = (key, runtime().compute(lambda predictor: explain_planes(planes, config, predictor)))
        explorer.pictures.clear()
    return explorer.looked_at[1]
