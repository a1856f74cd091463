"""DICOM's own protocol: takes MR images that named senders store (C-STORE), and answers C-ECHO. Parses nothing of them."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

from pydicom.uid import EnhancedMRImageStorage, MRImageStorage
from pynetdicom import AE, evt
from pynetdicom.events import Event

from adcore.errors import ArchiveError
from adcore.pacs.inbox import MAX_BATCH_BYTES, Inbox
from adcore.pacs.tls import SILENT_SECONDS
from adcore.readers.dicom.codecs import CODECS, NATIVE

VERIFICATION = "1.2.840.10008.1.1"
"""C-ECHO."""

SUCCESS, OUT_OF_RESOURCES = 0x0000, 0xA700
MOST_SENDERS = 4
"""Connections at once."""

MAX_PDU = 1 << 18
"""Bytes of one protocol data unit: what is offered to senders, and what they are held to."""

MAX_TITLE = 16

logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)  # it logs what senders send


@contextmanager
def listening(
    inbox: Inbox, title: str, senders: Sequence[str], host: str, port: int, tls: SSLContext | None = None
) -> Iterator[None]:
    """Listen while the block runs.

    Args:
        title: this program's AE title, by which senders must call it.
        senders: AE titles of those who may send.
        tls: of adcore.pacs.tls; None: what is sent is open to whoever can read the network.
    Raises:
        ArchiveError: a title is not valid, nobody may send, or the port is not free.
    """
    if not senders or not all(name.strip() and len(name) <= MAX_TITLE and name.isascii() for name in (title, *senders)):
        raise ArchiveError(
            "Expected AE titles of 1 to 16 plain characters, and at least one of a sender. Name senders with --allow."
        )
    entity = AE(title)
    entity.require_called_aet, entity.require_calling_aet = True, list(senders)
    entity.maximum_associations, entity.maximum_pdu_size = MOST_SENDERS, MAX_PDU
    entity.network_timeout = entity.acse_timeout = entity.dimse_timeout = SILENT_SECONDS
    entity.add_supported_context(VERIFICATION)
    for kind in (MRImageStorage, EnhancedMRImageStorage):
        entity.add_supported_context(kind, [*sorted(NATIVE), *CODECS])
    counted = _Counted(inbox)
    handlers: list[Any] = [(evt.EVT_CONN_OPEN, _bound), (evt.EVT_DATA_RECV, counted.count), (evt.EVT_C_STORE, counted.store)]
    try:
        server = entity.start_server((host, port), block=False, evt_handlers=handlers, ssl_context=tls)
    except OSError as error:
        raise ArchiveError(f"Expected to listen at {host}, port {port}, but can't: {error.strerror}. Choose another.") from error
    try:
        yield
    finally:
        if server is not None:
            server.shutdown()


class _Counted:
    """Puts what is stored into the inbox, and counts the bytes of the file that is under way on each connection."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def count(self, event: Event) -> None:
        """End a connection whose file has grown too large."""
        assoc: Any = event.assoc
        assoc.adcore_bytes = getattr(assoc, "adcore_bytes", 0) + len(event.data)
        if assoc.adcore_bytes > MAX_BATCH_BYTES:
            assoc.abort()

    def store(self, event: Event) -> int:
        """Take one image, or say that there is no room for it."""
        assoc: Any = event.assoc
        assoc.adcore_bytes = 0
        taken = self._inbox.add(assoc.requestor.ae_title, event.encoded_dataset())
        return SUCCESS if taken else OUT_OF_RESOURCES


def _bound(event: Event) -> None:
    """Hold a sender to the size of data units that was offered: pynetdicom would wait for whatever a header announces."""
    socket: Any = event.assoc.dul.socket
    receive = socket.recv

    def bounded(count: int) -> bytearray:
        if count > MAX_PDU + 6:
            raise OSError("a data unit larger than offered")
        return receive(count)

    socket.recv = bounded
