"""TLS for DICOM's own protocol: both sides show a certificate (DICOM PS3.15, B.12: TLS 1.2 at least, by BCP 195)."""

import ssl
from pathlib import Path
from typing import Any

from adcore.errors import ArchiveError

SILENT_SECONDS = 30.0
"""For which a sender may keep its connection waiting."""


def tls_context(certificate: Path | None, key: Path | None, authority: Path | None) -> ssl.SSLContext | None:
    """What a listener needs for TLS; None where no file is named.

    Args:
        certificate: of this service, with those between it and its authority (PEM).
        key: of the certificate, without a password (PEM).
        authority: certificates of those who vouch for senders (PEM): a sender without a certificate of theirs is refused.
    Raises:
        ArchiveError: one of the three is missing, or a file can't be used.
    """
    if certificate is None and key is None and authority is None:
        return None
    if certificate is None or key is None or authority is None:
        raise ArchiveError(
            "Expected all three of --tls-certificate, --tls-key and --tls-ca, or none of them: without an authority whoever "
            "calls by the title of a sender would be believed."
        )
    context = _Context(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")  # else OpenSSL would ask for one on the terminal
        context.load_verify_locations(authority)
    except (OSError, ValueError) as error:
        raise ArchiveError(
            f"Expected a certificate, its key without a password, and the senders' authority, as PEM files, and can't use them: "
            f"{getattr(error, 'reason', None) or getattr(error, 'strerror', None) or error}."
        ) from error
    return context


class _Context(ssl.SSLContext):
    """Leaves the handshake to each connection's own thread: pynetdicom would wait for it where it waits for the next sender."""

    def wrap_socket(self, sock: Any, *_: Any, **__: Any) -> ssl.SSLSocket:
        """The socket of a sender; its first bytes are read later, within bounds of time."""
        sock.settimeout(SILENT_SECONDS)
        return super().wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
