"""The prediction to compare with the label, and the filters on the participants shown."""

import math

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from adcore.answer.prediction import DISAGREEMENT
from adcore.evaluation.cases.age_bands import STARTS
from adcore.evaluation.cases.attributes import SEXES
from adcore.evaluation.cases.cases import Cases
from adcore.evaluation.cases.classified import CaseFilter, Classified, Kind, classify
from adcore.statistics.names import BRANCHES, INPUTS
from app.state.explorer import EVERY_CHANCE, Explorer
from app.state.keys import (
    AGES_KEY,
    BANDS_KEY,
    BRANCH_KEY,
    CDR_KEY,
    CELLS_KEY,
    CHANCES_KEY,
    DISTANCE_KEY,
    INPUTS_KEY,
    KINDS_KEY,
    MMSE_RANGE_KEY,
    NO_AGES_KEY,
    QUALITY_KEYS,
    SEX_KEY,
    SITE_KEY,
    THRESHOLD_KEY,
)

QUALITY_WORDS = {
    "smoothness_mm": ("Smoothness (FWHM, mm)", "%.1f", 0.1),
    "noise_percent": ("Noise (% of white matter)", "%.1f", 0.1),
}
"""Label, format and step of each column of the scans' quality."""

NEEDS_DATA = "Not known for these participants here; a data folder may provide it."
CELLS = {(1, 1): "true positive", (1, 0): "false negative", (0, 0): "true negative", (0, 1): "false positive"}
"""Cells of the confusion matrix by label and answer, 1 impaired, 0 not."""


def choose(cases: Cases, threshold: float, explorer: Explorer) -> tuple[Classified, CaseFilter]:
    """Ask for inputs, branch, threshold and filters.

    Args:
        threshold: the card's, at which the slider begins.
    Returns:
        all cases as that branch classifies them with those inputs, and the filter.
    """
    first, second, third = st.columns([3, 2, 3], gap="medium")
    inputs = _one_of(first, "Inputs", INPUTS_KEY, {name: INPUTS[name] for name in cases.inputs()})
    branch = _one_of(second, "Branch", BRANCH_KEY, {name: BRANCHES[name] for name in cases.branches(inputs)})
    classified = _classified(cases, inputs, branch, _threshold(third, threshold), explorer)
    table = classified.table
    kinds, cells = st.columns(2, gap="medium")
    with kinds:
        chosen_kinds = _kinds(table, cases.undecided)
    with cells:
        chosen_cells = _cells(table)
    chances, ages, cdr, sex = st.columns([3, 3, 2, 2], gap="medium")
    bands, years = _ages(ages, table, explorer)
    sites, mmse, distance = _of_cohort(table, explorer)
    wanted = CaseFilter(
        kinds=frozenset(chosen_kinds),
        cells=frozenset(chosen_cells),
        chances=_chances(chances),
        cdr=frozenset(_several(cdr, "CDR", CDR_KEY, sorted(table["cdr"].dropna().unique()))),
        ages=years,
        bands=bands,
        sexes=frozenset(_several(sex, "Sex", SEX_KEY, sorted(table["sex"].dropna().unique()))),
        sites=sites,
        mmse=mmse,
        distance=distance,
        quality=_quality(table, explorer),
        among=explorer.among,
    )
    return classified, wanted


def _classified(cases: Cases, inputs: str, branch: str, threshold: float, explorer: Explorer) -> Classified:
    """The cases as that branch classifies them, worst first; kept, since filters don't change it."""
    key = (inputs, branch, threshold)
    if explorer.classified is None or explorer.classified[0] is not cases or explorer.classified[1] != key:
        explorer.classified = (cases, key, classify(cases, inputs, branch, threshold).worst_first())
    return explorer.classified[2]


def _threshold(place: DeltaGenerator, fixed: float) -> float:
    if st.session_state.get(THRESHOLD_KEY) is None:
        st.session_state[THRESHOLD_KEY] = round(100 * fixed)
    chosen = place.slider(
        "Threshold",
        1,
        99,
        key=THRESHOLD_KEY,
        format="%d%%",
        help=(
            f"Fixed in advance at {100 * fixed:.0f}%. Another one is for looking: figures at a threshold chosen on the same "
            "people flatter. The answers in words keep their own."
        ),
    )
    return fixed if chosen == round(100 * fixed) else chosen / 100


def _kinds(table: pd.DataFrame, undecided: str) -> list[Kind]:
    return st.pills(
        "Show only",
        list(Kind),
        format_func=lambda kind: f"{kind.value} ({int(table[kind.value].sum())})",
        selection_mode="multi",
        key=KINDS_KEY,
        help=(
            "Several together: all must hold. Confidently wrong: the program's answer in words, likely impaired or likely "
            "unimpaired, was wrong. "
            f"Branches disagree: two are at least {100 * DISAGREEMENT:.0f} points apart, with 90% intervals on opposite sides of "
            "the threshold. "
            f"Inconclusive: {undecided}."
        ),
    )


