"""What one user's session holds. The only module that names keys of Streamlit's session state.

Patient data lives here and nowhere else: Streamlit's caches are shared between all users.
"""

from dataclasses import dataclass, field
from uuid import uuid4

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.clinical import FIELDS, RECORDED_FIELDS, ClinicalRecord
from adcore.cohorts.browse import BrowsableCohort
from adcore.evaluation.cases import Cases
from adcore.explain.planes_only import PlaneExplanation
from adcore.longitudinal.course import Course
from adcore.longitudinal.follow import PlannedVisit
from adcore.prepare.checks import Check
from adcore.reading import ReaderNote
from adcore.scan import Scan
from adcore.series import Series
from app.runtime import Job

_SESSION = "adcore_session"
CHOICE_KEY = "adcore_choice"
UPLOAD_KEY = "adcore_upload"
SERIES_KEY = "adcore_series"
ANALYSE_KEY = "adcore_analyse"
ITEMS_KEY = "adcore_mmse_items"
ITEM_KEYS = "adcore_item_"
"""Prefix of the keys of the MMSE's sections."""

FIRST_KEYS = "adcore_first_"
NOTE_KEYS = "adcore_note_"
"""Prefixes of the keys of the reader's estimate before the answer, and of the note after it."""

TOUR_KEYS = "adcore_tour_"

KEPT = "adcore_kept_"
"""Prefix of the widgets whose values outlive a page switch."""

READ_FIRST_KEY = f"{KEPT}read_first"
SOURCE_KEY = f"{KEPT}source"
FOLDER_KEY = f"{KEPT}folder"
PREDICTIONS_KEY = "adcore_predictions"
INPUTS_KEY = f"{KEPT}inputs"
BRANCH_KEY = f"{KEPT}branch"
KINDS_KEY = f"{KEPT}kinds"
CDR_KEY = f"{KEPT}cdr"
AGES_KEY = f"{KEPT}ages"
SEX_KEY = f"{KEPT}sex"
OVER_KEY = f"{KEPT}over"
CASE_KEY = f"{KEPT}case"
OVERLAY_KEY = f"{KEPT}overlay"
CASE_TABLE_KEY = "adcore_case_table"
CARD_INPUTS_KEY = f"{KEPT}card_inputs"
CARD_BRANCH_KEY = f"{KEPT}card_branch"
CARD_MEASURE_KEY = f"{KEPT}card_measure"
PREVALENCE_KEY = f"{KEPT}prevalence"
WHAT_IF_KEY = "adcore_what_if"
VISIT_UPLOAD_KEY = "adcore_visit_upload"
VISIT_MONTHS_KEY = f"{KEPT}visit_months"
VISIT_MMSE_KEY = f"{KEPT}visit_mmse"
VISIT_AGE_KEY = f"{KEPT}visit_age"
VISIT_SEX_KEY = f"{KEPT}visit_sex"
ADD_UPLOAD_KEY, ADD_REVIEWED_KEY, ADD_DEMO_KEY = "adcore_add_upload", "adcore_add_reviewed", "adcore_add_demo"
CLEAR_VISITS_KEY, COMPARE_KEY = "adcore_clear_visits", "adcore_compare"
SHOWN_VISIT_KEY, EARLIER_KEY, LATER_KEY = f"{KEPT}shown_visit", f"{KEPT}earlier", f"{KEPT}later"


@dataclass(frozen=True, eq=False)
class Study:
    """The patient under review.

    Attributes:
        origin: the demo patient's key, or the upload's digest and its series.
        title, story: what the page calls the patient; never a file's name, which may hold a person's.
    """

    origin: str
    title: str
    story: str
    scan: Scan


@dataclass(frozen=True)
class Upload:
    """What the user uploaded last, without its content.

    Attributes:
        origin: digest of the uploader's ids of the files.
        series: what there is to choose from; empty where there is nothing to choose.
        number: the series chosen.
    """

    origin: str
    series: tuple[Series, ...] = ()
    number: int | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """An analysis and the key of the inputs it answers."""

    key: str
    analysis: Analysis


@dataclass(eq=False)
class Explorer:
    """What the errors page holds of one user.

    Attributes:
        predictions: the table uploaded last, or why it was refused; with the uploader's id of the file.
        cohort: the data folder opened last, by its address.
        looked_at: the case opened last: its key, and where the networks looked on its planes.
        pictures: that case's pictures, by overlay.
    """

    predictions: tuple[str, Cases | str] | None = None
    cohort: tuple[str, BrowsableCohort] | None = None
    looked_at: tuple[str, PlaneExplanation] | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)


@dataclass(eq=False)
class Timeline:
    """What the page over time holds of one user.

    Attributes:
        planned: the visits added, in any order.
        uploads: how many were read, so that the uploader is emptied after each.
        job: the comparison under way, `course` what came of it, each with the key of the visits it answers.
        differences: maps of change by the numbers of their visits.
        payload: the viewer's bytes, and what they were made of.
        notice: a sentence about the last upload or comparison.
    """

    planned: list[PlannedVisit] = field(default_factory=list)
    uploads: int = 0
    job: Job[Course] | None = None
    course: tuple[str, Course] | None = None
    differences: dict[tuple[int, int], NDArray[np.float32]] = field(default_factory=dict)
    payload: tuple[tuple[int, int, int], bytes] | None = None
    notice: str | None = None

    def forget_results(self) -> None:
        """The visits changed: nothing that was made of them stays."""
        self.course = self.payload = self.notice = None
        self.differences.clear()


