"""The files that adcore predict writes beside the JSON: report, maps and labels, DICOM objects."""

from pathlib import Path

import typer

from adcore.analysis import Analysis
from adcore.model.card import ModelCard
from adcore.report import Identity, dicom_objects, overlay_files, report_pdf, structure_files


def write_report(analysis: Analysis, card: ModelCard, out: Path, prevalence: float | None = None) -> None:
    """Write the PDF.

    Args:
        prevalence: of impairment at the clinic, 0 to 1 exclusive; None where it has set none.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(report_pdf(analysis, card, prevalence=prevalence))
    typer.echo(f"Report written to {out}.", err=True)


def write_overlay(analysis: Analysis, folder: Path) -> None:
    """Write both saliency maps and the structures' labels, on the scan's own grid.

    Raises:
        ReportError: the scan was refused.
    """
    _write(overlay_files(analysis) | structure_files(analysis), folder, "Maps and labels")


def write_dicom(analysis: Analysis, patient: dict[str, str] | None, folder: Path) -> None:
    """Write the DICOM objects.

    Args:
        patient: as adcore.readers.read_patient returns it; None writes the pseudonym.
    Raises:
        ReportError: the scan was refused, or came without a DICOM series.
    """
    _write(dicom_objects(analysis, Identity.of_source(patient) if patient else None), folder, "DICOM objects")


def _write(files: dict[str, bytes], folder: Path, what: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    typer.echo(f"{what} written to {folder}.", err=True)
