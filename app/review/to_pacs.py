"""Results back into the archive, where the scan came from: into its patient's study, and nowhere else."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.errors import AdcoreError
from adcore.predict import Predictor
from adcore.report import Identity, dicom_objects, report_pdf, zipped
from app.audit import AuditEvent, record
from app.browser import this_browser
from app.pacs import archive
from app.runtime import as_refusal, runtime
from app.state.keys import SEND_KEY
from app.state.prevalence import own_prevalence
from app.state.session import Session
from app.store import keep_file

HELP = "Report, pictures, segmentation, maps and structured report, unverified, into the study that the scan was fetched from."


def send_to_pacs(analysis: Analysis, session: Session) -> None:
    """Show the button, where the open scan was fetched from the archive."""
    study = session.study
    if study is None or study.patient is None or study.scan.sha256 != analysis.prepared.scan.sha256:
        return
    if st.button("Send to PACS", key=SEND_KEY, help=HELP, disabled=session.busy):
        try:
            with st.spinner("Sending to the archive"):
                count = _send(analysis, study.patient, session)
            st.success(f"The archive has all {count} objects, in the study of the scan.", icon=None)
        except Exception as error:
            st.warning(str(as_refusal(error)), icon=None)


def _send(analysis: Analysis, patient: dict[str, str], session: Session) -> int:
    pacs, scan, prevalence = archive(), analysis.prepared.scan, own_prevalence()
    if pacs is None:
        raise AdcoreError("There is no archive any more. Inform whoever runs this program.")
    note = session.notes.get(scan.sha256)

    def made(predictor: Predictor) -> dict[str, bytes]:
        pdf = report_pdf(analysis, predictor.card, note, prevalence)
        return dicom_objects(analysis, pdf, Identity.of_source(patient))

    files = runtime().compute(made)
    record(AuditEvent.EXPORT, scan.pseudonym)
    count = pacs.send(files)
    keep_file(this_browser(), scan.sha256, f"adcore-{scan.sha256[:8]}-dicom.zip, sent to the archive", zipped(files))
    if note is not None:
        session.exported[scan.sha256] = note
    return count
