"""adcore store: lists, exports, erases and upgrades a clinic's case store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcore.audit import AuditEvent, AuditTrail

if TYPE_CHECKING:
    from adcore.store import Case, CaseStore

store = typer.Typer(help="A clinic's case store.", no_args_is_help=True)

Url = Annotated[str, typer.Option("--store", envvar="ADCORE_STORE", help="URL of the database.")]
Key = Annotated[str | None, typer.Option("--key", envvar="ADCORE_STORE_KEY", help="Key of stored scans.", show_default=False)]
NewKey = Annotated[str, typer.Option(prompt=True, hide_input=True, help="Key to store scans under; asked for if not given.")]
Audit = Annotated[
    Path | None,
    typer.Option("--audit", envvar="ADCORE_AUDIT", help="File of the audit trail.", show_default=False),
]
Named = Annotated[str, typer.Argument(metavar="CASE", help="Pseudonym, such as 30C0-7D2F, or sha256 of the scan.")]


@store.command("list")
def list_cases(url: Url) -> None:
    """List the cases, the one last changed first."""
    for case in _opened(url).cases():
        latest = case.answers[-1] if case.answers else None
        said = "no answer" if latest is None else latest.category or "no probability"
        counts = f"{len(case.answers)} answers, {len(case.notes)} notes, {len(case.files)} files"
        typer.echo(f"{case.pseudonym.removeprefix('Case ')}  {case.changed[:16]}  owner {case.owner[:8]}  {said}  ({counts})")


@store.command("export")
def export(
    case: Named,
    url: Url,
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    key: Key = None,
    audit: Audit = None,
) -> None:
    """Write all that is kept of a case, its scan too where there is the key."""
    from adcore.store.export import export_case

    opened = _opened(url, key)
    for number, found in enumerate(_named(opened, case)):
        _record(audit, AuditEvent.EXPORT, found)
        folder = out / found.pseudonym.removeprefix("Case ") / str(number + 1)  # one for each owner
        for path in export_case(opened, found, folder):
            typer.echo(str(path))


@store.command("erase")
def erase(
    case: Named, url: Url, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, audit: Audit = None
) -> None:
    """Erase a case for good: its answers, notes, files and scan, of every owner."""
    opened = _opened(url)
    found = _named(opened, case)
    if not yes:
        typer.confirm(f"Erase {found[0].pseudonym} of {len(found)} owners for good?", abort=True)
    for one in found:
        _record(audit, AuditEvent.ERASE, one)
        opened.erase(one)
    typer.echo(f"{found[0].pseudonym} is erased. Backups hold it until they are deleted.")


@store.command("upgrade")
def upgrade(url: Url) -> None:
    """Bring a store that an older version made to this version's tables; back it up before."""
    from adcore.store.database import connect
    from adcore.store.database import upgrade as upgrade_tables

    upgrade_tables(connect(url))
    typer.echo("The case store has this version's tables.")


@store.command("key")
def key() -> None:
    """Print a new key for scans; keep it apart from the database and its backups."""
    from adcore.store.encryption import new_key

    typer.echo(new_key())


@store.command("change-key")
def change_key(url: Url, new_key: NewKey, key: Key = None) -> None:
    """Encrypt every stored scan under another key, while the dashboard is stopped."""
    typer.echo(f"{_opened(url, key).change_key(new_key)} scans are stored under the new key. Backups need the old one.")


def _opened(url: str, key: str | None = None) -> "CaseStore":
    from adcore.store import CaseStore

    return CaseStore.open(url, key)


def _record(audit: Path | None, event: AuditEvent, case: "Case") -> None:
    """Record what is about to be done with a case, as the dashboard does."""
    if audit is not None:
        AuditTrail(audit).record(event, case.pseudonym)


def _named(opened: "CaseStore", name: str) -> "list[Case]":
    """The cases of every owner that a pseudonym or a digest names, which are of one scan."""
    from adcore.errors import StoreError

    digits = name.removeprefix("Case ").replace("-", "").lower()
    found = [case for case in opened.cases() if len(digits) >= 8 and case.scan_sha256.startswith(digits)]
    if len({case.scan_sha256 for case in found}) != 1:
        what = (
            "names several scans: give the sha256, as an export shows it" if found else "is not in the store: adcore store list"
        )
        raise StoreError(f"Expected one case, but '{name}' {what}.")
    return found
