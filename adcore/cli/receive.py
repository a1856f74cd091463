"""adcore receive: a service that a scanner or an archive sends series to; each becomes a case of the clinic's store."""

import signal
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from adcore.audit import AuditTrail
from adcore.cli.options import MODEL_HELP

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcore.analysis import Analysis
    from adcore.model.card import ModelCard

NO_KEY = "Expected a key, since a received case is opened with its scan. Set ADCORE_STORE_KEY to one from `adcore store key`."

LOOK_SECONDS = 1.0
"""Between two looks for a batch that is complete."""


def receive(
    store: Annotated[str, typer.Option("--store", envvar="ADCORE_STORE", help="URL of the case store's database.")],
    allow: Annotated[list[str], typer.Option(help="AE title of a sender; repeat it for several. All others are refused.")],
    key: Annotated[
        str | None,
        typer.Option("--key", envvar="ADCORE_STORE_KEY", help="Key of stored scans; it is needed.", show_default=False),
    ] = None,
    title: Annotated[str, typer.Option(help="AE title of this service.")] = "ADCORE",
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 11112,
    tls_certificate: Annotated[
        Path | None, typer.Option(help="This service's certificate (PEM), for TLS.", show_default=False)
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(help="Key of the certificate (PEM), without a password.", show_default=False)
    ] = None,
    tls_ca: Annotated[
        Path | None, typer.Option(help="Certificates (PEM) of the authority that vouches for senders.", show_default=False)
    ] = None,
    quiet: Annotated[float, typer.Option(min=1, help="Seconds without a further image after which a series is complete.")] = 30.0,
    send: Annotated[
        bool, typer.Option("--send", help="Also store each result in the archive that ADCORE_PACS names, for its patient.")
    ] = False,
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    audit: Annotated[
        Path | None, typer.Option("--audit", envvar="ADCORE_AUDIT", help="File of the audit trail.", show_default=False)
    ] = None,
) -> None:
    """Wait for series sent by DICOM (C-STORE), analyse each, and keep it as a case that the dashboard lists."""
    from adcore.errors import StoreError
    from adcore.pacs.inbox import Inbox
    from adcore.pacs.listener import listening
    from adcore.pacs.received import Receiver
    from adcore.pacs.tls import tls_context
    from adcore.pipeline import inputs_key
    from adcore.predict import load_predictor
    from adcore.store import CaseStore
    from adcore.worker import Call, Task, Worker

    if not key:
        raise StoreError(NO_KEY)
    tls = tls_context(tls_certificate, tls_key, tls_ca)
    kept = CaseStore.open(store, key)
    predictor, worker, stop, inbox = load_predictor(model), Worker(model or ""), Event(), Inbox(quiet)
    weights = predictor.weights_sha256
    receiver = Receiver(
        kept,
        analyse=lambda scan, record: worker.run(Call(Task.ANALYSE, (scan, record), weights), lambda _: None, stop),
        key_of=lambda scan, record: inputs_key(scan, record, weights),
        trail=AuditTrail(audit) if audit else None,
        deliver=_delivery(predictor.card) if send else None,
    )
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with listening(inbox, title, allow, host, port, tls):
        worker.warm_up()
        how = "by TLS, each with a certificate" if tls else "without TLS"
        typer.echo(f"{title} listens at {host}, port {port}, for {', '.join(allow)}, {how}.", err=True)
        while not stop.wait(LOOK_SECONDS):
            for batch in inbox.complete():
                for line in receiver.work(batch):
                    typer.echo(line, err=True)
    if left := inbox.waiting():
        typer.echo(f"{left} files had come whose series was not complete. Send them again.", err=True)


def _delivery(card: "ModelCard") -> "Callable[[Analysis, dict[str, str]], int]":
    """Stores results in the archive of this environment."""
    from adcore.cli.pacs import opened_archive
    from adcore.report import Identity, dicom_objects, report_pdf

    archive = opened_archive()
    return lambda analysis, patient: archive.send(
        dicom_objects(analysis, report_pdf(analysis, card), Identity.of_source(patient))
    )
