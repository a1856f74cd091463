"""Reading uploaded files as one scan, and choosing a series if they hold several; for both pages that accept uploads."""

import hashlib
from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from adcore.case.scan import Scan
from adcore.case.series import Series
from adcore.errors import AdcoreError, SeveralSeriesError
from adcore.readers import read_upload, read_upload_patient
from adcore.readers.isolation import in_child
from app.audit import AuditEvent, Outcome, record
from app.state.upload import Upload
from app.user import User


def say_what_was_not_sent() -> None:
    """A sentence beside an uploader, which the style sheet shows where it holds a file that the browser did not send."""
    most = st.get_option("server.maxUploadSize")
    st.html(
        f'<p class="adcore-unsent" role="status">The file marked in red was not read: it is larger than {most} MB, or sending it '
        "was interrupted, or your tabs hold as much as one user may. Compress it (.nii.gz, or a zip of the DICOM series), close "
        "tabs that you no longer need, and choose it again.</p>"
    )


def origin_of(files: Sequence[UploadedFile]) -> str:
    """Digest of the uploader's file ids, independent of their order."""
    return hashlib.sha256("\n".join(sorted(file.file_id for file in files)).encode()).hexdigest()


def read_files(files: Sequence[UploadedFile], number: int | None) -> Scan:
    """Read the series with this number, or the only one, in a child process.

    Raises:
        SeveralSeriesError: there are several series and no number is given.
        AdcoreError: the files cannot be read.
    """
    with st.spinner("Reading and checking the upload"):
        return read_recorded([(file.name, file.getvalue()) for file in files], number)


def read_recorded(files: Sequence[tuple[str, bytes]], number: int | None, user: User | None = None) -> Scan:
    """Read names and contents so, with a record in the audit trail.

    Args:
        user: who sent them; None: the one for whom the page at hand runs.
    Raises:
        SeveralSeriesError, AdcoreError: as read_files.
    """
    try:
        scan = in_child(read_upload, list(files), number)
    except SeveralSeriesError:
        raise
    except AdcoreError:
        record(AuditEvent.IMPORT, outcome=Outcome.MINOR_FAILURE, user=user)
        raise
    record(AuditEvent.IMPORT, scan.pseudonym, user=user)
    return scan


def read_with_patient(files: Sequence[tuple[str, bytes]]) -> tuple[Scan, dict[str, str]]:
    """Read a series and its patient and study by DICOM keyword, in child processes.

    Raises:
        AdcoreError: the files cannot be read, or hold several volumes.
    """
    return in_child(read_upload, files), in_child(read_upload_patient, files)


def choose_series(upload: Upload, key: str, disabled: bool) -> int | None:
    """Ask which series of an upload to read, and list those that can't be read; None until one is chosen."""
    readable = {series.number: series for series in upload.series if series.readable}
    st.session_state.setdefault(key, upload.number)
    number = st.selectbox(
        "Series",
        list(readable),
        index=None,
        format_func=lambda number: readable[number].description,
        placeholder=f"The upload holds {len(readable)} readable series: choose the T1",
        key=key,
        disabled=disabled,
    )
    _list_unreadable([series for series in upload.series if not series.readable])
    return number


def _list_unreadable(series: list[Series]) -> None:
    if series:
        with st.expander(f"{len(series)} more cannot be read"):
            for one in series:
                st.caption(f"{one.description}: {one.problem}")
