"""Section 10: where the model fails, what changed, and how to reproduce every figure."""

from pathlib import Path

import pandas as pd
import streamlit as st

from adcore.evaluation.card.verify import Finding, Verdict, check_card
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import Kind, classify
from adcore.model.card import CARD_FILE, FOLDS_FILE, ModelCard
from app.model_card.wording import listed, not_known
from app.shared.model import ModelFolder
from app.user import may_open

ERRORS_PAGE = "../pages/errors.py"


def show_limits(card: ModelCard, cases: Cases) -> None:
    """Show the known failures, and a link to the participants it misclassified."""
    inputs = cases.inputs()[0]
    table = classify(cases, inputs, FUSED, card.threshold).table
    wrong, sure = int(table[Kind.WRONG.value].sum()), int(table[Kind.CONFIDENTLY_WRONG.value].sum())
    st.markdown(
        f"With all inputs, the fused prediction misclassifies **{wrong} of {len(table)}** participants out of fold. **{sure}** "
        "participants got a wrong answer in words: likely impaired, or likely unimpaired, against their label."
    )
    if may_open("errors"):
        st.page_link(ERRORS_PAGE, label="**See each of them on the errors page** →")
    listed("Known limits", card.limits)
    not_known(
        "How people use it: it has not been used anywhere, and there is no reader study.",
        "How it performs on patients of another hospital or scanner.",
    )


def show_reproduction(known: ModelFolder) -> None:
    """Show the commands that reproduce the figures, the files, and a check to run here."""
    card, name = known.card, known.folder.name
    st.markdown("**Reproduce the figures**")
    st.code(
        f"adcore evaluate --model models/{name}                 # from the stored predictions, section by section\n"
        f"adcore evaluate --model models/{name} --data FOLDER    # also with the cohort's table and slices",
        language="bash",
        wrap_lines=True,
    )
    seeds = ", ".join(f"{what} {seed}" for what, seed in card.seeds.items())
    if seeds:
        st.caption(f"Seeds: {seeds}. Changes between versions: CHANGELOG.md.")
    with st.container(horizontal=True):
        for file, kind in ((CARD_FILE, "application/json"), (FOLDS_FILE, "text/csv")):
            content = (known.folder / file).read_bytes()
            st.download_button(f"Download {file}", content, file, kind, on_click="ignore", key=f"card_download_{file}")
        asked = st.button("Check the card against its predictions", key="card_check")
    if asked:
        _show_findings(_check(known.folder, tuple(sorted(card.weights.values()))))


@st.cache_resource(show_spinner="Recomputing every figure of the card", max_entries=2)
def _check(folder: Path, weights: tuple[str, ...]) -> list[Finding]:
    """Recompute the card's sections, which takes about 15 seconds; cached until the weights' hashes change."""
    return check_card(folder)


def _show_findings(found: list[Finding]) -> None:
    bad = [one for one in found if one.verdict is Verdict.DIFFERS]
    if bad:
        st.warning(f"{len(bad)} sections of the card differ from its predictions. Do not trust them.", icon=None)
    else:
        agreeing = sum(one.verdict is Verdict.AGREES for one in found)
        st.markdown(f"{agreeing} sections were recomputed, and all of them agree.")
    rows = [{"Section": one.section.replace("_", " "), "Result": one.verdict.value, "Detail": one.detail} for one in found]
    st.table(pd.DataFrame(rows).set_index("Section"))
