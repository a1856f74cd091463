"""What the user takes along of an answer: each file is made when its button is pressed, in the worker's turn."""

import json
from collections.abc import Callable

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


def show_take_along(analysis: Analysis, session: Session) -> None:
    """Buttons for the report, the result, the maps and the DICOM objects; what can't be had says why."""
    st.markdown("### Take it along")
    shared = runtime()

    def note() -> ReaderNote | None:  # as it stands when the button is pressed, and of this scan whoever is on the table then
        return session.notes.get(analysis.prepared.scan.sha256)

    _button(
        "Report (PDF, two pages)",
        analysis,
        "pdf",
        "application/pdf",
        lambda: shared.compute(lambda predictor: report_pdf(analysis, predictor.card, note())),
    )
    _button(
        "Result (JSON)", analysis, "json", "application/json", lambda: json.dumps(analysis.to_json(note()), indent=1).encode()
    )
    if analysis.explanation is not None:
        _button(
            "Maps on the scan's grid (NIfTI, zip)",
            analysis,
            "maps.zip",
            "application/zip",
            lambda: shared.compute(lambda _: zipped(overlay_files(analysis))),
        )
    reason = no_dicom_because(analysis)
    if reason is None:
        _button(
            "DICOM objects (zip)",
            analysis,
            "dicom.zip",
            "application/zip",
            lambda: shared.compute(lambda _: zipped(dicom_objects(analysis))),
        )
        st.caption(DICOM_HELP)
    else:
        st.caption(f"No DICOM objects: {reason}")


def _button(label: str, analysis: Analysis, ending: str, mime: str, make: Callable[[], bytes]) -> None:
    name = f"adcore-{analysis.provenance.scan_sha256[:8]}"
    separator = "-" if "." in ending else "."
    st.download_button(label, make, file_name=f"{name}{separator}{ending}", mime=mime, on_click="ignore")


def _as_json(analysis: Analysis, note: ReaderNote | None) -> bytes:
    return json.dumps(analysis.to_json(note), indent=1).encode()
