"""A visit from an upload: scan, months since the first visit (or its header's date) and MMSE; and the patient's age and sex."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from adcore.case.clinical import FIELDS, ClinicalRecord, Sex
from adcore.errors import SeveralSeriesError
from adcore.longitudinal.follow import PlannedVisit
from app.follow_up.dates import months_by_date, with_visit
from app.runtime import as_refusal
from app.shared.numbers import ask_number, range_refusal
from app.shared.series import choose_series, origin_of, read_files, say_what_was_not_sent
from app.state.follow_up import FollowUp
from app.state.keys import (
    ADD_UPLOAD_KEY,
    VISIT_AGE_KEY,
    VISIT_MMSE_KEY,
    VISIT_MONTHS_KEY,
    VISIT_SERIES_KEYS,
    VISIT_SEX_KEY,
    VISIT_UPLOAD_KEY,
)
from app.state.upload import Upload

UNKNOWN = "unknown"
SPECS = {spec.name: spec for spec in FIELDS}
SEX_WORDS = {UNKNOWN: UNKNOWN} | {sex.value: sex.word for sex in Sex}
MOST_MONTHS = 600.0
BY_DATE = "Left empty, they are counted by the study dates of the DICOM headers."
BY_HEADER = "Left empty, it is taken from the DICOM headers, where they state it."


def upload_visit(follow_up: FollowUp, busy: bool) -> None:
    """Ask for one visit and add it on request; if the upload holds several series, ask for one of them first."""
    files = st.file_uploader(
        "T1 scan of one visit: NIfTI, MGH, or a DICOM series (all files, or a zip)",
        type=None,
        accept_multiple_files=True,
        key=f"{VISIT_UPLOAD_KEY}_{follow_up.uploads}",
        disabled=busy,
        help="Kept only in the memory of this session, and deleted when you close the page.",
    )
    say_what_was_not_sent()
    upload = Upload(origin_of(files))
    if follow_up.upload is not None and follow_up.upload.origin == upload.origin:
        number = choose_series(follow_up.upload, f"{VISIT_SERIES_KEYS}{upload.origin}", busy)
        upload = Upload(upload.origin, follow_up.upload.series, number)
    months, mmse, age, sex = st.columns([4, 4, 4, 5])
    when = ask_number("Months since first visit", VISIT_MONTHS_KEY, place=months, placeholder="by study date", help=BY_DATE)
    points = _number(mmse, "mmse", "MMSE at this visit", VISIT_MMSE_KEY)
    years = _number(age, "age_years", "Age at first visit", VISIT_AGE_KEY, BY_HEADER)
    sex.selectbox("Sex", list(SEX_WORDS), format_func=SEX_WORDS.__getitem__, key=VISIT_SEX_KEY, help=BY_HEADER)
    refusals = (
        range_refusal(when, 0, MOST_MONTHS),
        ClinicalRecord.refusal("mmse", points),
        ClinicalRecord.refusal("age_years", years),
    )
    for refusal in filter(None, refusals):
        st.markdown(refusal)
    incomplete = not files or any(refusals) or (bool(upload.series) and upload.number is None)
    pressed = st.button("Add this visit", key=ADD_UPLOAD_KEY, disabled=busy or incomplete)
    if pressed and not isinstance(when, str) and not isinstance(points, str):
        _read(follow_up, files, upload, when, points)
        st.rerun()


def _number(place: DeltaGenerator, name: str, label: str, key: str, help: str | None = None) -> float | str | None:
    return ask_number(f"{label} ({SPECS[name].unit})", key, place=place, help=help)


def _read(follow_up: FollowUp, files: Sequence[UploadedFile], upload: Upload, months: float | None, mmse: float | None) -> None:
    follow_up.notice = None
    try:
        scan = read_files(files, upload.number)
        months = months_by_date(follow_up.planned, scan) if months is None else months
        follow_up.forget_results()
        follow_up.planned = with_visit(follow_up.planned, PlannedVisit(scan, months, ClinicalRecord.of(mmse=mmse)))
        follow_up.uploads += 1
        follow_up.upload = None
    except SeveralSeriesError as error:
        follow_up.upload = Upload(upload.origin, error.series)
        follow_up.notice = "The upload holds several readable series. Choose the T1 series, then add the visit."
    except Exception as error:
        follow_up.notice = str(as_refusal(error))