def _cells(table: pd.DataFrame) -> list[tuple[int, int]]:
    counts = table.groupby(["label", "called"]).size()
    return st.pills(
        "Cell of the confusion matrix",
        list(CELLS),
        format_func=lambda cell: f"{CELLS[cell].capitalize()} ({int(counts.get(cell, 0))})",
        selection_mode="multi",
        key=CELLS_KEY,
        help="The same as a click into the matrix below.",
    )


def _chances(place: DeltaGenerator) -> tuple[float, float] | None:
    """The range chosen; None while it is the full range."""
    st.session_state.setdefault(CHANCES_KEY, EVERY_CHANCE)
    place.slider(
        "Probability", *EVERY_CHANCE, key=CHANCES_KEY, format="%d%%", help="The same as a click on a bar of the histogram below."
    )
    low, high = st.session_state[CHANCES_KEY]
    return None if (low, high) == EVERY_CHANCE else (low / 100, high / 100)


def _one_of(place: DeltaGenerator, label: str, key: str, options: dict[str, str]) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(options))
    return place.selectbox(label, list(options), format_func=options.__getitem__, key=key)


def _several(place: DeltaGenerator, label: str, key: str, options: list) -> list:
    if not options:
        place.multiselect(label, [], placeholder="not known", disabled=True, help=NEEDS_DATA, key=f"{key}_unknown")
        return []
    st.session_state[key] = [value for value in st.session_state.get(key, []) if value in options]
    return place.multiselect(
        label,
        options,
        format_func=lambda value: SEXES.get(value) or (value if isinstance(value, str) else f"{value:g}"),
        placeholder="all",
        key=key,
    )


def _ages(place: DeltaGenerator, table: pd.DataFrame, explorer: Explorer) -> tuple[frozenset[str], tuple[float, float] | None]:
    """The bands and the range of years chosen; years where they are known. None while it is the full range."""
    known = table["age_years"].dropna()
    if known.empty:
        present = set(table["age_band"].dropna())
        return frozenset(_several(place, "Age", BANDS_KEY, [band for band in STARTS if band in present])), None
    if math.floor(known.min()) == math.ceil(known.max()):
        place.slider("Age", 0, 100, (0, 100), disabled=True, help=NEEDS_DATA, key=NO_AGES_KEY)
        return frozenset(), None
    return frozenset(), _range(place, "Age", AGES_KEY, known, "%d years", explorer)


def _of_cohort(
    table: pd.DataFrame, explorer: Explorer
) -> tuple[frozenset, tuple[float, float] | None, tuple[float, float] | None]:
    """Sites, MMSE and distance from the training set, each asked for where it differs among the cases, as in a cohort."""
    values = {name: table[name].dropna() for name in ("site", "mmse", "training_distance") if name in table}
    there = [name for name, known in values.items() if known.nunique() > 1]
    places = dict(zip(there, st.columns(3, gap="medium"), strict=False)) if there else {}
    sites = _several(places["site"], "Site", SITE_KEY, sorted(values["site"].unique())) if "site" in places else []
    mmse = _range(places["mmse"], "MMSE", MMSE_RANGE_KEY, values["mmse"], "%d", explorer) if "mmse" in places else None
    distance = None
    if "training_distance" in places:
        words = "Distance from the training set"
        distance = _range(
            places["training_distance"], words, DISTANCE_KEY, values["training_distance"], "%.2f", explorer, step=0.01
        )
    return frozenset(sites), mmse, distance


def _quality(table: pd.DataFrame, explorer: Explorer) -> dict[str, tuple[float, float]]:
    """What the checks measured of the scans, asked for where it differs among the cases."""
    there = [name for name in QUALITY_WORDS if name in table and table[name].nunique() > 1]
    chosen: dict[str, tuple[float, float]] = {}
    for name, place in zip(there, st.columns(len(QUALITY_WORDS), gap="medium") if there else (), strict=False):
        label, form, step = QUALITY_WORDS[name]
        limits = _range(place, label, f"{QUALITY_KEYS}{name}", table[name].dropna(), form, explorer, step)
        if limits is not None:
            chosen[name] = limits
    return chosen


def _range(
    place: DeltaGenerator, label: str, key: str, known: pd.Series, form: str, explorer: Explorer, step: float = 1
) -> tuple[float, float] | None:
    """The range of values chosen with a slider over all that are known; None while that is the full range.

    Other cases have another range, of which all is chosen at first: what was all of the last one would leave some out.
    """
    low, high = (round(end * step, 6) for end in (math.floor(known.min() / step), math.ceil(known.max() / step)))
    if explorer.ranges.get(key) != (low, high):
        explorer.ranges[key] = (low, high)
        st.session_state.pop(key, None)
    st.session_state.setdefault(key, (low, high))
    chosen = place.slider(label, low, high, key=key, format=form, step=step)
    return None if chosen == (low, high) else (float(chosen[0]), float(chosen[1]))
