"""What the user takes along of an answer: each file is made when its button is pressed, in the worker's turn."""

import json

import streamlit as st

from adcore.analysis import Analysis
from adcore.reading import ReaderNote
from adcore.report import dicom_objects, no_dicom_because, overlay_files, report_pdf, zipped
from app.files import FileOffer, Make, show_file_buttons
from app.runtime import runtime
from app.state.session import Session

DICOM_HELP = (
    "A segmentation, both maps and a structured report, in the study and frame of reference of the source images. The patient is "
    "the pseudonym, since names are not taken over: an archive has to be told whose the objects are."
)


def show_take_along(analysis: Analysis, session: Session) -> None:
    """Buttons for the report, the result, the maps and the DICOM objects; what can't be had says why."""
    st.markdown("### Take it along")
    no_dicom = no_dicom_because(analysis)
    session.offers.replace(_files(analysis, session, with_dicom=no_dicom is None))
    show_file_buttons(session.offers)
    st.caption(DICOM_HELP if no_dicom is None else f"No DICOM objects: {no_dicom}")


def _files(analysis: Analysis, session: Session, *, with_dicom: bool) -> list[FileOffer]:
    """What there is to have."""
    shared = runtime()
    name = f"adcore-{analysis.provenance.scan_sha256[:8]}"

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
    if with_dicom:
        files.append(("DICOM objects (zip)", "-dicom.zip", "application/zip", dicom))
    return [FileOffer(label, f"{name}{ending}", media_type, make) for label, ending, media_type, make in files]
