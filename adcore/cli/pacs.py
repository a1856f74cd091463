"""adcore pacs: searches a hospital's archive by DICOMweb, fetches a series, and sends results into its study."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcore.audit import AuditEvent, AuditTrail

if TYPE_CHECKING:
    from adcore.pacs.archive import Archive

pacs = typer.Typer(
    help="A hospital's archive, which ADCORE_PACS and its companions name in the environment.",
    no_args_is_help=True,
)

Study = Annotated[str, typer.Argument(metavar="STUDY", help="The study's identifier, as `adcore pacs find` lists it.")]
Series = Annotated[str, typer.Argument(metavar="SERIES", help="The series' identifier.")]
Audit = Annotated[
    Path | None,
    typer.Option("--audit", envvar="ADCORE_AUDIT", help="File of the audit trail.", show_default=False),
]


@pacs.command("test")
def test() -> None:
    """Test the connection to the archive."""
    typer.echo(opened_archive().check())


@pacs.command("find")
def find(
    patient_id: Annotated[str, typer.Option(help="The patient's identifier, exactly as the archive has it.")] = "",
    accession_number: Annotated[str, typer.Option(help="The study's accession number, exactly.")] = "",
    audit: Audit = None,
) -> None:
    """List one patient's studies with their MR series, the latest first."""
    archive = opened_archive()
    _record(audit, AuditEvent.QUERY)
    studies = archive.studies(patient_id, accession_number)
    if not studies:
        typer.echo("The archive has no study of that patient.", err=True)
    for study in studies:
        typer.echo(f"{study.uid}  {study}")
        for series in archive.series(study.uid):
            typer.echo(f"  {series.uid}  {series}")


@pacs.command("fetch")
def fetch(
    study: Study, series: Series, out: Annotated[Path, typer.Option(help="Empty or new folder to write to.")], audit: Audit = None
) -> None:
    """Write the files of a series into a folder, for `adcore predict`."""
    from adcore.errors import ArchiveError

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ArchiveError("Expected an empty or a new folder, got one that holds files. Name another with --out.")
    _record(audit, AuditEvent.IMPORT)
    files = opened_archive().fetch(study, series)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files:
        (out / name).write_bytes(content)
    typer.echo(f"{len(files)} files written to {out}.", err=True)


@pacs.command("send")
def send(
    folder: Annotated[Path, typer.Argument(help="Folder that `adcore predict --dicom` wrote with --name-patient.")],
    new_study: Annotated[
        bool, typer.Option("--new-study", help="Send them even though the archive does not have their study yet.")
    ] = False,
    audit: Audit = None,
) -> None:
    """Store one analysis' DICOM objects in the study of their patient."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dcm"))}
    _record(audit, AuditEvent.EXPORT)
    count = opened_archive().send(files, new_study=new_study)
    typer.echo(f"The archive has all {count} objects.", err=True)


def opened_archive() -> "Archive":
    """The archive of this environment.

    Raises:
        ArchiveError: none is named, or its settings are not valid.
    """
    from adcore.errors import ArchiveError
    from adcore.pacs import archive_settings
    from adcore.pacs.archive import Archive

    settings = archive_settings()
    if settings is None:
        raise ArchiveError("No archive is named. Set ADCORE_PACS to the address of its DICOMweb service, and try again.")
    return Archive(settings)


def _record(audit: Path | None, event: AuditEvent) -> None:
    """Record what is about to be done, as the dashboard does."""
    if audit is not None:
        AuditTrail(audit).record(event)
