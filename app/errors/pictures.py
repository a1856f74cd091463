"""One person's planes, where the image networks looked on them, and on which parts of the brain that falls."""

import pandas as pd
import streamlit as st

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.browse import BrowsableCohort
from adcore.errors import AdcoreError
from adcore.evaluation.cases.case_picture import LEAST, draw_case, has_saliency
from adcore.explain.slices_only import SliceExplanation, explain_slices
from adcore.words import percent
from app.errors.source import EVALUATED, OUT_OF_FOLD, Source
from app.failures import as_refusal
from app.model import model
from app.runtime import runtime
from app.state.explorer import Explorer
from app.state.keys import OVERLAY_KEY

BARE = "off"
SHOWN_STRUCTURES = 5

NO_IMAGES = (
    "No images at hand: this person's planes, with Grad-CAM, need a data folder, to be chosen above where one is offered. The "
    "synthetic people have theirs with them."
)
WHOSE_MAPS = {
    OUT_OF_FOLD: (
        "They come from the network that ships, which has learned from this very person; the probabilities beside come from "
        "another one that never saw them."
    ),
    EVALUATED: "They come from the model at work here, which may not be the one that the probabilities came from.",
}


def show_pictures(source: Source, row: pd.Series, subject: str, explorer: Explorer) -> None:
    """Show the planes with or without a map, or say why there are none."""
    if source.cohort is None:
        st.info(NO_IMAGES, icon=None)
        return
    if pd.isna(row["session"]):
        st.info("This person is not in the data folder, so there are no planes to show.", icon=None)
        return
    try:
        with st.spinner("Reading the planes, and where the networks looked"):
            explanation = _look(source.cohort, str(row["session"]), f"{source.name} {source.place} {row['session']}", explorer)
    except (AdcoreError, OSError) as error:
        st.warning(str(as_refusal(error)), icon=None)
        return
    branch = _choose_overlay()
    shown = branch.value if branch else BARE
    if shown not in explorer.pictures:
        title = f"{subject} (synthetic)" if source.cohort.synthetic else subject
        explorer.pictures[shown] = draw_case(explanation, title, branch)
    st.image(explorer.pictures[shown], width="stretch")
    if branch is not None and not has_saliency(explanation, branch):
        st.markdown(
            f"{branch.label} finds no evidence for impairment that reaches {percent(LEAST)} of the scale: nothing is drawn."
        )
    st.caption(
        f"{len(explanation.slices)} coronal planes, back to front; the patient's right is on the left. The maps are Grad-CAM on "
        f"its raw scale, the same for everyone, at its own coarse resolution. {WHOSE_MAPS.get(source.name, '')}"
    )
    _show_regions(explanation)


def _choose_overlay() -> Branch | None:
    """The network whose map is wanted; none at first."""
    options = {BARE: "off"} | {branch.value: branch.label for branch in IMAGE_BRANCHES}
    st.session_state.setdefault(OVERLAY_KEY, BARE)
    chosen = st.segmented_control(
        "Grad-CAM overlay", list(options), format_func=options.__getitem__, key=OVERLAY_KEY, required=True
    )
    return Branch(chosen) if chosen in list(Branch) else None


def _show_regions(explanation: SliceExplanation) -> None:
    shares = {
        branch.label: {region.region: region.share for region in explanation.regions[branch][:SHOWN_STRUCTURES]}
        for branch in IMAGE_BRANCHES
    }
    rows = pd.DataFrame(shares)
    if rows.empty:
        return
    with st.expander("On which parts of the brain the evidence falls"):
        st.table(rows.map(lambda share: "" if pd.isna(share) else f"{100 * share:.0f}%"))
        st.caption(
            f"The {SHOWN_STRUCTURES} largest shares of each network, by where the parts usually lie: this person's own were not "
            "outlined, and a map's cell is larger than a hippocampus."
        )


def _look(cohort: BrowsableCohort, session: str, key: str, explorer: Explorer) -> SliceExplanation:
    """The planes of one session and the maps on them; kept while the case stays open."""
    if explorer.looked_at is None or explorer.looked_at[0] != key:
        slices, config, places = cohort.slices(session), model().slices, cohort.t88_slices
        explorer.looked_at = (key, runtime().compute(lambda predictor: explain_slices(slices, config, predictor, places)))
        explorer.pictures.clear()
    return explorer.looked_at[1]
