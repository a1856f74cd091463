"""What the user takes along of an answer: each file is made when its button is pressed, in the worker's turn."""

import json
from collections.abc import Callable
from functools import partial

import streamlit as st

from adcore.analysis import Analysis
from adcore.reading import ReaderNote
from adcore.report import dicom_objects, no_dicom_because, overlay_files, report_pdf, zipped
from app.runtime import runtime
from app.state.session import Session

DICOM_HELP = (
    "A segmentation, both maps and a structured report, in the study and frame of reference of the source images. The patient is "
    "the pseudonym, since names are not taken over: an archive has to be told whose the objects are."
)

Make = Callable[[], bytes]


@st.fragment  # a press draws these buttons again, and nothing else of the page
def show_take_along(analysis: Analysis, session: Session) -> None:
    """Buttons for the report, the result, the maps and the DICOM objects; what can't be had says why."""
    st.markdown("### Take it along")
    told = st.empty()
    downloads = session.downloads
    name = f"adcore-{analysis.provenance.scan_sha256[:8]}"
    pressed = [
        st.download_button(label, partial(downloads.make, label, make), file_name=f"{name}{ending}", mime=mime)
        for label, ending, mime, make in _files(analysis, session)
    ]
    reason = no_dicom_because(analysis)
    st.caption(DICOM_HELP if reason is None else f"No DICOM objects: {reason}")
    if any(pressed):
        downloads.wait()
    if downloads.notice:
        told.warning(downloads.notice, icon=None)


def _files(analysis: Analysis, session: Session) -> list[tuple[str, str, str, Make]]:
    """What there is: label, ending of the file's name, media type, and how it is made."""
    shared = runtime()

    def note() -> ReaderNote | None:  # as it stands when the button is pressed, and of this scan whoever is on the table then
        return session.notes.get(analysis.prepared.scan.sha256)

    def report() -> bytes:
        return shared.compute(lambda predictor: report_pdf(analysis, predictor.card, note()))

    def result() -> bytes:
        return json.dumps(analysis.to_json(note()), indent=1).encode()

    def maps() -> bytes:
        return shared.compute(lambda _: zipped(overlay_files(analysis)))

    def dicom() -> bytes:
        return shared.compute(lambda _: zipped(dicom_objects(analysis)))

    files: list[tuple[str, str, str, Make]] = [
        ("Report (PDF, two pages)", ".pdf", "application/pdf", report),
        ("Result (JSON)", ".json", "application/json", result),
    ]
    if analysis.explanation is not None:
        files.append(("Maps on the scan's grid (NIfTI, zip)", "-maps.zip", "application/zip", maps))
    if no_dicom_because(analysis) is None:
        files.append(("DICOM objects (zip)", "-dicom.zip", "application/zip", dicom))
    return files
