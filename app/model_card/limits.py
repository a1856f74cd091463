"""Question 10: where the model fails, what changed, and how to make every figure again."""

import pandas as pd
import streamlit as st

from adcore.evaluation.card.verify import Finding, Verdict
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import CONFIDENT, Kind, classify
from adcore.model.card import CARD_FILE, FOLDS_FILE, ModelCard
from adcore.words import percent
from app.model import ModelFolder, findings
from app.model_card.wording import listed, not_known

ERRORS_PAGE = "../pages/errors.py"


def show_limits(card: ModelCard, cases: Cases) -> None:
    """Known failures, and the way to the people it judged wrongly."""
    inputs = cases.inputs()[0]
    table = classify(cases, inputs, FUSED, card.threshold).table
    wrong, sure = int(table[Kind.WRONG.value].sum()), int(table[Kind.CONFIDENTLY_WRONG.value].sum())
    st.markdown(
        f"With everything known, all together is wrong on **{wrong} of {len(table)}** people; of **{sure}** of them it was sure "
        f"by at least {percent(CONFIDENT)}."
    )
    st.page_link(ERRORS_PAGE, label="**Look at each of them on the errors page** →")
    listed("Known limits", card.limits)
    not_known(
        "How people use it: it has not been in use anywhere, and no reader study was made.",
        "How it does on patients of another hospital or scanner.",
    )


def show_reproduction(known: ModelFolder) -> None:
    """The command that makes the figures again, the files, and a check on the spot."""
    card, name = known.card, known.folder.name
    st.markdown("**Make the figures again**")
    st.code(
        f"adcore evaluate --model models/{name}                 # from the stored predictions, section by section\n"
        f"adcore evaluate --model models/{name} --data FOLDER    # with the cohort's table and planes, too",
        language="bash",
    )
    seeds = ", ".join(f"{what} {seed}" for what, seed in card.seeds.items())
    if seeds:
        st.caption(f"Seeds: {seeds}. What changed between versions: CHANGELOG.md.")
    with st.container(horizontal=True):
        for file, kind in ((CARD_FILE, "application/json"), (FOLDS_FILE, "text/csv")):
            content = (known.folder / file).read_bytes()
            st.download_button(f"Download {file}", content, file, kind, on_click="ignore", key=f"card_download_{file}")
        asked = st.button("Check the card against its predictions now", key="card_check")
    if asked:
        _show_findings(findings())


def _show_findings(found: list[Finding]) -> None:
    bad = [one for one in found if one.verdict is Verdict.DIFFERS]
    if bad:
        st.warning(f"{len(bad)} sections of the card differ from what its predictions give. Do not trust them.", icon=None)
    else:
        agreeing = sum(one.verdict is Verdict.AGREES for one in found)
        st.markdown(f"{agreeing} sections computed again, and all of them agree.")
    rows = [{"Section": one.section.replace("_", " "), "Verdict": one.verdict.value, "Detail": one.detail} for one in found]
    st.table(pd.DataFrame(rows).set_index("Section"))
