"""The table of participants, the furthest off first: a click on a heading sorts it, and a selected row opens the case."""

import hashlib
from itertools import compress, product

import pandas as pd
import streamlit as st

from adcore.evaluation.cases.classified import MISS, Classified, Kind
from app.state.keys import CASE_KEY, CASE_TABLE_KEY

HEIGHT = 320
COLUMNS = {
    "subject": "Participant",
    "chance": "Probability",
    "truth": "Label",
    "outcome": "Outcome",
    "miss": "Off by",
    "remarks": "Remark",
    "apart": "Gap between branches",
    "cdr": "CDR",
    "age_years": "Age",
    "age_band": "Age band",
    "sex": "Sex",
    "fold": "Fold",
}
REMARKS = (Kind.CONFIDENTLY_WRONG, Kind.DISAGREEING, Kind.INCONCLUSIVE)
LABELS = {0.0: "unimpaired", 1.0: "impaired"}


def choose_case(classified: Classified) -> str | None:
    """Show the participants and return the one to open."""
    subjects = classified.table["subject"].tolist()
    key = f"{CASE_TABLE_KEY}_{hashlib.sha256(' '.join(subjects).encode()).hexdigest()[:8]}"  # another list drops the selected row

    def take_row() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            st.session_state[CASE_KEY] = subjects[rows[0]]

    st.dataframe(
        _readable(classified),
        hide_index=True,
        height=HEIGHT,
        key=key,
        on_select=take_row,
        selection_mode="single-row",
        column_config={
            COLUMNS["chance"]: st.column_config.ProgressColumn(
                format="%.0f%%",
                min_value=0,
                max_value=100,
                help="Probability of impairment, by the inputs and branch chosen above.",
            ),
            COLUMNS["miss"]: st.column_config.NumberColumn(
                format="%.0f points", help="How far the probability lies from the label: impaired is 100%, unimpaired 0%."
            ),
            COLUMNS["apart"]: st.column_config.NumberColumn(
                format="%.0f points", help="Largest difference between two branches."
            ),
            COLUMNS["age_years"]: st.column_config.NumberColumn(format="%d"),
        },
    )
    if st.session_state.get(CASE_KEY) not in subjects:
        st.session_state[CASE_KEY] = None
    _steps(subjects)
    chosen: str | None = st.session_state[CASE_KEY]
    return chosen


def _steps(subjects: list[str]) -> None:
    """A selector below the table, and buttons that step through the participants shown."""

    def step(by: int) -> None:
        place = subjects.index(st.session_state[CASE_KEY]) if st.session_state[CASE_KEY] else -max(by, 0)
        st.session_state[CASE_KEY] = subjects[(place + by) % len(subjects)]

    chooser, before, after, _ = st.columns([3, 1, 1, 4], gap="small", vertical_alignment="bottom")
    chooser.selectbox("Case", subjects, index=None, placeholder="Select a row, or a participant here", key=CASE_KEY)
    before.button("Previous", on_click=step, args=(-1,), key="adcore_previous", width="stretch", disabled=not subjects)
    after.button("Next", on_click=step, args=(1,), key="adcore_next", width="stretch", disabled=not subjects)


def _readable(classified: Classified) -> pd.DataFrame:
    table = classified.table
    table = table.assign(
        chance=100 * table["chance"],
        apart=100 * table["apart"],
        truth=table["label"].map(LABELS).fillna("unknown"),
        miss=100 * table[MISS],
        remarks=_remarks(table),
    )
    known = [name for name in COLUMNS if table[name].notna().any()]
    shown = [name for name in known if name != "age_band" or "age_years" not in known]
    return table[shown].rename(columns=COLUMNS)


def _remarks(table: pd.DataFrame) -> list[str]:
    """What is remarkable about each case: one of eight texts."""
    flags = [table[kind.value].to_numpy(dtype=bool) for kind in REMARKS]
    texts = {
        kinds: ", ".join(compress((kind.value.lower() for kind in REMARKS), kinds)) for kinds in product((True, False), repeat=3)
    }
    return [texts[kinds] for kinds in zip(*(column.tolist() for column in flags), strict=True)]