@dataclass(eq=False)
class Session:
    """Everything of one user.

    Attributes:
        choice: the demo patient's key, or "upload".
        upload: what was read last; kept so that a refused upload is not read again with every click.
        fields: the clinical form, by field name, as typed; None is unknown. Kept here because widgets forget on a page switch.
        items: points of the MMSE's sections, by section; None is unknown.
        by_items: whether these make the MMSE, and not the total that was typed.
        job: the analysis under way.
        start: whether to analyse without being asked, once.
        result: the last answer; shown only while the inputs are the ones it answers.
        sealed: an answer that came before the reader committed to an estimate of their own; nothing of it may be shown.
        notes: the reader's, by the scan's sha256.
        seen: the scans (sha256) whose answer was shown, so that no estimate of them can be called one before it.
        tour: the step of the guided case; None outside it.
        link: the case that the page's address named last.
        payload: the viewer's bytes, and what they were made of.
        notice: a sentence for the user about the last upload or analysis.
        explorer: of the errors page.
        timeline: of the page over time.
    """

    id: str = field(default_factory=lambda: uuid4().hex)
    choice: str | None = None
    study: Study | None = None
    upload: Upload | None = None
    fields: dict[str, float | str | None] = field(default_factory=dict)
    items: dict[str, float | None] = field(default_factory=dict)
    by_items: bool = False
    job: Job[Analysis] | None = None
    start: bool = False
    result: Result | None = None
    sealed: Result | None = None
    notes: dict[str, ReaderNote] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    tour: int | None = None
    link: str | None = None
    payload: tuple[tuple[str, str], bytes] | None = None
    notice: str | None = None
    explorer: Explorer = field(default_factory=Explorer)
    timeline: Timeline = field(default_factory=Timeline)

    @property
    def busy(self) -> bool:
        """Whether an analysis is under way."""
        return self.job is not None

    @property
    def note(self) -> ReaderNote | None:
        """The reader's note on the scan on the table."""
        return self.notes.get(self.study.scan.sha256) if self.study else None

    @property
    def awaits_estimate(self) -> bool:
        """Whether the reader wants to commit before the answer to this scan is shown, and has not yet."""
        unread = self.study is not None and self.result is None and self.note is None and not self._seen
        return self.sealed is not None or (unread and self.tour is None and read_first())

    @property
    def checks(self) -> tuple[Check, ...]:
        """Of the scan on the table; empty until it was analysed. They tell nothing of a sealed answer."""
        known = self.result or self.sealed
        return known.analysis.prepared.checks if known else ()

    def open_study(self, study: Study | None, record: ClinicalRecord | None = None) -> None:
        """Put another patient on the table: nothing of the one before stays but the reader's note on it."""
        self.study = study
        self.result = self.sealed = self.payload = self.notice = self.tour = None
        self.start = self.by_items = False
        self.items.clear()
        values = (record or ClinicalRecord()).model_dump(mode="json")
        for spec in (*FIELDS, *RECORDED_FIELDS):
            self.fields[spec.name] = values[spec.name]
            st.session_state.pop(field_key(spec.name), None)
        for key in [key for key in st.session_state if str(key).startswith(ITEM_KEYS) or key == ITEMS_KEY]:
            del st.session_state[key]

    def take(self, result: Result) -> None:
        """Receive an answer: sealed where the reader still owes an estimate and there is something to hide."""
        self.result = self.sealed = None
        if self.awaits_estimate and result.analysis.prediction is not None:
            self.sealed = result
        else:
            self._show(result)

    def commit(self, note: ReaderNote) -> None:
        """Keep the reader's first note, and show the answer if there is one."""
        self.write(note)
        if self.sealed is not None:
            result, self.sealed = self.sealed, None
            self._show(result)

    def write(self, note: ReaderNote) -> None:
        """Keep a note on the scan on the table."""
        if self.study is not None:
            self.notes[self.study.scan.sha256] = note

    def _show(self, result: Result) -> None:
        self.result = result
        if result.analysis.prediction is not None:
            self.seen.add(result.analysis.prepared.scan.sha256)

    @property
    def _seen(self) -> bool:
        return self.study is not None and self.study.scan.sha256 in self.seen


def session() -> Session:
    """This user's session."""
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = Session()
    current: Session = st.session_state[_SESSION]
    return current


def keep_widgets() -> None:
    """Keep the values of the widgets that are not on this page; Streamlit forgets them unless they are set again."""
    for key, value in st.session_state.items():
        if str(key).startswith(KEPT):
            st.session_state[key] = value


def read_first() -> bool:
    """Whether the reader wants to estimate before the model's answer is shown."""
    return bool(st.session_state.get(READ_FIRST_KEY))


def field_key(name: str) -> str:
    """The widget key of a clinical field."""
    return f"adcore_field_{name}"
