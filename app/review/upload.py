"""Upload of the patient's scan: one file, a zip archive or all files of a DICOM series."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from adcore.errors import SeveralSeriesError
from app.runtime import as_refusal
from app.shared.patients import UPLOAD
from app.shared.series import choose_series, origin_of, read_files, say_what_was_not_sent
from app.state.keys import SERIES_KEY, UPLOAD_KEY
from app.state.review import Study
from app.state.session import Session
from app.state.upload import Upload
from app.store import where_kept


def upload_scan(session: Session) -> None:
    """Show the uploader and keep session.study in step with it."""
    files = st.file_uploader(
        "T1 scan: DICOM (all files of the series, or a zip), NIfTI (.nii, .nii.gz) or FreeSurfer (.mgz, .mgh)",
        type=None,  # DICOM files often have no suffix: the content decides
        accept_multiple_files=True,
        key=UPLOAD_KEY,
        disabled=session.busy,
        help=f"{where_kept()} The scan need not be skull-stripped.",
    )
    say_what_was_not_sent()
    if not files:
        return
    origin = origin_of(files)
    if session.upload is None or session.upload.origin != origin:
        st.session_state.pop(SERIES_KEY, None)
        _read(session, files, Upload(origin))
    elif session.study is None and session.notice is None and not session.upload.series:
        _read(session, files, session.upload)  # the patient was closed meanwhile
    upload = session.upload
    if upload is not None and upload.series:
        number = choose_series(upload, SERIES_KEY, session.busy)
        if number is not None and (number != upload.number or (session.study is None and session.notice is None)):
            _read(session, files, Upload(upload.origin, upload.series, number))


def _read(session: Session, files: Sequence[UploadedFile], upload: Upload) -> None:
    """Read the scan and open it; what was typed stays if it is another series of the same upload, and so the same patient."""
    same = session.choice == UPLOAD and session.upload is not None and session.upload.origin == upload.origin
    typed = dict(session.fields) if same else {}
    session.choice = UPLOAD
    session.open_study(None)
    session.upload = upload
    try:
        scan = read_files(files, upload.number)
        known = session.recall(scan)
        session.study = Study(f"{upload.origin} {upload.number}", "", "", scan)
        session.fields.update(scan.stated.fields)
        session.fields.update({name: known[name] for name in session.fields if known.get(name) is not None})
    except SeveralSeriesError as error:
        session.upload = Upload(upload.origin, error.series)
    except Exception as error:
        session.notice = str(as_refusal(error))
    finally:
        session.fields.update({name: value for name, value in typed.items() if value is not None})
