"""One user's session: the current review, the state of the other pages, and the widgets that survive a page switch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.check import Check
from adcore.case.clinical import FIELDS, RECORDED_FIELDS, ClinicalRecord
from adcore.case.reader_note import ReaderNote
from adcore.case.scan import Scan, SourceFormat
from adcore.errors import AdcoreError
from adcore.viewer.apart import Messages
from app.jobs import Job
from app.state.archive import Found
from app.state.cases import ANSWER_BYTES, KeptCase, KeptCases
from app.state.explorer import Explorer
from app.state.follow_up import FollowUp
from app.state.keys import BLINDED_READ_KEY, KEPT, MEASURE_KEYS, MMSE_BAND_KEY, SECTION_KEYS, SECTIONS_KEY, SESSION_KEY, field_key
from app.state.offers import Offers
from app.state.review import Result, Study
from app.state.tour import Tour
from app.state.upload import Upload
from app.store import is_kept, keep, stored_case


@dataclass(eq=False)
class Session:
    """The state of one user.

    Attributes:
        choice: the demo patient's key, or "upload".
        upload: the last upload; kept so that a refused one is not read again at every click.
        fields: the clinical form as typed, by field name; None is unknown, and text in place of a number is refused. Kept here
            because widgets lose their values on a page switch.
        sections: points of the MMSE sections, by section; None is unknown.
        measures: what the form holds for the model's own measures, as `fields` for the usual ones.
        by_sections: whether the MMSE is the sum of its sections rather than the total typed.
        job: the running analysis.
        start: whether to start the analysis without a button press, once.
        result: the last result; shown only while the inputs are those it was made from.
        sealed: a result that arrived before the reader committed an estimate; nothing of it may be shown.
        notes: the reader's notes, by the scan's sha256.
        drafts: scans (sha256) with an estimate or a note that is typed and not saved.
        exported: the notes that a report or a result held when it was made, or the store keeps, by the scan's sha256.
        cases: what was answered so far.
        seen: scans (sha256) whose answer was shown; an estimate of these no longer counts as blinded.
        tour: the guided tour; None outside one.
        link: the case last named in the page's address.
        radiological: whether the viewer shows the patient's left on the right; charts of sides follow it.
        payload: the viewer's messages, with the keys of the scan and the analysis they show.
        notice: a sentence for the user about the last upload or analysis.
        offers: the files of the current answer.
        found: what the last search of the archive found; None before one.
        looked_at: the scan (sha256) of the stored case whose details are shown.
        stored_offers: its file.
        explorer: state of the errors page.
        follow_up: state of the follow-up page.
    """

    id: str = field(default_factory=lambda: uuid4().hex)
    choice: str | None = None
    study: Study | None = None
    upload: Upload | None = None
    fields: dict[str, float | str | None] = field(default_factory=dict)
    measures: dict[str, float | str | None] = field(default_factory=dict)
    sections: dict[str, float | str | None] = field(default_factory=dict)
    by_sections: bool = False
    job: Job[Analysis] | None = None
    start: bool = False
    result: Result | None = None
    sealed: Result | None = None
    notes: dict[str, ReaderNote] = field(default_factory=dict)
    drafts: set[str] = field(default_factory=set)
    exported: dict[str, ReaderNote] = field(default_factory=dict)
    cases: KeptCases = field(default_factory=KeptCases)
    seen: set[str] = field(default_factory=set)
    tour: Tour | None = None
    link: str | None = None
    radiological: bool = True
    payload: tuple[tuple[str, str], Messages] | None = None
    notice: str | None = None
    offers: Offers = field(default_factory=Offers)
    found: Found | None = None
    looked_at: str | None = None
    stored_offers: Offers = field(default_factory=Offers)
    explorer: Explorer = field(default_factory=Explorer)
    follow_up: FollowUp = field(default_factory=FollowUp)

    @property
    def busy(self) -> bool:
        """Whether an analysis is running."""
        return self.job is not None

    @property
    def known_measures(self) -> dict[str, float | str]:
        """The model's own measures that were entered."""
        return {name: value for name, value in self.measures.items() if value is not None}

    @property
    def note(self) -> ReaderNote | None:
        """The reader's note on the current scan."""
        return self.notes.get(self.study.scan.sha256) if self.study else None

    @property
    def awaits_estimate(self) -> bool:
        """Whether a blinded read of this scan is still waiting for the reader's estimate."""
        unread = self.study is not None and self.result is None and self.note is None and not self._seen
        return self.sealed is not None or (unread and self.tour is None and blinded_read())

    @property
    def checks(self) -> tuple[Check, ...]:
        """Quality checks of the current scan; empty until it is analysed. They reveal nothing of a sealed answer."""
        known = self.result or self.sealed
        return known.analysis.prepared.checks if known else ()

    @property
    def held_bytes(self) -> int:
        """About how much memory this session holds: its scans but the demo patients', which are everybody's, and its answers."""
        answers = self.cases.latest_first()
        scans = [case.study.scan for case in answers] + [visit.scan for visit in self.follow_up.planned]
        scans += [self.study.scan] if self.study else []
        voxels = {scan.sha256: scan.voxels.nbytes for scan in scans if scan.source_format is not SourceFormat.SYNTHETIC}
        course = self.follow_up.course[1].space.images if self.follow_up.course else ()
        pictures = sum(shown[1].size for shown in (self.payload, self.follow_up.payload) if shown)
        return sum(voxels.values()) + ANSWER_BYTES * len(answers) + sum(image.nbytes for image in course) + pictures

    def unsaved(self, scans: Iterable[str] | None = None) -> str | None:
        """What leaving would lose: "draft" is typed and not saved, "note" is saved here and not exported; None for nothing.

        Args:
            scans: about which (sha256); None: about all.
        """
        about = {*self.drafts, *self.notes} if scans is None else set(scans)
        if self.drafts & about:
            return "draft"
        return "note" if any(self.notes.get(scan) is not self.exported.get(scan) for scan in about) else None

    @property
    def scans_elsewhere(self) -> set[str]:
        """The scans with notes or drafts whose note the review page does not show now."""
        shown = self.result is not None and self.result.analysis.prediction is not None and self.study is not None
        return {*self.drafts, *self.notes} - ({self.study.scan.sha256} if shown and self.study else set())

    def drafting(self, scan: str, *, unsaved: bool) -> None:
        """Remember whether something is typed about a scan that is not saved."""
        if unsaved:
            self.drafts.add(scan)
        else:
            self.drafts.discard(scan)

    def open_study(self, study: Study | None, record: ClinicalRecord | None = None) -> None:
        """Open another patient, or none. Of the previous one, the reader's note and an answered case are kept."""
        self.study = study
        self.result = self.sealed = self.payload = self.notice = self.tour = None
        self.start = self.by_sections = False
        self.offers = Offers()
        self.sections.clear()
        values = (record or ClinicalRecord()).model_dump(mode="json")
        for spec in (*FIELDS, *RECORDED_FIELDS):
            self.fields[spec.name] = values[spec.name]
            st.session_state.pop(field_key(spec.name), None)
        self.fields["mmse_band"] = values["mmse_band"]
        self.measures = dict(values["measures"])
        st.session_state.pop(MMSE_BAND_KEY, None)
        for key in [key for key in st.session_state if str(key).startswith((SECTION_KEYS, MEASURE_KEYS)) or key == SECTIONS_KEY]:
            del st.session_state[key]

    def cancel(self) -> None:
        """End the work that runs or waits for this session."""
        for job in (self.job, self.follow_up.job):
            if job is not None:
                job.cancel()

    def reopen(self, case: KeptCase) -> None:
        """Open an answered case again, with its fields and its answer."""
        self.open_study(case.study, case.result.analysis.record)
        self.choice = case.study.origin
        self._show(case.result)

    def withdraw(self) -> None:
        """Offer no file any more, whatever else still refers to this session."""
        for offers in (self.offers, self.stored_offers, self.follow_up.offers):
            offers.replace(())

    def receive(self, result: Result) -> None:
        """Receive a result: sealed if the reader has yet to commit an estimate and there is a prediction to hide.

        Raises:
            StoreError: it could not be kept, so nothing of it is shown.
        """
        previous = self.result, self.sealed
        self.result = self.sealed = None
        if self.awaits_estimate and result.analysis.prediction is not None:
            self.sealed = result
            return
        try:
            keep(result.analysis.prepared.scan, (result.key, result.analysis))
        except AdcoreError:
            self.result, self.sealed = previous
            raise
        self._show(result)

    def commit(self, note: ReaderNote) -> None:
        """Save the reader's estimate, and show the answer if there is one.

        Raises:
            StoreError: they could not be kept, so both stay as they are.
        """
        self.write(note)
        if self.sealed is not None:
            result, self.sealed = self.sealed, None
            self._show(result)

    def write(self, note: ReaderNote) -> None:
        """Save a note on the current scan, with an answer that waited for it.

        Raises:
            StoreError: it could not be kept.
        """
        if self.study is not None:
            keep(self.study.scan, (self.sealed.key, self.sealed.analysis) if self.sealed else None, note)
            self.notes[self.study.scan.sha256] = note
            if is_kept(self.study.scan):
                self.exported[self.study.scan.sha256] = note

    def recall(self, scan: Scan) -> dict[str, Any]:
        """Take up what the store knows of a scan: the reader's note, and that an answer was seen.

        Returns:
            the fields of its last answer; none where it has no answer there.
        Raises:
            StoreError: it can't be read.
        """
        case = stored_case(scan.sha256)
        if case is not None and case.notes:
            self.notes[scan.sha256] = self.exported[scan.sha256] = ReaderNote(**case.notes[-1].content)
        if case is None or not case.answers:
            return {}
        self.seen.add(scan.sha256)
        return case.answers[-1].record

    def forget(self, scan_sha256: str) -> None:
        """Drop all that this session holds of a scan."""
        if self.study is not None and self.study.scan.sha256 == scan_sha256:
            self.open_study(None)
        self.cases.forget(scan_sha256)
        for kept in (self.notes, self.exported):
            kept.pop(scan_sha256, None)
        self.drafts.discard(scan_sha256)
        self.seen.discard(scan_sha256)
        self.looked_at = None
        self.stored_offers.replace(())

    def _show(self, result: Result) -> None:
        self.result = result
        self.offers = Offers()
        if self.study is not None:
            self.cases.keep(KeptCase(self.study, result))
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
    """Keep the values of widgets that are not on this page; Streamlit drops them unless they are set again."""
    for key, value in st.session_state.items():
        if str(key).startswith(KEPT):
            st.session_state[key] = value


def blinded_read() -> bool:
    """Whether the reader wants to estimate before the model's answer is shown."""
    return bool(st.session_state.get(BLINDED_READ_KEY))
