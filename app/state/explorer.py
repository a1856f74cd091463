"""The errors page's part of a session."""

from dataclasses import dataclass, field

import plotly.graph_objects as go
import streamlit as st

from adcore.cohorts.browse import BrowsableCohort
from adcore.evaluation.cases.case_notes import Notes
from adcore.evaluation.cases.cases import Cases
from adcore.evaluation.cases.classified import Classified
from adcore.explain.slices_only import SliceExplanation
from adcore.statistics.worst_groups import Search
from app.state.keys import (
    AGES_KEY,
    BANDS_KEY,
    CDR_KEY,
    CELLS_KEY,
    CHANCES_KEY,
    DISTANCE_KEY,
    KINDS_KEY,
    MMSE_RANGE_KEY,
    QUALITY_KEYS,
    SEX_KEY,
    SITE_KEY,
)
from app.state.offers import Offers

EVERY_CHANCE = (0, 100)
"""The range of probabilities that leaves nobody out, in percent."""


@dataclass(eq=False)
class Explorer:
    """The errors page's state for one user.

    Attributes:
        predictions: the uploader's id of the last table, with its cases or the reason it was refused.
        cohort: the data folder opened last, with a key of its path and the model's slices.
        filled: the cases opened last, before and after the data folder's table filled them in, with the folder's key.
        classified: the cases classified last, with their source, inputs, branch and threshold.
        ranges: least and most of each slider over a field, by its key.
        figures: charts of the overview, by a digest of whom they show.
        thumbnails: a slice by data folder and session; None where there is none.
        explained: the cases opened last, two at most, by key: their slices with the saliency maps.
        pictures: those cases' pictures, by key and overlay.
        link: the case last named in the page's address.
        following: whether the address chose the case, which is still to be shown.
        clear_filters: whether the filters hide that case and must be cleared.
        lead: how often something led to the open case; the page brings it into view when this grows.
        means: the two groups averaged last: whom, what is told of them, and their pictures by what they show.
        searched: the subgroups found last, with the cases among whom they were searched.
        group, among: the subgroup chosen as a filter, and its participants.
        notes: tags and notes, by set of cases and participant; `notes_saved`: whether a file holds them; `notes_from`: the
            uploader's id of the table read last.
        offers: their file.
    """

    predictions: tuple[str, Cases | str] | None = None
    cohort: tuple[str, BrowsableCohort] | None = None
    filled: tuple[Cases, BrowsableCohort, Cases] | None = None
    classified: tuple[Cases, tuple[str, str, float], Classified] | None = None
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    figures: dict[str, go.Figure] = field(default_factory=dict)
    thumbnails: dict[str, bytes | None] = field(default_factory=dict)
    explained: dict[str, SliceExplanation] = field(default_factory=dict)
    pictures: dict[tuple[str, str], bytes] = field(default_factory=dict)
    link: str | None = None
    following: bool = False
    clear_filters: bool = False
    lead: int = 0
    means: tuple[str, tuple[str, dict[str, bytes]]] | None = None
    searched: tuple[Classified, Search] | None = None
    group: str | None = None
    among: frozenset[str] | None = None
    notes: Notes = field(default_factory=dict)
    notes_saved: bool = True
    notes_from: str | None = None
    offers: Offers = field(default_factory=Offers)

    def remove_filters(self) -> None:
        """Remove every filter on the participants; call it before the filters are drawn."""
        for key in (KINDS_KEY, CELLS_KEY, CDR_KEY, SEX_KEY, BANDS_KEY, SITE_KEY):
            st.session_state[key] = []
        st.session_state[CHANCES_KEY] = EVERY_CHANCE
        ranges = [str(key) for key in st.session_state if str(key).startswith(QUALITY_KEYS)]
        for key in (AGES_KEY, MMSE_RANGE_KEY, DISTANCE_KEY, *ranges):
            st.session_state.pop(key, None)
        self.group = self.among = None
