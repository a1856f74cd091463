"""One user's session: the review under way, what the other pages hold, and the widgets that outlive a page switch."""

from dataclasses import dataclass, field
from uuid import uuid4

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.check import Check
from adcore.case.clinical import FIELDS, RECORDED_FIELDS, ClinicalRecord
from adcore.case.reader_note import ReaderNote
from app.files import Offers
from app.runtime import Job
from app.state.explorer import Explorer
from app.state.follow_up import FollowUp
from app.state.keys import BLINDED_READ_KEY, ITEM_KEYS, ITEMS_KEY, KEPT, SESSION_KEY, field_key
from app.state.review import Result, Study
from app.state.upload import Upload


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
        offers: files of the answer on the table.
        explorer: of the errors page.
        follow_up: of the page over time.
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
    offers: Offers = field(default_factory=Offers)
    explorer: Explorer = field(default_factory=Explorer)
    follow_up: FollowUp = field(default_factory=FollowUp)

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
        return self.sealed is not None or (unread and self.tour is None and blinded_read())

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
        self.offers = Offers()
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
        self.offers = Offers()
        if result.analysis.prediction is not None:
            self.seen.add(result.analysis.prepared.scan.sha256)

    @property
    def _seen(self) -> bool:
        return self.study is not None and self.study.scan.sha256 in self.seen


def session() -> Session:
    """This user's session."""
    if SESSION_KEY not in st.session_state:
        st.session_state[SESSION_KEY] = Session()
    current: Session = st.session_state[SESSION_KEY]
    return current


def keep_widgets() -> None:
    """Keep the values of the widgets that are not on this page; Streamlit forgets them unless they are set again."""
    for key, value in st.session_state.items():
        if str(key).startswith(KEPT):
            st.session_state[key] = value


def blinded_read() -> bool:
    """Whether the reader wants to estimate before the model's answer is shown."""
    return bool(st.session_state.get(BLINDED_READ_KEY))
