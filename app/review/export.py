"""The files of an answer, which are made when their button is pressed, and its provenance."""

import json

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.reader_note import ReaderNote
from adcore.report import dicom_objects, only_pages_because, overlay_files, report_pdf, zipped
from app.files import FileOffer, show_file_buttons
from app.review.to_pacs import send_to_pacs
from app.runtime import runtime
from app.state.prevalence import own_prevalence
from app.state.session import Session

DICOM_HELP = (
    "DICOM: a segmentation, both saliency maps and a structured report, in study and frame of reference of the source images; "
    "for viewers that show none of these, the report as a document, and pictures. "
    "Names are never imported, so the patient is the pseudonym: assign the objects to the patient when archiving them."
)


def show_export(analysis: Analysis, session: Session) -> None:
    """Show buttons for the report, the result, the maps, the DICOM objects and FHIR, and why some of these are missing."""
    st.markdown("### Report and files")
    session.offers.replace(_files(analysis, session))
    show_file_buttons(session.offers)
    send_to_pacs(analysis, session)
    less = only_pages_because(analysis)
    st.caption(DICOM_HELP if less is None else f"DICOM: {less[0].lower()}{less[1:]}")


def show_provenance(analysis: Analysis) -> None:
    """Show which program, model and scan the answer was made from, and how long it took."""
    made = analysis.provenance
    seconds = ", ".join(f"{stage} {value:.1f} s" for stage, value in made.seconds.items())
    lines = {
        "Model": made.model_name,
        "Weights (sha256)": made.weights_sha256,
        "Scan (sha256)": made.scan_sha256,
        "Preparation": made.preparation_digest,
        "adcore": made.adcore_version,
        "Created": made.created,
        "Time": seconds,
        "Threads": str(made.torch_threads),
    }
    st.markdown("### Provenance\n\n" + "  \n".join(f"**{name}** {value}" for name, value in lines.items()))


def _files(analysis: Analysis, session: Session) -> list[FileOffer]:
    shared = runtime()
    prevalence = own_prevalence()  # as on the page; the buttons work outside its run
    scan = analysis.provenance.scan_sha256
    name = f"adcore-{scan[:8]}"

    def note() -> ReaderNote | None:  # as it is when the button is pressed, and of this scan even if another is open by then
        scan = analysis.prepared.scan.sha256
        written = session.notes.get(scan)
        if written is not None:
            session.exported[scan] = written
        return written

    def report() -> bytes:
        return shared.compute(lambda predictor: report_pdf(analysis, predictor.card, note(), prevalence))

    def result() -> bytes:
        return json.dumps(analysis.to_json(note(), prevalence), indent=1).encode()

    def maps() -> bytes:
        return shared.compute(lambda _: zipped(overlay_files(analysis)))

    def dicom() -> bytes:
        pdf = report()
        return shared.compute(lambda _: zipped(dicom_objects(analysis, pdf)))

    def fhir() -> bytes:
        from adcore.report.fhir import fhir_bundle  # highdicom takes half a second to import

        return json.dumps(fhir_bundle(analysis), indent=1).encode()

    files = [
        FileOffer("Report (PDF)", f"{name}.pdf", "application/pdf", report, scan),
        FileOffer("Result (JSON)", f"{name}.json", "application/json", result, scan),
    ]
    if analysis.explanation is not None:
        files.append(FileOffer("Maps on the scan's grid (NIfTI, zip)", f"{name}-maps.zip", "application/zip", maps, scan))
    files.append(FileOffer("DICOM objects (zip)", f"{name}-dicom.zip", "application/zip", dicom, scan))
    files.append(FileOffer("FHIR (JSON)", f"{name}-fhir.json", "application/fhir+json", fhir, scan))
    return files
