"""One participant's slices with the saliency maps, and the structures with most saliency."""

import pandas as pd
import streamlit as st

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.browse import BrowsableCohort
from adcore.errors import AdcoreError
from adcore.evaluation.cases.case_picture import draw_case, has_saliency
from adcore.explain.painting import LEAST
from adcore.explain.slices_only import SliceExplanation, explain_slices
from adcore.words import percent
from app.errors.source import EVALUATED, OUT_OF_FOLD, Source
from app.runtime import as_refusal, runtime
from app.shared.model import model
from app.state.explorer import Explorer
from app.state.keys import OVERLAY_KEY

BARE = "off"
SHOWN_STRUCTURES = 5

NO_IMAGES = (
    "No images available. To see this participant's slices with saliency maps, choose a data folder above, if one is offered. "
    "The synthetic participants come with their images."
)
WHOSE_MAPS = {
    OUT_OF_FOLD: (
        "They come from the shipped network, which was trained on this participant; the probabilities come from the fold's "
        "network, which was not."
    ),
    EVALUATED: "They come from the model in use here, which may not be the one behind the probabilities.",
}


def show_pictures(source: Source, row: pd.Series, subject: str, branch: Branch | None, explorer: Explorer) -> None:
    """Show the slices with or without a network's map, or say why there are none."""
    if source.cohort is None:
        st.info(NO_IMAGES, icon=None)
        return
    if pd.isna(row["session"]):
        st.info("This participant is not in the data folder, so there are no slices to show.", icon=None)
        return
    key = f"{source.name} {source.place} {row['session']}"
    try:
        with st.spinner("Reading the slices and computing the maps"):
            explanation = _explained(source.cohort, str(row["session"]), key, explorer)
    except (AdcoreError, OSError) as error:
        st.warning(str(as_refusal(error)), icon=None)
        return
    shown = (key, branch.value if branch else BARE)
    if shown not in explorer.pictures:
        title = f"{subject} (synthetic)" if source.cohort.synthetic else subject
        explorer.pictures[shown] = draw_case(explanation, title, branch)
    alt = f"{len(explanation.slices)} coronal slices of {subject}{f' with the map of {branch.label}' if branch else ''}"
    st.image(explorer.pictures[shown], width="stretch", alt=alt)
    if branch in explanation.withheld:
        st.markdown(f"{explanation.withheld[branch]} So no map of {branch.label} is shown.")
    elif branch is not None and not has_saliency(explanation, branch):
        st.markdown(f"{branch.label} has no saliency above {percent(LEAST)} of the scale: nothing is drawn.")
    st.caption(
        f"{len(explanation.slices)} coronal slices, posterior to anterior; the patient's right is on the left. The maps are "
        f"{explanation.method.label} on one scale for all, at their own coarse resolution. {WHOSE_MAPS.get(source.name, '')}"
    )
    _show_regions(explanation)


def choose_overlay() -> Branch | None:
    """Ask for the network whose map to show; none at first."""
    options = {BARE: "off"} | {branch.value: branch.label for branch in IMAGE_BRANCHES}
    st.session_state.setdefault(OVERLAY_KEY, BARE)
    chosen = st.segmented_control("Saliency map", list(options), format_func=options.__getitem__, key=OVERLAY_KEY, required=True)
    return Branch(chosen) if chosen in list(Branch) else None


def _show_regions(explanation: SliceExplanation) -> None:
    shares = {
        branch.label: {region.region: region.share for region in explanation.regions[branch][:SHOWN_STRUCTURES]}
        for branch in IMAGE_BRANCHES
    }
    rows = pd.DataFrame({label: of_branch for label, of_branch in shares.items() if of_branch})
    if rows.empty:
        return
    with st.expander("Structures with most saliency"):
        st.table(rows.map(lambda share: "" if pd.isna(share) else f"{100 * share:.0f}%"))
        st.caption(
            f"The {SHOWN_STRUCTURES} largest shares of each network, by the structures' usual place: this participant's own were "
            "not segmented, and a cell of the map is larger than a hippocampus."
        )


def _explained(cohort: BrowsableCohort, session: str, key: str, explorer: Explorer) -> SliceExplanation:
    """The slices of one session with their maps; those of the two cases opened last are kept."""
    if key not in explorer.explained:
        found = explain_session(cohort, session)
        while len(explorer.explained) > 1:
            dropped = next(iter(explorer.explained))
            del explorer.explained[dropped]
            for picture in [picture for picture in explorer.pictures if picture[0] == dropped]:
                del explorer.pictures[picture]
        explorer.explained[key] = found
    return explorer.explained[key]


def explain_session(cohort: BrowsableCohort, session: str) -> SliceExplanation:
    """The slices of one session with their maps.

    Raises:
        CohortError: the folder has no slices of it.
    """
    slices, config, places = cohort.slices(session), model().slices, cohort.t88_slices
    return runtime().compute(lambda predictor: explain_slices(slices, config, predictor, places))
