"""Uploading a scan: one file, a zip archive or the many files of a DICOM series; where it holds several series, choosing one."""

import hashlib
from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from adcore.errors import SeveralSeriesError
from adcore.readers import read_upload
from adcore.readers.isolation import in_child
from adcore.series import Series
from app.failures import as_refusal
from app.state.keys import SERIES_KEY, UPLOAD_KEY
from app.state.review import Study
from app.state.session import Session
from app.state.upload import Upload


def upload_scan(session: Session) -> None:
    """Show the uploader and keep session.study in step with it."""
    files = st.file_uploader(
        "T1 scan: DICOM (all files of the series, or a zip), NIfTI (.nii, .nii.gz) or FreeSurfer (.mgz, .mgh)",
        type=None,  # DICOM files often have no ending: the content decides
        accept_multiple_files=True,
        key=UPLOAD_KEY,
        disabled=session.busy,
        help="Kept in this session's memory only, and gone when you close the page. Without a skull strip is fine.",
    )
    if not files:
        return
    origin = hashlib.sha256("\n".join(sorted(file.file_id for file in files)).encode()).hexdigest()
    if session.upload is None or session.upload.origin != origin:
        st.session_state.pop(SERIES_KEY, None)
        _read(session, files, Upload(origin))
    elif session.study is None and session.notice is None and not session.upload.series:
        _read(session, files, session.upload)  # the patient was closed in between
    if session.upload is not None and session.upload.series:
        _choose_series(session, files, session.upload)


def _choose_series(session: Session, files: Sequence[UploadedFile], upload: Upload) -> None:
    readable = {series.number: series for series in upload.series if series.readable}
    st.session_state.setdefault(SERIES_KEY, upload.number)
    number = st.selectbox(
        "Series",
        list(readable),
        index=None,
        format_func=lambda number: readable[number].description,
        placeholder=f"The upload holds {len(readable)} series that can be read: choose the T1",
        key=SERIES_KEY,
        disabled=session.busy,
    )
    _say_unreadable([series for series in upload.series if not series.readable])
    if number is not None and (number != upload.number or (session.study is None and session.notice is None)):
        _read(session, files, Upload(upload.origin, upload.series, number))


def _say_unreadable(series: list[Series]) -> None:
    if series:
        with st.expander(f"{len(series)} more cannot be read"):
            for one in series:
                st.caption(f"{one.description}: {one.problem}")


def _read(session: Session, files: Sequence[UploadedFile], upload: Upload) -> None:
    fields = dict(session.fields)
    session.open_study(None)
    session.upload = upload
    try:
        with st.spinner("Reading and checking the upload"):
            contents = [(file.name, file.getvalue()) for file in files]
            scan = in_child(read_upload, contents, upload.number)
        session.study = Study(f"{upload.origin} {upload.number}", f"Uploaded scan {scan.sha256[:8]}", "", scan)
    except SeveralSeriesError as error:
        session.upload = Upload(upload.origin, error.series)
    except Exception as error:
        session.notice = str(as_refusal(error))
    finally:
        session.fields.update(fields)  # what was typed before the upload came stays
