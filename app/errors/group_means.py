"""What the misclassified have in common: their mean slices and maps beside those of the others with the same label."""

import numpy as np
import streamlit as st

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.browse import BrowsableCohort
from adcore.errors import AdcoreError, CohortError
from adcore.evaluation.cases.classified import Classified, Outcome
from adcore.evaluation.cases.group_means import LEAST_DRAWN, GroupMean, chance_scatter, draw_groups
from app.errors.pictures import explain_session
from app.errors.source import Source
from app.runtime import as_refusal
from app.state.explorer import Explorer
from app.state.keys import AVERAGE_KEY, PAIR_KEY

MOST, LEAST = 30, 3
"""Participants of a group who are averaged at most, drawn at random, and at least."""

SEED = 0

PAIRS = {
    "Missed, beside impaired people who were found": (Outcome.FALSE_NEGATIVE, 1, ("missed", "found")),
    "Called impaired, beside unimpaired people who were not": (Outcome.FALSE_POSITIVE, 0, ("called impaired", "not called so")),
}


def show_group_means(source: Source, shown: Classified, explorer: Explorer) -> None:
    """Let two groups of the participants shown be averaged, on a button's press; nothing without images."""
    if source.cohort is None:
        return
    with st.expander("What the misclassified have in common: mean anatomy and maps", expanded=explorer.means is not None):
        pair = st.selectbox("Groups", list(PAIRS), key=PAIR_KEY)
        groups = _groups(shown, pair)
        few = [f"{name} {len(group)}" for name, group in zip(PAIRS[pair][2], groups, strict=True) if len(group) < LEAST]
        if few:
            st.caption(f"Of the participants shown: {', '.join(few)}. A mean takes {LEAST} or more of each group.")
            return
        key = f"{source.name} {source.place} {pair} {groups}"
        if st.button("Average", key=AVERAGE_KEY):
            try:
                explorer.means = (key, _pictures(source.cohort, groups, PAIRS[pair][2]))
            except (AdcoreError, OSError) as error:
                st.warning(str(as_refusal(error)), icon=None)
        if explorer.means is None or explorer.means[0] != key:
            return
        told, pictures = explorer.means[1]
        for alt, picture in pictures.items():
            st.image(picture, width="stretch", alt=alt)
        st.caption(told)


def _groups(shown: Classified, pair: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sessions of the misclassified, and of the others with their label."""
    outcome, label, _ = PAIRS[pair]
    table = shown.table[shown.table["session"].notna()]
    wrong, right = table["outcome"] == outcome, (table["outcome"] == Outcome.CORRECT) & (table["label"] == label)
    return tuple(sorted(table.loc[wrong, "session"])), tuple(sorted(table.loc[right, "session"]))


def _pictures(
    cohort: BrowsableCohort, groups: tuple[tuple[str, ...], tuple[str, ...]], names: tuple[str, str]
) -> tuple[str, dict[str, bytes]]:
    """What is told of them, and the pictures of anatomy and of each network that shows a map, by what they show."""
    chosen = [_drawn(group) for group in groups]
    bar, done = st.progress(0.0, "Reading the slices and computing the maps"), 0
    means, missing = [], 0
    for group in chosen:
        explained = []
        for session in group:
            try:
                explained.append(explain_session(cohort, session))
            except CohortError:
                missing += 1
            done += 1
            bar.progress(done / sum(map(len, chosen)), f"{done} of {sum(map(len, chosen))} participants")
        if len(explained) < LEAST:
            raise CohortError(
                f"Fewer than {LEAST} participants of a group have slices in this data folder. Choose another folder."
            )
        means.append(GroupMean.of(explained))
    bar.empty()
    one, other = means
    pictures = {f"Mean anatomy: {names[0]}, {names[1]}, and their difference.": draw_groups(one, other, names)}
    for branch in IMAGE_BRANCHES:
        if branch not in one.mean.withheld:
            alt = f"Mean maps of {branch.label}: {names[0]}, {names[1]}, and their difference."
            pictures[alt] = draw_groups(one, other, names, branch)
    less = f" {missing} have no slices and are left out." if missing else ""
    less += f" {MOST} of a group at most were drawn at random (seed {SEED})." if max(map(len, groups)) > MOST else ""
    return (
        "Five of the slices; the patients' right is on the left. Anatomy is compared after smoothing. Differences from "
        f"{LEAST_DRAWN:g} of the scale on are coloured. "
        f"Were both groups of this size drawn from the same people, anatomy would differ by {chance_scatter(one, other):.2f} SDs "
        f"at a place, and there are thousands of places: this shows where to look, and tests nothing.{less}",
        pictures,
    )


def _drawn(group: tuple[str, ...]) -> list[str]:
    if len(group) <= MOST:
        return list(group)
    return sorted(np.random.default_rng(SEED).choice(group, MOST, replace=False).tolist())
