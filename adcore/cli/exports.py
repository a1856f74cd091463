"""The files that adcore predict writes beside the JSON: report, maps and labels, DICOM objects."""

import json
from pathlib import Path

import typer

from adcore.analysis import Analysis
from adcore.model.card import ModelCard
from adcore.report import Identity, dicom_objects, only_pages_because, overlay_files, report_pdf, structure_files


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


def write_dicom(
    analysis: Analysis, card: ModelCard, patient: dict[str, str] | None, folder: Path, prevalence: float | None = None
) -> None:
    """Write the DICOM objects, and tell where there are only some.

    Args:
        patient: as adcore.readers.read_patient returns it; None writes the pseudonym.
        prevalence: as in write_report.
    """
    pdf = report_pdf(analysis, card, prevalence=prevalence)
    _write(dicom_objects(analysis, pdf, Identity.of_source(patient) if patient else None), folder, "DICOM objects")
    less = only_pages_because(analysis)
    if less is not None:
        typer.echo(less, err=True)


def write_fhir(analysis: Analysis, out: Path) -> None:
    """Write the FHIR bundle."""
    from adcore.report.fhir import fhir_bundle  # highdicom takes half a second to import, and is rarely needed

    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(fhir_bundle(analysis), indent=1) + "\n")
    typer.echo(f"FHIR written to {out}.", err=True)


def _write(files: dict[str, bytes], folder: Path, what: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    typer.echo(f"{what} written to {folder}.", err=True)
