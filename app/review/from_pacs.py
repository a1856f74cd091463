"""The archive beside the upload: one patient's studies are searched for, and one series is fetched and opened."""

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from adcore.errors import AdcoreError
from app.audit import AuditEvent, Outcome, record
from app.pacs import archive
from app.quota import LARGEST_UPLOAD, require_room
from app.runtime import as_refusal
from app.shared.patients import UPLOAD
from app.shared.series import read_with_patient
from app.state.archive import Found
from app.state.keys import ACCESSION_KEY, FETCH_KEYS, FIND_KEY, PATIENT_ID_KEY, TEST_PACS_KEY
from app.state.review import Study
from app.state.session import Session

if TYPE_CHECKING:
    from adcore.pacs.archive import Archive
    from adcore.pacs.entries import SeriesEntry, StudyEntry

MOST_STUDIES = 5
"""The latest that are shown, each with its series."""

HELP = "Exactly as the archive has it: nothing is searched for by parts of a name or number."


def fetch_from_pacs(session: Session) -> None:
    """Where the clinic has an archive: show the search and what it found, and open the series that is chosen."""
    try:
        found = archive()
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return
    if found is None:
        return
    with st.expander("From PACS", expanded=session.found is not None):
        _search(found, session)
        if session.found is not None:
            _list(found, session.found, session)


def _search(pacs: "Archive", session: Session) -> None:
    with st.form("adcore_pacs", border=False):
        first, second = st.columns(2)
        patient = first.text_input("Patient ID", key=PATIENT_ID_KEY, max_chars=64, help=HELP)
        accession = second.text_input("Accession number", key=ACCESSION_KEY, max_chars=16, help=HELP)
        asked = st.form_submit_button("Find", key=FIND_KEY, disabled=session.busy)
    if asked:
        session.found = _found(pacs, patient, accession)
    line, button = st.columns([3, 1], vertical_alignment="center")
    line.caption(f"Archive: {pacs.settings.host}. Only what you search for exactly is listed, and nothing of it is kept.")
    if button.button("Test connection", key=TEST_PACS_KEY):
        _test(pacs)


def _found(pacs: "Archive", patient: str, accession: str) -> Found | None:
    try:
        record(AuditEvent.QUERY)
        with st.spinner("Asking the archive"):
            studies = pacs.studies(patient, accession)[:MOST_STUDIES]
            return Found(tuple((study, tuple(pacs.series(study.uid))) for study in studies))
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return None


def _test(pacs: "Archive") -> None:
    try:
        with st.spinner("Asking the archive"):
            st.success(pacs.check(), icon=None)
    except AdcoreError as error:
        st.warning(str(error), icon=None)


def _list(pacs: "Archive", found: Found, session: Session) -> None:
    if not found.studies:
        st.markdown("The archive has no study of that patient. Check the number; it has to be exact.")
    for study, several in found.studies:
        st.markdown(f"**{study.date or 'Date unknown'}**")  # a study's description often holds the patient's number
        if not several:
            st.caption("No MR series.")
        for series in several:
            line, button = st.columns([4, 1], vertical_alignment="center")
            line.text(str(series))  # as text: the archive's words are not markup
            if button.button("Fetch", key=f"{FETCH_KEYS}{series.uid}", width="stretch", disabled=session.busy):
                _open(pacs, study, series, session)


def _open(pacs: "Archive", study: "StudyEntry", series: "SeriesEntry", session: Session) -> None:
    """Fetch a series, read it in a child process, and open it; the patient is held for what is sent back, and shown nowhere."""
    session.choice = UPLOAD
    session.open_study(None)
    try:
        with st.spinner("Fetching and checking the series"):
            require_room(None, LARGEST_UPLOAD)
            files = pacs.fetch(study.uid, series.uid)
            scan, patient = read_with_patient(files)
        record(AuditEvent.IMPORT, scan.pseudonym)
        known = session.recall(scan)
        origin = hashlib.sha256(f"{study.uid}\n{series.uid}".encode()).hexdigest()
        session.study = Study(origin, "", "", scan, patient)
        session.fields.update(scan.stated.fields)
        session.fields.update({name: known[name] for name in session.fields if known.get(name) is not None})
        session.found = None
    except Exception as error:
        session.notice = str(as_refusal(error))
        record(AuditEvent.IMPORT, outcome=Outcome.MINOR_FAILURE)
    st.rerun()
